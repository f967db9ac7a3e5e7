"""`tlscheck trust-store`: what a trust store holds, and one that holds what is needed."""

import argparse
import json
import os
from datetime import datetime
from pathlib import Path

from tlscheck.edges import clock
from tlscheck.edges.command import folder
from tlscheck.edges.command.terminal import Colour, say
from tlscheck.edges.edition import edition
from tlscheck.edges.stores import files
from tlscheck.edges.stores.ciphers import write_pkcs12
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.inventory.bad_request import BadRequest, not_allowed
from tlscheck.inventory.names import named_region
from tlscheck.keystores.jks import DEFAULT_PASSWORD
from tlscheck.trust import packaging
from tlscheck.trust.coverage import Fitness, coverage, remarks
from tlscheck.trust.order import AUTHORITIES, Order, select
from tlscheck.trust.packaging import NAME, File, Packaging, Wrapping
from tlscheck.trust.store_document import built_document, store_document, uses
from tlscheck.trust.trust_store import Authority, Reader, TrustStore
from tlscheck.wording import OWNERS

_SUMS = "SHA256SUMS"
PASSWORD_VARIABLE = "TLSCHECK_STORE_PASSWORD"  # noqa: S105 - its name, not its value

_SHOW = """\
Lists the certificates of a trust store: PEM, a directory of PEM, DER, PKCS12 or JKS. With --region it answers
whether a server of that Region verifies with it, whichever --ca its certificate hangs from.
exit codes: 0 read (and ready), 1 a root is missing, 2 it cannot be read, or the answer could not be written, 3
tlscheck has no root to compare with
"""
_BUILD = """\
Writes a trust store of RDS's root certificates, SHA256SUMS beside it, and how each client is told to use it.
exit codes: 0 written, 2 bad input, nothing written; or written, and the answer could not be
"""
_EXAMPLES = """\
examples:
  tlscheck trust-store show /etc/ssl/certs/rds.pem --region eu-central-1 --ca rds-ca-rsa4096-g1
  tlscheck trust-store build --region eu-central-1 --format pem --format pkcs12 --output .
"""
_READERS = {
    "openssl": Reader.OPENSSL,
    "node": Reader.NODE,
    "python313": Reader.PARTIAL_CHAIN,
    "java": Reader.JAVA,
    "go": Reader.GO,
    "dotnet": Reader.DOTNET,
    "rustls": Reader.RUSTLS,
    "erlang": Reader.ERLANG,
}
_READINESS = {
    Fitness.READY: (0, Colour.GOOD),
    Fitness.MISSING: (1, Colour.BAD),
    Fitness.UNKNOWN: (3, Colour.UNSURE),
}


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the sub-command; its parsers' default `run` is what they do."""
    plain = argparse.RawDescriptionHelpFormatter
    parser = subparsers.add_parser(
        "trust-store", help="show a trust store, or build one", epilog=_EXAMPLES, formatter_class=plain
    )
    commands = parser.add_subparsers(metavar="command", required=True)

    show = commands.add_parser(
        "show", help="list what a trust store holds", description=_SHOW, epilog=_EXAMPLES, formatter_class=plain
    )
    show.add_argument("path", help="the file or directory")
    show.add_argument(
        "--reader",
        choices=_READERS,
        default="openssl",
        help="whose rules hold: openssl (libpq, psql, psycopg; the default), node, python313 (pg8000, asyncpg on"
        " Python 3.13 and later), java, go, dotnet (Npgsql), rustls (SQLx, PgDog) or"
        " erlang (Postgrex)",
    )
    show.set_defaults(run=_show)

    build = commands.add_parser(
        "build", help="write a trust store", description=_BUILD, epilog=_EXAMPLES, formatter_class=plain
    )
    build.add_argument("--output", metavar="DIRECTORY", default=".", help="where to write it; default: here")
    build.add_argument("--name", default="rds-ca", help="what the files are called; default: rds-ca")
    build.add_argument(
        "--format",
        dest="formats",
        action="append",
        choices=[each.value for each in Packaging],
        help="what to write, repeatable; default: pem",
    )
    build.add_argument(
        "--merge", metavar="PATH", help="the client's present trust store, which the new one includes"
    )
    build.add_argument(
        "--proxy", action="store_true", help="also the roots that RDS Proxy's certificates hang from"
    )
    build.add_argument("--keep-expired", action="store_true", help="do not leave out what is expired")
    build.add_argument("--force", action="store_true", help="overwrite files")
    build.set_defaults(run=_build)

    for each, region_help in (
        (show, "is it ready for this Region? Repeatable"),
        (build, "a Region whose roots it shall hold, repeatable; default: all"),
    ):
        each.add_argument(
            "--region", dest="regions", metavar="REGION", action="append", default=[], help=region_help
        )
        each.add_argument(
            "--ca",
            dest="authorities",
            metavar="CA",
            action="append",
            choices=[family.value for family in AUTHORITIES],
            help=f"only this CA, repeatable: {', '.join(AUTHORITIES)}; default: all three",
        )
        each.add_argument(
            "--password-file",
            metavar="FILE",
            help="its first line is the keystore's password; else the environment variable"
            f" {PASSWORD_VARIABLE}, else Java's default",
        )
        each.add_argument("--json", action="store_true", help="print JSON and nothing else")


