"""`tlscheck sweep`: an account looked at by the caller's own rights; nothing is deployed, or written there."""

import argparse
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from tlscheck.edges import clock
from tlscheck.edges.command.terminal import say
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.batch import Sweep
from tlscheck.inventory.request import Request
from tlscheck.reporting.result import BatchResult


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the sub-command; its parser's default `run` is what it does."""
    parser = subparsers.add_parser("sweep", help="look at an account's databases from here")
    parser.add_argument("--profile", metavar="NAME", help="of ~/.aws/config; default: as the AWS CLI would")
    parser.add_argument("--region", dest="regions", metavar="REGION", nargs="+", default=[], help="default: all")
    parser.add_argument("--database", dest="databases", metavar="ID", nargs="+", default=[], help="explain these")
    parser.add_argument("--no-connect", action="store_true", help="ask the API alone")
    parser.add_argument("--logs", action="store_true", help="read the servers' logs, too")
    parser.add_argument("--days", type=int, default=35)
    parser.add_argument("--minutes", type=int)
    parser.add_argument("--save", metavar="FILE", type=Path, help="remember in FILE what was seen")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """The exit code. Raises BadRequest."""
    try:
        import aws_lambda_powertools  # noqa: F401, PLC0415 - to say what is missing
        import boto3  # noqa: F401, PLC0415 - likewise
    except ImportError:
        raise BadRequest("sweep needs the AWS SDK: pip install 'tlscheck[aws]'") from None
    from tlscheck.edges.laptop.accounts import signed_in  # noqa: PLC0415 - see above
    from tlscheck.edges.laptop.sweeping import SweptAccount, sweep  # noqa: PLC0415 - likewise
    from tlscheck.edges.laptop.terms import SweepTerms  # noqa: PLC0415 - likewise
    from tlscheck.edges.ledger_file import LedgerFile  # noqa: PLC0415 - likewise

    request = Request(regions=tuple(arguments.regions), databases=tuple(arguments.databases))
    terms = SweepTerms(
        request,
        evidence=timedelta(days=arguments.days),
        connects=not arguments.no_connect,
        watching=timedelta(minutes=arguments.minutes) if arguments.minutes else None,
        reads_logs=arguments.logs,
    )
    with ExitStack() as stack:
        account, session = stack.enter_context(
            signed_in(arguments.profile, None, next(iter(arguments.regions), None))
        )
        ledger = stack.enter_context(LedgerFile(account, arguments.save, clock.now()))
        swept = sweep(SweptAccount(account, session, ledger), terms, _Silent())
    for each in swept.summary.databases:
        say(f"{each.verdict:<14}{each.identifier:<24}{each.reason}")
    return 0


class _Silent:
    """Tells nothing."""

    def lists(self) -> None:
        """Nothing."""

    def looks(self, sweep: Sweep, databases: int) -> None:
        """Nothing."""

    def done(self, result: BatchResult) -> None:
        """Nothing."""
