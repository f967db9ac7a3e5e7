"""All commands that can be printed: what every check of the registry says of all sorts of databases, drawn by lot.

The lots fall the same each time. That none of what may print a command is missed is seen by the lines of
tlscheck.verdict that ran: see `unreached`.
"""

import ast
import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from types import CodeType
from typing import Any

import tlscheck.verdict
from tlscheck.inventory.batch import Depth
from tlscheck.inventory.certificate import CertificateAuthority, Offer
from tlscheck.inventory.database import Database, Proxy
from tlscheck.inventory.force_ssl import Applied, Enforcement, ForceSsl
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import ParameterKind
from tlscheck.inventory.region import Authorities, OfferedAuthority, RegionListing
from tlscheck.inventory.rotation import MaintenanceAction, Rotation
from tlscheck.inventory.settings import Settings
from tlscheck.inventory.trait import Trait
from tlscheck.verdict import commands
from tlscheck.verdict.clients import Callers
from tlscheck.verdict.evidence import Evidence, RegionEvidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.heard import Heard, word_of
from tlscheck.verdict.registry import REGISTRY
from tlscheck.verdict.sharing import Neighbour, Server, Sharing
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome, Plaintext, PlaintextOutcome

from tests.examples import (
    GOOD_SETTINGS,
    NOW,
    OFFERED,
    client,
    cluster,
    database,
    evidence,
    handshake,
    leaf,
    look,
    member,
    observation,
    plaintext_client,
    proxy,
)

HOW_MANY = 6_000
"""Databases that are drawn: with half as many, all that `unreached` asks for is reached too."""

DAY = timedelta(days=1)
VALID = (-1, 3, 20, 80, 120, 300, 900)
"""Days that a server certificate may still be valid."""

REFUSED = Gap("rds:DescribeDBEngineVersions", "AccessDenied")

ORDINARY = ("orders-prod", "ledger")
"""Names as RDS takes them."""

HOSTILE = (
    "a b",
    "it's",
    'say "no"',
    "$(touch opened)",
    "`touch opened`",
    "a;touch opened",
    "a>opened",
    "a<opened",
    "a|b&c",
    "*",
    "~/x",
    "a\\",
    "!!",
    "#a",
    "{a,b}",
    "$HOME",
    "données",
    "名前",
    "🐘",
    "a=b",
    "@a",
    "[a]",
    "%s",
)
"""Names that a shell, or the AWS CLI, could read as something else."""

UNSPEAKABLE = (
    "a\nb",
    "a\rb",
    "a\x1b[2Jb",
    "a\x00b",
    "a\u202eb",
    "a\u200bb",
    "\ud800",
    "--force",
    "-x",
    "file:///etc/hostname",
    "fileb:///etc/hostname",
    "https://198.51.100.1/",
)
"""Names that would not be read as what they are: they stand in no command."""


