"""The figure of advice that is done: printed fixes, written into the words of real drivers, at real servers.

A client that was told of a fix must connect afterwards with TLS: today, after the rotation (to a CA of another
kind of key), and where TLS is enforced. What it verified before, or was given a store for, it must verify: at a
server of another CA, and of another name, it may come to no TLS. Cases without a line to follow are counted apart.
"""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import groupby
from pathlib import Path

from tlscheck.drivers.behaviour import Verifies
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Family
from tlscheck.drivers.recognition import connection, named
from tlscheck.drivers.words import Words
from tlscheck.edges.stores import files
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.keystores.keystore import UnreadableStore
from tlscheck.keystores.pem import write
from tlscheck.survival.answer import Found, answer
from tlscheck.survival.assessment import About, Scenario
from tlscheck.survival.client_document import Answer, Question
from tlscheck.survival.fixes import Fix
from tlscheck.survival.prediction import Roots
from tlscheck.survival.roots import Sought, Where
from tlscheck.trust.order import Order, select
from tlscheck.trust.trust_store import Entry

from tests.client_matrix.attempt import Attempt
from tests.client_matrix.attempts import CLIENTS, attempts
from tests.client_matrix.clients import client
from tests.client_matrix.running import Client, Happened, possible
from tests.client_matrix.world import HOST, File, Kind, Trusts, World, world
from tests.client_words.following import NotFollowedError, followed

REGION = "eu-central-1"
QUESTION = Question(About.BOTH, REGION, "rds-ca-ecc384-g1", "rds-ca-rsa2048-g1", HOST)
SERVERS = {"today": Kind.GOOD, "after the rotation": Kind.ECC, "under enforcement": Kind.ENFORCED}
STRANGERS = {"at another CA's": Kind.OTHER_CA, "at another name's": Kind.WRONG_NAME}
SHOWN = 20
MOST = 16
"""Fixes of one client that are run, spread over its modes, files and surroundings."""


class Without(StrEnum):
    """Why a case has no fix that could be applied, as its figure is called."""

    NEED = "fixes_not_needed"
    REFUSED = "fixes_of_words_that_are_refused"
    LINE = "fixes_in_words"
    BY_HAND = "fixes_by_hand"


@dataclass(frozen=True, slots=True)
class Trial:
    """An attempt after what was printed for it."""

    attempt: Attempt
    line: str
    server: str
    is_strange: bool
    """Whether this server must not be taken for the database."""

    def fault(self, came: Happened) -> str:
        """What is wrong with what came of it; "" for nothing."""
        if self.is_strange:
            return "it took a stranger for the database" if came.tls else ""
        return "" if came.tls else came.error or "it connected without TLS"


def measure() -> None:
    """Prints what did not hold, and the figures."""
    counted: Counter[str] = Counter()
    broken: set[str] = set()
    shown = 0
    with world() as here:
        for name in CLIENTS:
            found = client(name, here)
            if found is None:
                print(f"  {name}: not on this machine", flush=True)
                continue
            before, began = counted["applied"], time.monotonic()
            for trial, fault in tried(found, here, MOST, counted):
                if fault:
                    broken.add(str(replace(trial.attempt, server=Kind.GOOD)))
                    if shown < SHOWN:
                        print(f"  not mended {trial.server}: {trial.attempt}: {trial.line}: {fault[:160]}")
                    shown += 1
            applied = counted["applied"] - before
            print(f"  {name}: {applied} fixes applied, {time.monotonic() - began:.1f} s", flush=True)
    applied = counted["applied"]
    print(f"figure client_words.fixes {applied} applied")
    for what in Without:
        print(f"figure client_words.{what} {counted[what]} cases")
    print(f"figure client_words.fix_closure {100 * (1 - len(broken) / max(1, applied)):g} percent")


