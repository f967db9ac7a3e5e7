"""`tlscheck client`: would this client survive?"""

import argparse
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

from tlscheck.drivers.connection import LONGEST_INPUT
from tlscheck.drivers.node_tls import VARIABLES
from tlscheck.drivers.recognition import DRIVERS, named, version
from tlscheck.drivers.words import Words
from tlscheck.edges import clock
from tlscheck.edges.command.handshake import tried
from tlscheck.edges.command.terminal import Colour, say
from tlscheck.edges.edition import edition
from tlscheck.edges.stores import files
from tlscheck.edges.stores.machine import on_this_machine
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.formats.configuration import Configuration
from tlscheck.formats.reading import read_all
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.names import named_host, named_region
from tlscheck.survival.answer import Find, answer
from tlscheck.survival.assessment import About, Scenario, Survival, worst
from tlscheck.survival.client_document import Answer, Question, document
from tlscheck.survival.client_schema import SCHEMA
from tlscheck.survival.roots import Where
from tlscheck.trust.order import AUTHORITIES
from tlscheck.trust.trust_store import TrustStore

_DESCRIPTION = """\
Says whether a client of an RDS or Aurora PostgreSQL database would survive a rotation of the server's CA, and the
enforcement of TLS; why; and what to change, in the client's own words.

CONNECTION is what the client connects with: a connection string, a URL, or - to read it from standard input, where
no other user of the machine sees it. Passwords in it are dropped as it is read. Of this machine only the file of
roots that the client's driver would read is opened.
"""
_EPILOG = f"""\
drivers:
  {DRIVERS}
examples:
  tlscheck client 'host=orders.c9x2.eu-central-1.rds.amazonaws.com sslmode=require'
  tlscheck client --driver node 'postgresql://app@orders.c9x2.eu-central-1.rds.amazonaws.com/orders?sslmode=require'
  tlscheck client --to rds-ca-rsa4096-g1 'jdbc:postgresql://orders.c9x2.eu-central-1.rds.amazonaws.com/orders?ssl=true'
  tlscheck client --driver pg8000 --options '{{"host": "...", "ssl_context": true}}'
  tlscheck client --file servers.json --json
  echo "$DATABASE_URL" | tlscheck client --driver psycopg --connect -
exit codes: 0 it survives, 1 it does not (or goes on without encryption), 2 bad input, or the answer could not be
written, 3 not known
"""
_EXIT = {Survival.SURVIVES: 0, Survival.DOES_NOT: 1, Survival.UNKNOWN: 3}
_COLOURS = {Survival.SURVIVES: Colour.GOOD, Survival.DOES_NOT: Colour.BAD, Survival.UNKNOWN: Colour.UNSURE}
_LOOKED = frozenset(Where) - {Where.NOWHERE}
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
    parser.add_argument("connection", metavar="CONNECTION", nargs="?", default="", help="as above; - for stdin")
    how = parser.add_argument_group("how it connects")
    how.add_argument("--driver", metavar="NAME", help="whose words these are; needed for postgresql:// URLs")
    how.add_argument("--driver-version", metavar="V", help="its version; libpq's for psql, psycopg, ODBC, pgAdmin")
    how.add_argument("--options", metavar="JSON", help="what stands beside the string: connect_args, properties")
    how.add_argument("--file", metavar="PATH", help="pgAdmin's servers.json or DBeaver's data-sources.json")
    how.add_argument("--service-file", metavar="PATH", help="a pg_service.conf, for service=... or PGSERVICE")
    how.add_argument("--environment", action="store_true", help="take PGHOST, PGSSLMODE, ... of this shell too")
    how.add_argument("--trust-store", metavar="PATH", help="where its roots are, if not where its driver looks")
    what = parser.add_argument_group("what becomes of the server")
    what.add_argument("--about", choices=[each.value for each in About], default="both", help="default: both")
    what.add_argument("--to", metavar="CA", choices=AUTHORITIES, help=f"{', '.join(AUTHORITIES)}; default: any")
    what.add_argument("--from", dest="present", metavar="CA", choices=AUTHORITIES, help="the CA of today")
    what.add_argument("--region", metavar="REGION", help="default: as the name of the endpoint or host says")
    what.add_argument("--endpoint", metavar="HOST", help="the database's endpoint, if it connects by another name")
    parser.add_argument("--connect", action="store_true", help="also make the handshake with the server, no login")
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    parser.add_argument("--schema", action="store_true", help="print the JSON's schema and nothing else")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """The exit code. Raises BadRequest and UnreadableStore."""
    if arguments.schema:
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
    answers = [answer(each, question, roots(), find, now) for each in read_all(_document(arguments))]
    if arguments.connect:
        answers = [replace(each, tried=tried(each, _store(each, find))) for each in answers]
    if arguments.json:
        _print_json(document(question, answers, edition(), now))
    else:
        for each in answers:
            _tell(each)
    return _EXIT[worst([each.assessment.verdict for each in answers])]


