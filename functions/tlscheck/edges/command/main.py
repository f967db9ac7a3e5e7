"""The command `tlscheck`: a first look at an account, and what a client's owner runs, which needs no AWS."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

from tlscheck.edges.command import leaving
from tlscheck.edges.command.terminal import BAD_INPUT, INTERRUPTED
from tlscheck.edges.edition import edition
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.keystores.keystore import UnreadableStore
from tlscheck.wording import harmless

_DESCRIPTION = (
    "May TLS be enforced on an account's RDS and Aurora PostgreSQL databases, and may their CA be changed? Would a"
    " client survive it? What trust store does it need? `sweep` asks AWS and the servers; the others need no AWS."
)
_EXIT_CODES = (
    "exit codes: 0 it survives, nothing known stands in the way, or it was done; 1 it does not, or something does;"
    " 2 bad input, or the answer could not be written; 3 not known"
)
_PACKAGE = Path(__file__).parents[2]
_COMMANDS = {
    "sweep": "an account's databases: may TLS be enforced, and whom to fix first? (needs tlscheck[aws])",
    "iam-policy": "print the least policy of IAM's that a sweep needs",
    "client": "would this client survive?",
    "rehearse": "what does this client do when it meets a server that it must refuse?",
    "trust-store": "show a trust store, or build one",
}


class _Parser(argparse.ArgumentParser):
    """Its complaints repeat words of others, harmless."""

    def error(self, message: str) -> NoReturn:
        super().error(harmless(message))

    def print_help(self, file: Any = None) -> None:
        """Without argparse's own silence when it cannot be written."""
        print(self.format_help(), end="", file=file)


class _Version(argparse.Action):
    """Says which tlscheck this is, and where its roots come from. argparse's own would join the lines."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        print(edition())  # noqa: T201 - a command speaks to its terminal
        parser.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a sub-command; what is wrong with the input or the output is said in a line, never in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may not know every letter of a subject
    code = _framed(sys.argv[1:] if arguments is None else arguments)
    leaving.leave(code)
    return code


def _framed(arguments: Sequence[str]) -> int:
    """The exit code, whatever happens: none that answers where nothing was answered."""
    try:
        return _run(_parser(arguments), arguments)
    except (BadRequest, UnreadableStore) as error:
        _complain(str(error))
        return BAD_INPUT
    except BrokenPipeError:
        _no_more(sys.stdout)  # who reads us, as `head` does, has had enough: no complaint, and no verdict either
        return BAD_INPUT
    except OSError as error:
        # Those who read input raise errors of ours: what is left is output, and a full disk above all.
        _no_more(sys.stdout)
        _complain(f"{error.filename or 'standard output'}: {error.strerror or error}")
        return BAD_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - what we did not foresee has no narrower name
        # Python would end with the 1 that says "does not survive". What is said names the place, and no input.
        _no_more(sys.stdout)
        _complain(_fault(error))
        return BAD_INPUT


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = _Parser(
        prog="tlscheck",
        description=_DESCRIPTION,
        epilog=_EXIT_CODES,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and the roots' provenance")
    _add_parsers(parser.add_subparsers(metavar="command", required=True), arguments)
    return parser


def _add_parsers(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]", arguments: Sequence[str]
) -> None:
    """The sub-command that is wanted, whole; the others by their names alone: they import half of the package."""
    wanted = next((each for each in arguments if each in _COMMANDS), "")
    for name, words in _COMMANDS.items():
        if name != wanted:
            subparsers.add_parser(name, help=words)
        elif name == "client":
            from tlscheck.edges.command import client  # noqa: PLC0415 - the other commands do without

            client.add_parser(subparsers)
        elif name == "rehearse":
            from tlscheck.edges.command import rehearse  # noqa: PLC0415 - the other commands do without

            rehearse.add_parser(subparsers)
        elif name == "iam-policy":
            from tlscheck.edges.command import iam_policy  # noqa: PLC0415 - the other commands do without

            iam_policy.add_parser(subparsers)
        elif name == "sweep":
            from tlscheck.edges.command import sweep  # noqa: PLC0415 - the other commands do without

            sweep.add_parser(subparsers)
        else:
            from tlscheck.edges.command import trust_store  # noqa: PLC0415 - the other commands do without

            trust_store.add_parser(subparsers)


def _fault(error: Exception) -> str:
    """Where tlscheck is at fault, without the exception's text: a password may be in it."""
    import traceback  # noqa: PLC0415 - the command answers sooner without

    frames = traceback.extract_tb(error.__traceback__)
    where = next(each for each in reversed(frames) if Path(each.filename).is_relative_to(_PACKAGE))
    module = Path(where.filename).relative_to(_PACKAGE)
    return (
        f"a fault of tlscheck, not of your input: {type(error).__name__} in {module}, line {where.lineno}."
        " Nothing is answered; please report it with this line"
    )


def _run(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """The exit code, once all that was said has left us: at Python's own exit it would be too late to fail."""
    try:
        chosen = parser.parse_args(arguments)
    except SystemExit:  # --help and --version are done
        _flush()
        raise
    ours = [value for name, value in vars(chosen).items() if name != "command"]  # its own words may well be empty
    if any(value == "" or (isinstance(value, list) and "" in value) for value in ours):
        raise BadRequest("an argument is empty; does it stand for a variable that is not set?")
    code = int(chosen.run(chosen))
    _flush()
    return code


def _flush() -> None:
    if sys.stdout is not None:  # as it is where standard output was closed before we began
        sys.stdout.flush()


def _no_more(stream: Any) -> None:
    """What is still to be written goes nowhere: Python would complain of it again at exit."""
    with suppress(OSError, ValueError, AttributeError):  # closed, or without a file: it has nothing to complain of
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _complain(what: str) -> None:
    if sys.stderr is None:  # closed before we began; print would turn to standard output
        return
    try:
        print(f"tlscheck: {harmless(what)}", file=sys.stderr)  # noqa: T201 - a command speaks to its terminal
    except OSError:
        _no_more(sys.stderr)  # the exit code says it, too