def tried(found: Client, here: World, most: int, counted: Counter[str]) -> Iterator[tuple[Trial, str]]:
    """What this client did after so many of its fixes, and what is wrong with it; "" for nothing.

    `counted` gains those that were applied, and what could not be.
    """
    known = files.read(Path(here.file(File.RIGHT))).entries
    fixes = list(_fixes(found, here, known, counted))
    trials: list[Trial] = []
    for attempt, words, told in fixes[:: max(1, -(-len(fixes) // most))]:
        try:
            trials += _trials(attempt, words, told, here, known)
        except NotFollowedError as line:
            print(f"  {found.name}: only its programmer can follow: {line}"[:160], flush=True)
            counted[Without.BY_HAND] += 1
        else:
            counted["applied"] += 1
    yield from _run(found, here, trials)


def _fixes(
    found: Client, here: World, known: tuple[Entry, ...], counted: Counter[str]
) -> Iterator[tuple[Attempt, Words, Answer]]:
    for attempt in filter(possible, attempts(found.name, here)):
        if attempt.server is not Kind.GOOD:
            continue
        try:
            driver, framework = named(attempt.driver)
            words = Words(attempt.text, driver, framework, found.version, attempt.options)
            told = _told(connection(words), attempt, here, known)
        except BadRequest:
            counted[Without.REFUSED] += 1
            continue
        if told.fix.line:
            yield attempt, words, told
        else:
            counted[Without.LINE if told.fix.where else Without.NEED] += 1


def _trials(
    attempt: Attempt, words: Words, told: Answer, here: World, known: tuple[Entry, ...]
) -> Iterator[Trial]:
    changed = followed(words, _in_place(told, here, known), HOST)
    strange = _strangers(told)
    for server, kind in {**SERVERS, **strange}.items():
        ports = str(here.ports[Kind.GOOD]), str(here.ports[kind])
        text = changed.text.replace(*ports)
        options = {name: _at(value, *ports) for name, value in changed.options.items()}
        now = replace(attempt, server=kind, text=text, options=options)
        yield Trial(now, told.fix.line, server, is_strange=server in strange)


def _strangers(told: Answer) -> dict[str, Kind]:
    """The servers that the client must go on refusing, or begin to refuse with its new store."""
    before = told.assessment.outlook(Scenario.TODAY).prediction
    verifies = before.verifies if before.connects else None
    is_named = verifies in {Verifies.NAME, Verifies.CHAIN_AND_NAME} and "gives up the name" not in told.fix.where
    is_chained = verifies in {Verifies.CHAIN, Verifies.CHAIN_AND_NAME} or bool(told.fix.trust_store)
    wanted = {Kind.OTHER_CA} if is_chained else set[Kind]()
    wanted |= {Kind.WRONG_NAME} if is_named else set()
    return {name: kind for name, kind in STRANGERS.items() if kind in wanted}


def _at(value: object, port: str, other: str) -> object:
    if isinstance(value, dict):
        return {name: _at(each, port, other) for name, each in value.items()}
    if isinstance(value, str):
        return value.replace(port, other)
    return int(other) if isinstance(value, int) and str(value) == port else value


def _told(read: Connection, attempt: Attempt, here: World, known: tuple[Entry, ...]) -> Answer:
    def find(place: Sought, _family: Family) -> tuple[Found, str]:
        around = attempt.surroundings
        if place.where is Where.FILE:
            path = Path(place.path)
        elif place.where in {Where.HOME, Where.ACCOUNT}:
            home = around.home if place.where is Where.HOME else around.account
            path = here.home(home) / ".postgresql" / "root.crt"
        else:
            path = Path(here.file(File.RIGHT if around.system is Trusts.RIGHT else File.WRONG))
        if not path.exists():
            return (Roots.NONE if place.where in {Where.HOME, Where.ACCOUNT} else Roots.MISSING), str(path)
        try:
            return files.read(path), str(path)
        except UnreadableStore:
            return Roots.BROKEN, str(path)

    return answer(read, QUESTION, known, find, datetime.now(UTC))


def _in_place(told: Answer, here: World, known: tuple[Entry, ...]) -> Fix:
    """The fix with the path of the store that its command builds in the place of its name."""
    fix = told.fix
    if not fix.trust_store:
        return fix
    merged = told.assessment.connection.root if "--merge" in fix.trust_store else ""
    present = files.read(Path(merged)) if merged else None
    chosen = select(Order((REGION,)), known, present, datetime.now(UTC)).entries
    built = here.directory / f"built{'-merged' if merged else ''}.pem"
    built.write_bytes(write((entry.subject, entry.der) for entry in chosen))
    return replace(fix, line=fix.line.replace("rds-ca.pem", str(built)))


def _run(found: Client, here: World, trials: list[Trial]) -> Iterator[tuple[Trial, str]]:
    """Each trial, and what went wrong; "" for nothing."""
    ordered = sorted(trials, key=lambda trial: str(trial.attempt.surroundings))
    for around, group in groupby(ordered, key=lambda trial: trial.attempt.surroundings):
        together = list(group)
        for trial, came in zip(
            together, found.run(here, around, [each.attempt for each in together]), strict=True
        ):
            yield trial, trial.fault(came)


if __name__ == "__main__":
    measure()
