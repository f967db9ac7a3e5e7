"""The command `tlscheck`: what a client's owner runs on the client's own machine, without AWS."""

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Any, NoReturn

from tlscheck.edges.command import client, trust_store
from tlscheck.edges.edition import edition
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.keystores.keystore import UnreadableStore
from tlscheck.wording import harmless

BAD_INPUT = 2
"""The exit code of what could not be read or makes no sense; argparse's own, too."""

_EXIT_CODES = "exit codes: 0 it survives (or was done), 1 it does not, 2 bad input, 3 not known"


class _Parser(argparse.ArgumentParser):
    """Its complaints repeat words of others, harmless."""

    def error(self, message: str) -> NoReturn:
        super().error(harmless(message))


class _Version(argparse.Action):
    """Says which tlscheck this is, and where its roots come from. argparse's own would join the lines."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        print(edition())  # noqa: T201 - a command speaks to its terminal
        parser.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a sub-command; what is wrong with the input is said in a line, never in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may not know every letter of a subject
    parser: argparse.ArgumentParser = _Parser(
        prog="tlscheck",
        description="Would this client of an RDS or Aurora PostgreSQL database survive a CA rotation or TLS"
        " enforcement, and what trust store does it need?",
        epilog=_EXIT_CODES,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and the roots' provenance")
    subparsers = parser.add_subparsers(metavar="command", required=True)
    client.add_parser(subparsers)
    trust_store.add_parser(subparsers)
    chosen = parser.parse_args(arguments)
    try:
        code = int(chosen.run(chosen))
        sys.stdout.flush()
    except (BadRequest, UnreadableStore) as error:
        print(f"tlscheck: {harmless(str(error))}", file=sys.stderr)  # noqa: T201 - a command speaks to its terminal
        return BAD_INPUT
    except BrokenPipeError:
        # Who reads us, as `head` does, has had enough. Python would complain again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    else:
        return code