@dataclass(slots=True)
class Printed:
    """What was printed."""

    findings: list[tuple[Database | None, Finding]] = field(default_factory=list)
    meant: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Each line to the words that it was made of."""

    ran: set[tuple[str, int]] = field(default_factory=set)
    """The lines of tlscheck.verdict that ran: module file and number."""

    def add(self, of: Database | None, finding: Finding) -> None:
        """One more finding, which is read as readers do."""
        self.findings.append((of, finding))
        assert finding.told_step or not finding.commands

    @property
    def lines(self) -> tuple[str, ...]:
        """Every command that a finding has, once."""
        return tuple(dict.fromkeys(line for _, each in self.findings for line in each.commands))


def printed(names: Sequence[str] = ORDINARY, how_many: int = HOW_MANY, seed: int = 11) -> Printed:
    """What every check says of so many databases, whose names are drawn from these."""
    lot, found = random.Random(seed), Printed()  # noqa: S311 - lots that fall the same each time
    with _watching(found):
        for _ in range(how_many):
            known = _evidence(lot, names)
            for check in REGISTRY:
                if check.judge is not None and check.applies(known):
                    found.add(known.database, check.judge(known))
        for _ in range(how_many // 10):
            region = _region(lot, names)
            for check in REGISTRY:
                if check.judge_region is not None:
                    found.add(None, check.judge_region(region))
    return found


def unreached(found: Printed) -> list[str]:
    """What of tlscheck.verdict may print a command and did not run: each statement of the module commands but for
    its questions, and each that makes an Advice, asks commands for lines, or calls what returns an Advice."""
    folder = Path(tlscheck.verdict.__path__[0])
    missed = []
    advising = _advising(folder)
    for path in sorted(folder.rglob("*.py")):
        wanted = _all_lines(path) if path.name == "commands.py" else _advising_lines(path, advising)
        ran = {line for file, line in found.ran if file == str(path)}
        missed += [f"{path.relative_to(folder)}:{line}" for line in sorted(wanted - ran)]
    return missed


def _all_lines(path: Path) -> set[int]:
    """The first line of each statement inside a function that does not only say yes or no."""
    functions = [each for each in ast.walk(ast.parse(path.read_text())) if isinstance(each, ast.FunctionDef)]
    found = set()
    for function in functions:
        if function.returns and ast.unparse(function.returns) == "bool":
            continue
        for node in ast.walk(function):
            is_told = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            if isinstance(node, ast.stmt) and node is not function and not is_told:
                found.add(node.lineno)
    return found


def _advising(folder: Path) -> set[str]:
    """Names of the functions that return an Advice, or lines."""
    names = {"Advice"}
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.returns and "Advice" in ast.unparse(node.returns):
                names.add(node.name)
    return names


def _advising_lines(path: Path, advising: set[str]) -> set[int]:
    """Lines of statements inside functions in which one of these is called, or something of commands."""
    found = set()
    for function in ast.walk(ast.parse(path.read_text())):
        if not isinstance(function, ast.FunctionDef):
            continue
        for statement in ast.walk(function):
            # Of a compound statement only its own head: what stands below it has lines of its own.
            if isinstance(statement, ast.Return | ast.Assign | ast.AnnAssign | ast.Expr | ast.AugAssign):
                calls = [each for each in ast.walk(statement) if isinstance(each, ast.Call)]
                if any(_advises(each.func, advising) for each in calls):
                    found.add(statement.lineno)
    return found


def _advises(called: ast.expr, advising: set[str]) -> bool:
    match called:
        case ast.Attribute(value=ast.Name(id="commands")):
            return True
        case ast.Name(id=name):
            return name in advising
        case _:
            return False


@contextmanager
def _watching(found: Printed) -> Iterator[None]:
    """Note which lines of tlscheck.verdict run, and which words each printed line is made of."""
    folder = str(Path(tlscheck.verdict.__path__[0]))
    tool = sys.monitoring.PROFILER_ID  # the id of coverage is for who measures that of all tests
    shell = commands.shell

    def note(*words: str) -> str:
        line = shell(*words)
        found.meant[line] = words
        return line

    def line_ran(code: CodeType, number: int) -> object:
        if code.co_filename.startswith(folder):
            found.ran.add((code.co_filename, number))
        return sys.monitoring.DISABLE

    sys.monitoring.use_tool_id(tool, "printable")
    sys.monitoring.register_callback(tool, sys.monitoring.events.LINE, line_ran)
    sys.monitoring.set_events(tool, sys.monitoring.events.LINE)
    sys.monitoring.restart_events()
    bound = [module for module in list(sys.modules.values()) if getattr(module, "shell", None) is shell]
    for module in bound:
        module.shell = note  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module in bound:
            module.shell = shell  # type: ignore[attr-defined]
        sys.monitoring.set_events(tool, 0)
        sys.monitoring.free_tool_id(tool)


def _evidence(lot: random.Random, names: Sequence[str]) -> Evidence:
    of = _database(lot, names)
    outcome = lot.choice(list(HandshakeOutcome))
    if outcome is HandshakeOutcome.TRUSTED or lot.random() < 0.5:
        seen_until = NOW + lot.choice((20, 300)) * DAY
        shaken = handshake(
            chain=(leaf(not_after=seen_until),),
            authority=lot.choice((None, *OFFERED)),
        )
    else:
        shaken = handshake(outcome, "as it is", chain=lot.choice(((), (leaf(),))))
    seen = replace(
        observation(of.arn, shaken, look(outcome=lot.choice(list(LookOutcome)), detail="as it is")),
        plaintext=Plaintext(lot.choice(list(PlaintextOutcome)), "as it is"),
    )
    clients = lot.choice(
        ((), (client(),), (plaintext_client(),), (client(protocols=("TLSv1",)), plaintext_client()))
    )
    word = Heard(word_of(seen, NOW), is_new=lot.random() < 0.8)
    more: dict[str, Any] = {
        "heard": lot.choice((word, Heard())),
        "depth": lot.choice((Depth.FULL, Depth.FULL, Depth.SAMPLE)),
        "left_out": lot.choice((0, 0, 7)),
        "unreadable": lot.choice(((), (), (REFUSED,))),
        "members": {each: lot.choice((word, Heard(), Heard(is_absent=True))) for each in of.member_authorities},
        "servers": {each: _server(lot, each) for each in of.member_authorities},
        "sharing": lot.choice((None, None, _sharing(lot, names))),
    }
    return evidence(of, seen, clients, lot.choice(names), **more)


def _server(lot: random.Random, name: str) -> Server:
    nobody, somebody = Callers((), 0, are_all=True), Callers(('"cron"',), 1, are_all=True)
    without_tls, below_minimum = (lot.choice((nobody, nobody, somebody, Callers())) for _ in range(2))
    return Server(name, without_tls, below_minimum)


def _sharing(lot: random.Random, names: Sequence[str]) -> Sharing:
    other = lot.choice(names)
    return Sharing(
        (Neighbour(other, (_server(lot, other),)),),
        lot.choice((0, 0, 0, 9)),
        gap=lot.choice((None, None, None, REFUSED)),
    )


def _database(lot: random.Random, names: Sequence[str]) -> Database:
    name = lot.choice(names)
    members = [f"{name}-{number}" if name in ORDINARY else lot.choice(names) for number in range(1, 4)]
    pending = lot.choice((None, None, "rds-ca-rsa4096-g1"))
    own = lot.choice((*OFFERED, "rds-ca-2019", None))
    offered = lot.choice((OFFERED, OFFERED, (), ("rds-ca-rsa2048-g1",), (lot.choice(names),)))
    expires = NOW + lot.choice((-1, 5, 60, 200, 4000)) * DAY
    authority = CertificateAuthority(
        own,
        Offer.UNKNOWN
        if own is None or not offered
        else Offer.OFFERED
        if own in offered
        else Offer.RETIRED_OR_UNKNOWN,
        "the API says so",
        expires=lot.choice((None, expires)),
        pending=pending,
        offered=offered,
        default=lot.choice((None, *OFFERED)),
        of_certificate=lot.choice((None, own, "rds-ca-rsa2048-g1")),
    )
    facts: dict[str, Any] = {
        "region": "us-east-1" if name in ORDINARY else lot.choice(names),
        "status": lot.choice(("available",) * 6 + ("stopped", "stopped", "creating", "deleting")),
        "secret": lot.choice((None, None, "orders/login")),
        "iam_authentication": lot.random() < 0.5,
        "force_ssl": _force_ssl(lot, names),
        "certificate_authority": authority,
        "server_certificate_expires": lot.choice((None, *(NOW + days * DAY for days in VALID))),
        "rotation": _rotation(lot, f"arn:aws:rds:us-east-1:111122223333:cluster:{name}"),
        "settings": _settings(lot),
        "parameter_kinds": _kinds(lot),
        "pending_changes": lot.choice(
            (None, (), ("CACertificateIdentifier",), ("EngineVersion", "CACertificateIdentifier"))
        ),
        "pending_version": lot.choice((None, None, "17.4", "14.9")),
        "traits": tuple(trait for trait in Trait if lot.random() < 0.08),
        "proxies": lot.choice(((), ("orders-proxy",))),
        "log_exports": lot.choice((None, (), ("postgresql",))),
    }
    version = lot.choice(("12.22", "14.9", "16.8", "17.4", "18.1", "odd"))
    engine = lot.choice(("postgres", "aurora-postgresql"))
    of_members = {each: lot.choice((*OFFERED, "rds-ca-2019", None)) for each in members}
    pending_members = {each: "rds-ca-rsa2048-g1" for each in members if lot.random() < 0.2}
    match lot.choice(("instance", "member", "cluster", "cluster", "proxy")):
        case "instance":
            return database(
                identifier=name, arn=_arn("db", name), engine="postgres", engine_version=version, **facts
            )
        case "member":
            return member(
                identifier=members[0],
                arn=_arn("db", members[0]),
                cluster=lot.choice((name, name, None)),
                engine=engine,
                engine_version=version,
                **facts,
            )
        case "cluster":
            more = {
                "member_authorities": lot.choice((of_members, of_members, {}, dict.fromkeys(members, own))),
                "certificate_authority": replace(authority, ends=lot.choice(({}, {own: expires} if own else {}))),
                "member_pending_authorities": pending_members,
                "member_ids": dict.fromkeys(members[:2], "db-X"),
            }
            return cluster(
                identifier=name, arn=_arn("cluster", name), engine=engine, engine_version=version, **facts | more
            )
        case _:
            insists = Proxy(lot.choice((True, False, None)), lot.choice((("orders-prod",), (), REFUSED)))
            return proxy(identifier=name, region=facts["region"], proxy=insists)


def _arn(kind: str, name: str) -> str:
    return f"arn:aws:rds:us-east-1:111122223333:{kind}:{name}"


def _force_ssl(lot: random.Random, names: Sequence[str]) -> ForceSsl:
    own = [each for each in names if each not in ORDINARY] or ["orders-pg17"]
    group = lot.choice(
        (
            *("default.postgres14", "default.postgres17", "default.aurora-postgresql16"),
            *("default.aurora-postgresql16-limitless", "default.mended", None, "one, two"),
            *(lot.choice(own) for _ in range(7)),
        )
    )
    applied = tuple(Applied("a", status) for status in lot.choice(((), ("in-sync",), ("pending-reboot", None))))
    return ForceSsl(
        lot.choice(list(Enforcement)),
        group,
        "the API says so",
        lot.random() < 0.1,
        lot.choice((None, "0", "1")),
        applied,
    )


def _settings(lot: random.Random) -> Settings | Gap:
    if lot.random() < 0.05:
        return REFUSED
    drawn = {
        "ssl": lot.choice(("0", "1")),
        "ssl_min_protocol_version": lot.choice(("TLSv1", "TLSv1.1", "TLSv1.2", "")),
        "ssl_max_protocol_version": lot.choice(("TLSv1", "TLSv1.2", "TLSv1.3", "")),
        "ssl_ciphers": lot.choice(("", "HIGH")),
        "password_encryption": lot.choice(("md5", "scram-sha-256", "")),
        "rds.accepted_password_auth_method": lot.choice(("md5+scram", "scram", "")),
        "log_connections": lot.choice(("0", "1", "")),
        "log_line_prefix": lot.choice(("%t:%r:%u@%d:[%p]:", "%t [%p]", "")),
        "lc_messages": lot.choice(("C", "de_DE.UTF-8", "")),
        "rds.babelfish_status": lot.choice(("on", "off")),
        "babelfishpg_tds.tds_ssl_encrypt": lot.choice(("0", "1", "")),
    }
    return Settings(
        "orders-pg17", GOOD_SETTINGS.values | {name: its for name, its in drawn.items() if lot.random() < 0.7}
    )


def _kinds(lot: random.Random) -> dict[str, ParameterKind]:
    if lot.random() < 0.2:
        return {}
    names = (*GOOD_SETTINGS.values, "rds.force_ssl", "babelfishpg_tds.tds_ssl_encrypt")
    return {
        name: ParameterKind(
            lot.choice((True, False, None)),
            lot.choice((True, True, True, None, False)),
            lot.choice((None, None, None, "no,others", "0,1")),
        )
        for name in names
    }


def _rotation(lot: random.Random, arn: str) -> Rotation:
    moment = lot.choice((None, NOW + 9 * DAY))
    actions = tuple(
        MaintenanceAction(
            name,
            moment,
            planned_at=lot.choice((None, moment)),
            resource_arn=lot.choice((None, arn)),
            opt_in=lot.choice((None, None, "next-maintenance")),
        )
        for name in ("server-certificate-rotation", "ca-certificate-rotation")
        if lot.random() < 0.3
    )
    return Rotation(
        lot.choice((True, True, False, None, REFUSED)),
        lot.choice((OFFERED, OFFERED, (), REFUSED)),
        lot.choice((actions, actions, actions, REFUSED)),
    )


def _region(lot: random.Random, names: Sequence[str]) -> RegionEvidence:
    authorities = tuple(
        OfferedAuthority(
            name,
            lot.choice((None, "ab" * 20)),
            lot.choice((None, NOW + lot.choice((-1, 30, 4000)) * DAY)),
            override=lot.random() < 0.4,
            override_expires=lot.choice((None, NOW + lot.choice((-1, 30, 400)) * DAY)),
        )
        for name in lot.choice((OFFERED, OFFERED[1:2], tuple(names[:2])))
    )
    default = lot.choice((None, "rds-ca-2019", "rds-ca-rsa2048-g1", lot.choice(names)))
    listing = RegionListing(
        "arn:aws:rds:us-east-1:111122223333:region",
        "us-east-1",
        lot.choice((0, 3)),
        lot.choice(((), (REFUSED,))),
        lot.choice((Authorities(authorities, default), Authorities(authorities, default), REFUSED)),
    )
    return RegionEvidence(listing, {}, NOW)
