"""`tlscheck rehearse`: what does this client do when it meets a server that it must refuse?"""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tlscheck.edges import clock
from tlscheck.edges.command.rehearse_words import Rehearsal, asked, place
from tlscheck.edges.command.screen import COLOURS, Screen
from tlscheck.edges.command.terminal import Colour, say
from tlscheck.edges.edition import edition
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.rehearsal.conclusion import Conclusion
from tlscheck.rehearsal.direction import Direction
from tlscheck.rehearsal.document import Rehearsed, document
from tlscheck.rehearsal.goal import Goal
from tlscheck.rehearsal.telling import lines
from tlscheck.survival.assessment import Survival, worst
from tlscheck.trust.order import AUTHORITIES
from tlscheck.wording import counted

if TYPE_CHECKING:
    from tlscheck.edges.rehearsal.own_root import OwnRoot

_DESCRIPTION = """\
Finds out what a client of an RDS or Aurora PostgreSQL database does about TLS by trying it, whatever its
language: a server that is no database shows it certificates that it should refuse, one after another, and tells
from what it does whether it encrypts, whether it verifies, which of the RDS roots its trust store holds, and so
whether it would survive a rotation of the server's CA and the enforcement of TLS. Nobody is let in; no password is
asked for.

Either COMMAND is run, again and again, where the database's name leads to the rehearsal and nothing else can be
reached; or clients are pointed at the place where it listens.
"""
_EPILOG = """\
examples:
  tlscheck rehearse --as orders.c9x2example.eu-central-1.rds.amazonaws.com -- python manage.py migrate --check
  tlscheck rehearse --as orders.c9x2example.eu-central-1.rds.amazonaws.com --to rds-ca-rsa4096-g1 -- npm run check
  tlscheck rehearse --listen 0.0.0.0:5432 --as orders.c9x2example.eu-central-1.rds.amazonaws.com --client web=5433
exit codes: 0 it survives, 1 it does not (or goes on without encryption), 2 bad input, or the answer could not be
written, 3 not known, or no client came; of several clients the worst: 1 before 3 before 0
"""
_EXIT = {Survival.SURVIVES: 0, Survival.DOES_NOT: 1, Survival.UNKNOWN: 3}
_LAST_LINES = 20
NOBODY = "no client came: nothing is known. Does it connect to the place where the rehearsal listens?"


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the sub-command; its parser's default `run` is what it does."""
    parser = subparsers.add_parser(
        "rehearse",
        help="what does this client do when it meets a server that it must refuse?",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="tlscheck rehearse [options] -- COMMAND ...\n       tlscheck rehearse --listen HOST:PORT [options]",
    )
    parser.add_argument(
        "command", metavar="COMMAND", nargs=argparse.REMAINDER, help="what connects and ends; with all after it"
    )
    server = parser.add_argument_group("the server that is played")
    server.add_argument(
        "--as",
        dest="names",
        metavar="HOST[:PORT]",
        action="append",
        default=[],
        help="its name, as its clients write it; default: the endpoint"
        " that the environment or COMMAND names; repeatable",
    )
    server.add_argument("--region", metavar="REGION", help="default: as its name says")
    known = ", ".join(AUTHORITIES)
    server.add_argument(
        "--from",
        dest="present",
        metavar="CA",
        choices=[*map(str, AUTHORITIES)],
        help="the CA of today; default: any",
    )
    server.add_argument(
        "--to", dest="target", metavar="CA", choices=[*map(str, AUTHORITIES)], help=f"{known}; default: any"
    )
    client = parser.add_argument_group("the clients")
    client.add_argument(
        "--client",
        dest="clients",
        metavar="WORD",
        action="append",
        nargs="+",
        default=[],
        help="NAME=PORT: a port of its own for a client; or database=... user=... application=...: whom the answer"
        " speaks for, if not for whom its StartupMessage names; repeatable",
    )
    client.add_argument(
        "--trust",
        metavar="PEM_FILE",
        help="write a test root there, for a copy of the client's trust store: for 7 days and these names",
    )
    client.add_argument(
        "--trust-file",
        metavar="KEY_FILE",
        help="keep the test root's key there (0600), and use it again for 7 days",
    )
    command = parser.add_argument_group("with COMMAND")
    command.add_argument("--runs", metavar="N", type=int, help="run it at most so often; default: 24")
    command.add_argument(
        "--unisolated", action="store_true", help="run it where it can reach the network, and real databases"
    )
    listen = parser.add_argument_group("without")
    listen.add_argument("--listen", metavar="HOST:PORT", help="where clients come to; a PORT alone: of loopback")
    listen.add_argument("--until-known", metavar="N", type=int, help="end when all is told of so many clients")
    parser.add_argument("--timeout", metavar="SECONDS", type=float, help="end after so long; of COMMAND, each run")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON, and news on standard error")
    parser.add_argument("--schema", action="store_true", help="print the JSON's schema and nothing else")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """The exit code. Raises BadRequest."""
    if arguments.schema:
        from tlscheck.rehearsal.document_schema import SCHEMA  # noqa: PLC0415 - an answer does without

        _print_json(SCHEMA)
        return 0
    what = asked(arguments, roots(), os.environ)
    began = clock.now()
    conclusions = _of_command(what) if what.command else _of_listening(what)
    done = Rehearsed(what.goal, began, clock.now(), is_command=bool(what.command), speaks_for=what.speaks_for)
    if arguments.json:
        _print_json(document(done, conclusions, edition()))
    else:
        for each in conclusions:
            if each is not conclusions[0] or not what.command:
                say("")  # after what came before
            for line, verdict in lines(each, what.goal):
                say(line, COLOURS[verdict] if verdict else None)
        if not conclusions and not what.command:
            say(NOBODY, Colour.UNSURE)
    return _EXIT[worst([each.verdict for each in conclusions])] if conclusions else _EXIT[Survival.UNKNOWN]


