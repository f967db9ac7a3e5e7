"""`tlscheck sweep`: accounts looked at by the caller's own rights; nothing is deployed, or written there."""

import argparse
import sys
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tlscheck.edges import clock
from tlscheck.edges.command import leaving
from tlscheck.edges.command.log_consent import ASK_ABOVE, consents
from tlscheck.edges.command.sweep_help import DESCRIPTION, EPILOG
from tlscheck.edges.command.sweep_words import FAILING, Errand, asked, by_options
from tlscheck.edges.command.terminal import INTERRUPTED, say
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.ledger.log_price import FIRST_READ, GB
from tlscheck.reporting.lost import EVIDENCE_SPAN
from tlscheck.trust.order import AUTHORITIES

NOT_KNOWN = 3
"""The exit code where something could not be looked at."""

if TYPE_CHECKING:
    from tlscheck.edges.laptop.sweeping import Swept

_NO_SDK = (
    "sweep needs the AWS SDK: install tlscheck with its extra `aws`, as in a checkout"
    " uvx --from '.[aws]' tlscheck sweep does"
)


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the sub-command; its parser's default `run` is what it does."""
    parser = subparsers.add_parser(
        "sweep",
        help="look at an account's databases from here",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whose = parser.add_argument_group("whose databases")
    whose.add_argument("--profile", metavar="NAME", help="of ~/.aws/config; default: as the AWS CLI would")
    whose.add_argument(
        "--role-arn",
        dest="roles",
        metavar="ARN",
        action="append",
        default=[],
        help="a role to take on; repeatable: one account after the other",
    )
    whose.add_argument(
        "--region",
        dest="regions",
        metavar="REGION",
        nargs="+",
        action="extend",
        default=[],
        help="default: every Region that is enabled",
    )
    whose.add_argument(
        "--database",
        dest="databases",
        metavar="ID",
        nargs="+",
        action="extend",
        default=[],
        help="identifiers or ARNs, * and ? are wild; up to 20 are explained",
    )
    how = parser.add_argument_group("how they are looked at")
    how.add_argument("--no-connect", action="store_true", help="ask AWS alone, and no server")
    how.add_argument(
        "--login",
        metavar="WAY",
        nargs="+",
        help="iam, none, or secret NAME; default: by each database's tag tlscheck:secret, else by IAM",
    )
    how.add_argument("--user", metavar="NAME", default="tlscheck", help="of an IAM login; default: tlscheck")
    how.add_argument("--minutes", metavar="N", type=int, help="look again and again for so long; default: once")
    how.add_argument(
        "--logs", action="store_true", help="read the servers' logs in CloudWatch Logs, which is billed"
    )
    how.add_argument("--days", metavar="N", type=int, help=f"how far back; default: {EVIDENCE_SPAN.days}")
    how.add_argument(
        "--ask-above",
        metavar="USD",
        type=float,
        help=f"ask before logs are read that may cost more; default: {ASK_ABOVE:g}",
    )
    how.add_argument(
        "--first-read-gb",
        dest="first_read",
        metavar="GB",
        type=float,
        help="of each server's log, what Logs Insights may count the first time (LogFirstReadGB of a stack); "
        f"default: {FIRST_READ / GB:g}",
    )
    how.add_argument("--yes", dest="agrees", action="store_true", help="read them whatever it costs")
    how.add_argument(
        "--to",
        dest="target",
        metavar="CA",
        choices=[*map(str, AUTHORITIES)],
        help=f"where a change of CA goes to: {', '.join(AUTHORITIES)}; default: the one that clients notice least",
    )
    kept = parser.add_argument_group("what becomes of it")
    kept.add_argument(
        "--save", metavar="FILE", help="remember there what was seen; {account} in it stands for the account"
    )
    kept.add_argument("--json", metavar="FILE", type=Path, help="write the report there; - for stdout")
    kept.add_argument("--csv", metavar="FILE", type=Path, help="write a row for each database there; - for stdout")
    kept.add_argument(
        "--fail-on",
        metavar="WORD",
        choices=[*map(str, FAILING)],
        help=f"the least pressing answer that fails: {', '.join(FAILING)}; default: {FAILING[-1]}",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """The exit code. Raises BadRequest."""
    errand = asked(arguments)
    try:
        import aws_lambda_powertools  # noqa: F401, PLC0415 - to say what is missing
        import boto3  # noqa: F401, PLC0415 - likewise
        import rich  # noqa: F401, PLC0415 - likewise
    except ImportError:
        raise BadRequest(_NO_SDK) from None
    from tlscheck.edges.laptop import logs  # noqa: PLC0415 - before all that logs

    logs.begin()
    from tlscheck.edges.laptop import answering  # noqa: PLC0415 - what the SDK's absence would keep away

    how = answering.Answering(errand.terms, errand.json, errand.csv, errand.fail_on)
    answering.check(how, len(errand.roles))
    swept, ending = _swept(errand)
    code = answering.answered(swept, how) if swept else 0
    return ending if ending == INTERRUPTED else code or ending


def _swept(errand: Errand) -> "tuple[list[Swept], int]":
    """One account after the other, and the exit code that this alone makes: 0 where all were swept to their end.

    Raises BadRequest where there is but one.
    """
    swept: list[Swept] = []
    code = 0
    whose = errand.roles or (None,)
    for number, role in enumerate(whose):
        try:
            swept.append(_of_account(errand, role))
            is_stopped = swept[-1].is_stopped
        except (BadRequest, OSError) as error:
            why = _why(error)
            if len(whose) == 1:
                raise BadRequest(why) from None
            say(f"tlscheck: not swept: {role}: {why}", None, sys.stderr)
            code = NOT_KNOWN
            continue
        except KeyboardInterrupt:
            say("tlscheck: stopped before any database of it was looked at", None, sys.stderr)
            is_stopped = True
        if is_stopped:
            leaving.without_waiting("looks at servers")
            for each in whose[number + 1 :]:
                say(f"tlscheck: not swept: {each}: stopped before", None, sys.stderr)
            return swept, INTERRUPTED
    return swept, code


def _why(error: BadRequest | OSError) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return by_options(str(error))


def _of_account(errand: Errand, role: str | None) -> "Swept":
    from tlscheck.edges.laptop.accounts import signed_in  # noqa: PLC0415 - what the SDK's absence would keep away
    from tlscheck.edges.laptop.progress import ProgressBar  # noqa: PLC0415 - likewise
    from tlscheck.edges.laptop.sweeping import SweptAccount, sweep  # noqa: PLC0415 - likewise
    from tlscheck.edges.ledger_file import LedgerFile  # noqa: PLC0415 - likewise
    from tlscheck.edges.ledger_memory import LedgerMemory  # noqa: PLC0415 - likewise

    with ExitStack() as stack:
        account, session = stack.enter_context(signed_in(errand.profile, role, errand.region))
        kept = errand.ledger(account.id)
        ledger = stack.enter_context(LedgerFile(account, kept, clock.now())) if kept else LedgerMemory()
        consent = partial(consents, above=errand.ask_above, agrees=errand.agrees)
        watcher = stack.enter_context(ProgressBar(consent))
        swept = sweep(SweptAccount(account, session, ledger), errand.terms, watcher)
    gaps = (replace(each, operation=by_options(each.operation)) for each in swept.summary.gaps)
    return replace(swept, summary=replace(swept.summary, gaps=tuple(gaps)))