def _document(arguments: argparse.Namespace) -> Configuration:
    driver, framework = named(arguments.driver)
    text = arguments.connection
    if arguments.file:
        if text:
            raise BadRequest("--file: a connection is given too; give one of them")
        text = _content(arguments.file)
    elif text == "-":
        try:
            text = sys.stdin.read(LONGEST_INPUT + 1)
        except UnicodeDecodeError:
            raise BadRequest("connection: standard input is no UTF-8") from None
        except (OSError, AttributeError):  # a directory; or closed before we began
            raise BadRequest("connection: standard input cannot be read") from None
    variables = {name: value for name, value in os.environ.items() if name.startswith("PG") or name in VARIABLES}
    words = Words(
        text,
        driver,
        framework,
        version(arguments.driver_version),
        _options(arguments.options),
        variables if arguments.environment else {},
        _content(arguments.service_file) if arguments.service_file else "",
    )
    return Configuration(words, Path(arguments.file).name if arguments.file else "")


def _content(path: str) -> str:
    return files.content(Path(path)).decode("utf-8", "replace")


def _options(text: str | None) -> dict[str, object]:
    if not text:
        return {}
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise BadRequest('--options: no JSON object like {"sslmode": "require"} (nothing of it is repeated here)')
    return given


def _store(of: Answer, find: Find) -> TrustStore | None:
    """The trust store that this client reads, if it reads one that can be read."""
    connection = of.assessment.connection
    found = [find(place, connection.driver.family)[0] for place in of.assessment.looked if place.where in _LOOKED]
    return next((each for each in found if isinstance(each, TrustStore)), None)


def _tell(told: Answer) -> None:
    assessment = told.assessment
    connection = assessment.connection
    version = ".".join(str(part) for part in connection.version)
    name = " ".join(filter(None, (connection.label and f"{connection.label}:", str(connection.driver), version)))
    say(f"{name}, mode {connection.mode or '(default)'}, host {connection.host or '(not said)'}")
    for note in connection.notes:
        say(f"  note: {note}", Colour.FAINT)
    for outlook in assessment.outlooks:
        is_today = outlook.scenario is Scenario.TODAY
        colour = None if is_today else _COLOURS[outlook.verdict]
        say(f"  {outlook.scenario + ':':<38} {outlook.verdict:<9} {outlook.why}", colour)
    for place in assessment.looked:
        if place.where is not Where.NOWHERE:
            say(f"  roots: {' '.join(filter(None, (place.where, place.path)))}; {assessment.found}")
    if any(rule.basis == "read, not run" for rule in assessment.rules):
        say("  This driver's behaviour was read in its source, not run.", Colour.UNSURE)
    if told.tried:
        say(f"  tried: {told.tried.outcome}: {told.tried.detail}")
    if told.fix.line:
        say(f"  {'fix' if told.fix.is_needed else 'safer'}: {told.fix.line}")
    if told.fix.trust_store:
        say(f"  trust store: {told.fix.trust_store}")


def _print_json(what: object) -> None:
    print(json.dumps(what, indent=2))  # noqa: T201 - a command speaks to its terminal