def _of_command(what: Rehearsal) -> Sequence[Conclusion]:
    # a rehearsal alone needs asyncio and TLS
    from tlscheck.edges.rehearsal.course import Course, Run  # noqa: PLC0415
    from tlscheck.edges.rehearsal.forgery import Forger  # noqa: PLC0415
    from tlscheck.edges.rehearsal.running import played, rehearsed  # noqa: PLC0415

    def show(run: Run, _: Sequence[Conclusion]) -> None:
        came = counted(run.connections, "connection")
        say(f"run {run.number} of at most {what.runs}: {came}", Colour.FAINT, sys.stderr)

    goal = played(what.goal, is_isolated=what.is_isolated)
    course = Course(what.port, what.runs, what.is_isolated, what.timeout, show)
    forger = Forger(goal, clock.now, _own_root(what, goal))
    outcome = rehearsed(what.command, Direction(goal), forger, goal.names, course)
    if outcome.why:
        last = outcome.printed.splitlines()[-_LAST_LINES:]
        for line in ["the command printed:", *last, outcome.why] if last else [outcome.why]:
            say(line, None, sys.stderr)
    # Its other words may hold a password.
    name = Path(what.command[0]).name
    is_alone = len(outcome.conclusions) == 1
    return [replace(each, client=name if is_alone else f"{name}, {each.client}") for each in outcome.conclusions]


def _of_listening(what: Rehearsal) -> Sequence[Conclusion]:
    # a rehearsal alone needs asyncio and TLS
    from tlscheck.edges.rehearsal.forgery import Forger  # noqa: PLC0415
    from tlscheck.edges.rehearsal.listening import Watch, listened  # noqa: PLC0415

    screen = Screen(what.goal, is_aside=what.is_json)

    def begin(ports: Mapping[str, int]) -> None:
        screen.begin({name: place(what.listeners[name][0], port) for name, port in ports.items()})

    def is_enough(found: Sequence[Conclusion]) -> bool:
        known = sum(not each.needed and not each.several for each in found)
        return what.until_known is not None and known >= what.until_known

    forger = Forger(what.goal, clock.now, _own_root(what, what.goal))
    return listened(
        what.listeners, Direction(what.goal), forger, Watch(begin, screen.show, is_enough, what.timeout)
    )


def _own_root(what: Rehearsal, goal: Goal) -> "OwnRoot | None":
    if what.trust is None:
        return None
    from tlscheck.edges.rehearsal.kept_root import own_root  # noqa: PLC0415 - few give their clients a root

    return own_root(goal.names, what.trust, what.trust_file, clock.now())


def _print_json(what: object) -> None:
    print(json.dumps(what, indent=2))  # noqa: T201 - a command speaks to its terminal
