"""`tlscheck client`: would this client survive?"""

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tlscheck.drivers.recognition import DRIVERS
from tlscheck.edges import clock
from tlscheck.edges.command.given import found
from tlscheck.edges.command.terminal import BAD_INPUT, Colour, say
from tlscheck.edges.edition import edition
from tlscheck.edges.stores.elsewhere import where_it_is_there
from tlscheck.edges.stores.machine import on_this_machine
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.formats.reading import Located
from tlscheck.inventory.names import named_host, named_region
from tlscheck.survival.answer import Find, answer, answers
from tlscheck.survival.assessment import About, Survival, worst
from tlscheck.survival.client_document import Answer, Question, document
from tlscheck.survival.shown import names, shown
from tlscheck.survival.telling import lines
from tlscheck.trust.order import AUTHORITIES

_DESCRIPTION = """\
Says whether a client of an RDS or Aurora PostgreSQL database would survive a rotation of the server's CA, and the
enforcement of TLS; why; and what to change, in the client's own words.

CONNECTION is what the client connects with: a connection string, a URL, or - to read it from standard input, where
no other user of the machine sees it; or the files in which it stands, as many as you like (docs/clients.md names
those that are read). What is a file's name here is taken for the file. Each connection in them is answered with
the path and the line at which it stands. Passwords are dropped as they are read. Of this machine only these files
and the file of roots that the client's driver would read are opened.
"""
_EPILOG = f"""\
drivers:
  {DRIVERS}
examples:
  tlscheck client 'host=orders.c9x2.eu-central-1.rds.amazonaws.com sslmode=require'
  tlscheck client --driver node 'postgresql://app@orders.c9x2.eu-central-1.rds.amazonaws.com/orders?sslmode=require'
  tlscheck client --to rds-ca-rsa4096-g1 'jdbc:postgresql://orders.c9x2.eu-central-1.rds.amazonaws.com/orders?ssl=true'
  tlscheck client --driver pg8000 --options '{{"host": "...", "ssl_context": true}}'
  tlscheck client config/database.yml .env --json
  echo "$DATABASE_URL" | tlscheck client --driver psycopg --connect -
exit codes: 0 it survives, 1 it does not (or goes on without encryption), 2 bad input, or the answer could not be
written, 3 not known; of several: 1 where one does not, else 2 where one cannot be read, else 3 where one is not
known, else 0. With --connect 0 also means that each handshake was made, or that the client makes no TLS: a server
that is not reached ends it with 3, unless the words alone end it with 1
"""
_EXIT = {Survival.SURVIVES: 0, Survival.DOES_NOT: 1, Survival.UNKNOWN: 3}
_COLOURS = {Survival.SURVIVES: Colour.GOOD, Survival.DOES_NOT: Colour.BAD, Survival.UNKNOWN: Colour.UNSURE}
_FORMATS = ("text", "json", "sarif")
_PASSWORD_VARIABLE = "TLSCHECK_STORE_PASSWORD"  # noqa: S105 - its name, not its value


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the sub-command; its parser's default `run` is what it does."""
    parser = subparsers.add_parser(
        "client",
        help="would this client survive?",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("connection", metavar="CONNECTION", nargs="*", help="as above; - for stdin")
    how = parser.add_argument_group("how it connects")
    how.add_argument("--driver", metavar="NAME", help="whose words these are; needed for postgresql:// URLs")
    how.add_argument("--driver-version", metavar="V", help="its version; libpq's for psql, psycopg, ODBC, pgAdmin")
    how.add_argument("--options", metavar="JSON", help="what stands beside the string: connect_args, properties")
    how.add_argument("--file", metavar="PATH", help="a file, as CONNECTION may be too")
    how.add_argument("--service-file", metavar="PATH", help="a pg_service.conf, for service=... or PGSERVICE")
    how.add_argument("--environment", action="store_true", help="take PGHOST, PGSSLMODE, ... of this shell too")
    how.add_argument("--trust-store", metavar="PATH", help="where its roots are, if not where its driver looks")
    what = parser.add_argument_group("what becomes of the server")
    what.add_argument("--about", choices=[each.value for each in About], default="both", help="default: both")
    what.add_argument(
        "--to", metavar="CA", choices=[*map(str, AUTHORITIES)], help=f"{', '.join(AUTHORITIES)}; default: any"
    )
    what.add_argument(
        "--from", dest="present", metavar="CA", choices=[*map(str, AUTHORITIES)], help="the CA of today"
    )
    what.add_argument("--region", metavar="REGION", help="default: as the name of the endpoint or host says")
    what.add_argument("--endpoint", metavar="HOST", help="the database's endpoint, if it connects by another name")
    parser.add_argument("--connect", action="store_true", help="also make the handshake with the server, no login")
    parser.add_argument(
        "--scan",
        action="store_true",
        help="look through files and folders of a repository: what holds no connection is passed over; a file of"
        " roots that is not in it is taken for not known",
    )
    parser.add_argument(
        "--format", choices=_FORMATS, default="text", help="how the answer is printed; default: text"
    )
    parser.add_argument(
        "--json", dest="format", action="store_const", const="json", help="the same as --format json"
    )
    parser.add_argument("--schema", action="store_true", help="print the JSON's schema and nothing else")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """The exit code. Raises BadRequest and UnreadableStore."""
    if arguments.schema:
        from tlscheck.survival.client_schema import SCHEMA  # noqa: PLC0415 - an answer does without

        _print_json(SCHEMA)
        return 0
    now = clock.now()
    question = Question(
        About(arguments.about),
        named_region("--region", arguments.region) if arguments.region is not None else None,
        arguments.to or "",
        arguments.present or "",
        named_host("--endpoint", arguments.endpoint) if arguments.endpoint is not None else "",
    )
    find = on_this_machine(arguments.trust_store or "", os.environ.get(_PASSWORD_VARIABLE))
    if arguments.scan and not arguments.trust_store:
        find = where_it_is_there(find)
    told, refused = answers(found(arguments), question, roots(), find, now)
    if arguments.connect:
        told = [_with_handshakes(each, question, find, now) for each in told]
    if arguments.format == "json":
        _print_json(document(question, told, refused, edition(), now))
    elif arguments.format == "sarif":
        from tlscheck.survival.sarif import sarif  # noqa: PLC0415 - other answers do without

        _print_json(sarif(told, refused, edition()))
    else:
        for each in told:
            for line, verdict in lines(each, question):
                say(line, _COLOURS[verdict] if verdict else None)
        for spot in refused:
            say(f"{spot.spot}: it cannot be read: {spot.refused}".removeprefix(": "), Colour.UNSURE)
    return _exit_code(told, refused)


def _with_handshakes(told: Answer, question: Question, find: Find, now: datetime) -> Answer:
    """The answer as the handshakes of its hosts leave it; what they showed of names decides of later too."""
    from tlscheck.edges.command.handshake import tried  # noqa: PLC0415 - only who connects needs TLS itself

    seen = tried(told, find)
    knowing = replace(question, carried=names(told, seen))
    again = answer(told.assessment.connection, knowing, roots(), find, now)
    return shown(replace(again, found_at=told.found_at), seen, question.about)


def _exit_code(told: Sequence[Answer], refused: Sequence[Located]) -> int:
    verdict = worst([each.assessment.verdict for each in told])
    return BAD_INPUT if refused and verdict is not Survival.DOES_NOT else _EXIT[verdict]


def _print_json(what: object) -> None:
    print(json.dumps(what, indent=2))  # noqa: T201 - a command speaks to its terminal
