"""`tlscheck sweep`: accounts looked at by the caller's own rights; nothing is deployed, or written there."""

import argparse
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tlscheck.edges import clock
from tlscheck.edges.command.sweep_words import DAYS, FAILING, Errand, asked
from tlscheck.edges.command.terminal import say
from tlscheck.inventory.account import Account
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.batch import Sweep
from tlscheck.reporting.result import BatchResult
from tlscheck.trust.order import AUTHORITIES

if TYPE_CHECKING:
    from tlscheck.edges.laptop.sweeping import Swept


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the sub-command; its parser's default `run` is what it does."""
    parser = subparsers.add_parser("sweep", help="look at an account's databases from here")
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
        help="identifiers or ARNs, * and ? are wild; one alone is explained",
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
    how.add_argument("--days", metavar="N", type=int, help=f"how far back logs are read; default: {DAYS}")
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
    kept.add_argument("--json", metavar="FILE", type=Path, help="write the report there")
    kept.add_argument("--csv", metavar="FILE", type=Path, help="write a row for each database there")
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
    except ImportError:
        raise BadRequest("sweep needs the AWS SDK: pip install 'tlscheck[aws]'") from None
    for role in errand.roles or (None,):
        swept = _of_account(errand, role)
        for each in swept.summary.databases:
            say(f"{each.verdict:<14}{each.identifier:<24}{each.reason}")
    return 0


def _of_account(errand: Errand, role: str | None) -> "Swept":
    from tlscheck.edges.laptop.accounts import signed_in  # noqa: PLC0415 - what the SDK's absence would keep away
    from tlscheck.edges.laptop.sweeping import SweptAccount, sweep  # noqa: PLC0415 - likewise
    from tlscheck.edges.ledger_file import LedgerFile  # noqa: PLC0415 - likewise
    from tlscheck.edges.ledger_memory import LedgerMemory  # noqa: PLC0415 - likewise

    with ExitStack() as stack:
        account, session = stack.enter_context(signed_in(errand.profile, role, errand.region))
        kept = errand.ledger(account.id)
        ledger = stack.enter_context(LedgerFile(account, kept, clock.now())) if kept else LedgerMemory()
        return sweep(SweptAccount(account, session, ledger), errand.terms, _Silent())


class _Silent:
    """Tells nothing."""

    def lists(self, account: Account) -> None:
        """Nothing."""

    def looks(self, sweep: Sweep, databases: int) -> None:
        """Nothing."""

    def done(self, result: BatchResult) -> None:
        """Nothing."""

    def waits(self, until: datetime) -> None:
        """Nothing."""

    def stops(self) -> None:
        """Nothing."""