def _show(arguments: argparse.Namespace) -> int:
    if arguments.authorities and not arguments.regions:
        raise BadRequest("--ca says of which CA the roots are wanted: --region must say of which Region")
    regions = [named_region("--region", each) for each in arguments.regions]
    now, reader = clock.now(), _READERS[arguments.reader]
    store = files.read(Path(arguments.path), _password(arguments)).marked(roots())
    found = remarks(store, roots(), now)
    answers = [coverage(store, roots(), region, _families(arguments), reader, now) for region in regions]
    if arguments.json:
        _print_json(_named(store_document(arguments.path, store, found, answers, now)))
    else:
        _tell(arguments.path, store, now)
        for remark in found:
            say(f"note: {remark}", Colour.UNSURE)
        for each in answers:
            say(f"{each.region}: {each.readiness}: {each.reason}", _READINESS[each.readiness][1])
    return max((_READINESS[each.readiness][0] for each in answers), default=0)


def _tell(path: str, store: TrustStore, now: datetime) -> None:
    count = len(store.entries)
    say(f"{path}: {store.format}, {count} certificate{'s' * (count != 1)}")
    for entry in store.entries:
        marks = [
            *["EXPIRED"] * entry.is_expired(now),
            *["no root"] * (not entry.self_issued),
            *["not seen by Java"] * (not entry.is_for_java),
            *[OWNERS] * entry.is_owners,
        ]
        marked = f" [{', '.join(marks)}]" if marks else ""
        where = f"{entry.region or '-':<14}  {entry.family:<20}"
        line = f"  {entry.not_after:%Y-%m-%d}  {where}  SHA-256 {entry.sha256}  {entry.subject}{marked}"
        say(line, Colour.BAD if entry.is_expired(now) else None)


def _build(arguments: argparse.Namespace) -> int:
    if not NAME.fullmatch(arguments.name):
        raise not_allowed("--name", arguments.name, "lower-case letters, digits and dashes, at most 53")
    output = _output(arguments)
    now, password = clock.now(), _password(arguments)
    present = files.read(Path(arguments.merge), password) if arguments.merge else None
    if present and not present.entries:
        raise BadRequest(f"--merge: {arguments.merge}: {'; '.join(present.notes)}: nothing was written")
    order = Order(tuple(arguments.regions), _families(arguments), arguments.proxy, arguments.keep_expired)
    selection = select(order, roots(), present, now)
    wrapping = Wrapping(arguments.name, DEFAULT_PASSWORD if password is None else password)
    formats = [Packaging(each) for each in arguments.formats or ["pem"]]
    made = packaging.files(formats, selection.entries, wrapping, write_pkcs12)
    contents = {file.name: file.content for file in made}
    sums = folder.content(output / _SUMS)
    earlier = [each for each in packaging.lines_of(sums) if each[1] not in contents]
    kept = folder.unchanged(output, earlier)
    contents[_SUMS] = packaging.sums(made) + b"".join(f"{digest}  {name}\n".encode() for digest, name in kept)
    # Sums of ours that stay what they are stand in the new ones too: nothing is lost by writing those.
    is_ours = bool(sums) and set(sums.splitlines()) <= set(contents[_SUMS].splitlines())
    folder.write(output, contents, overwrite=arguments.force, replaced={_SUMS} if is_ours else set())

    def place(file: File) -> str:
        return str(output / file.name)

    left = [str(output / name) for _, name in kept]
    used = uses(made, wrapping, place)
    if arguments.json:
        _print_json(_named({**built_document(made, selection, place, used, now), "left_as_they_were": left}))
        return 0
    for file in made:
        say(f"{place(file)}  {len(file.content)} bytes  SHA-256 {file.sha256}")
    say(f"{len(selection.entries)} certificates; {len(selection.left_out)} expired ones left out")
    if owners := [entry.name for entry in selection.entries if entry.is_owners]:
        say(f"{OWNERS}: {', '.join(owners)}")
    for path in left:
        say(f"left as it was, of an earlier build: {path}", Colour.UNSURE)
    for note in selection.notes:
        say(f"note on {arguments.merge}: {note}", Colour.UNSURE)
    for _, each in used:
        say(f"{each.client}:")
        say(f"  {each.command}")
    return 0


def _output(arguments: argparse.Namespace) -> Path:
    try:
        output = Path(arguments.output).absolute()
        str(output).encode()
    except UnicodeEncodeError:
        raise BadRequest("--output: no text, as clients must be told of it: nothing was written") from None
    except OSError as error:  # this folder is gone
        raise BadRequest(f"--output: {error.strerror or error}") from None
    return output


def _families(arguments: argparse.Namespace) -> tuple[Authority, ...]:
    return tuple(Authority(each) for each in arguments.authorities or AUTHORITIES)


def _password(arguments: argparse.Namespace) -> str | None:
    if not arguments.password_file:
        return os.environ.get(PASSWORD_VARIABLE)
    lines = files.content(Path(arguments.password_file)).splitlines() or [b""]
    try:
        return lines[0].decode("utf-8-sig")  # Windows' editors put a mark before a text
    except UnicodeDecodeError:
        raise BadRequest("--password-file: its first line is no UTF-8") from None


def _named(document: dict[str, object]) -> dict[str, object]:
    return {"tlscheck": edition().document, **document}


def _print_json(document: dict[str, object]) -> None:
    print(json.dumps(document, indent=2))  # noqa: T201 - a command speaks to its terminal
