"""Advice is a promise: what is printed is done, and asked again. For every driver, mode and kind of roots."""

import re
import shlex
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from tlscheck.drivers.behaviour import Verifies
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Family
from tlscheck.drivers.recognition import connection, named
from tlscheck.drivers.words import Words
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.survival.answer import Find, Found, answer
from tlscheck.survival.assessment import About, Scenario, Survival
from tlscheck.survival.client_document import Answer, Question
from tlscheck.survival.prediction import Roots
from tlscheck.survival.roots import Sought, Where
from tlscheck.trust.order import Order, select
from tlscheck.trust.trust_store import Authority, Entry, Format, TrustStore

from tests.client_matrix.attempt import Attempt
from tests.client_matrix.attempts import CLIENTS, attempts
from tests.client_matrix.world import File, Kind, Trusts, stand_in
from tests.client_words.following import followed

NOW = datetime(2026, 11, 24, tzinfo=UTC)
HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
CUSTOM = "db.example.com"
WORLD = stand_in()
FRANKFURT = tuple(root for root in roots() if root.region == "eu-central-1")
STALE = tuple(root for root in FRANKFURT if root.family is Authority.RSA2048_G1)
FOREIGN = tuple(root for root in roots() if root.region == "us-east-1")
SAME = {"psql 15", "pgjdbc of Debian", "PHP, pg_connect", "ruby-pg", "libpq 11", "libpq 12", "libpq 13"}
"""They are given the very words of another."""

VERIFY_THE_NAME_ALWAYS = {"lib/pq", "knex 3, a string"}
"""By another name no words of theirs connect and verify the chain: the answer says so. What lib/pq does there
depends on its version, which is not said; knex has but the URL."""

STRICTNESS = [None, *Verifies]


@dataclass(frozen=True)
class Situation:
    """How the client reaches the database, and what is asked."""

    host: str
    endpoint: str = ""
    right: tuple[Entry, ...] = FRANKFURT
    """What lies in the file of the right root."""

    target: str = ""

    @property
    def is_by_endpoint(self) -> bool:
        """Whether the certificate carries the host's name."""
        return self.host == HOST

    @property
    def question(self) -> Question:
        region = None if HOST in {self.endpoint, self.host} else "eu-central-1"
        present = "rds-ca-rsa2048-g1" if self.right is STALE else ""
        return Question(About.BOTH, region, self.target, present, self.endpoint)

    def after(self, before: Answer) -> "Situation":
        """Where nobody knows the name, a client that asks for it today goes on asking, and may be right."""
        asks = {rule.verifies for rule in before.assessment.rules} == {Verifies.CHAIN_AND_NAME}
        is_open = not self.endpoint and not self.is_by_endpoint
        return replace(self, endpoint=self.host) if is_open and asks else self


SITUATIONS = {
    "by its endpoint": Situation(HOST),
    "by its endpoint, with today's root": Situation(HOST, right=STALE, target="rds-ca-ecc384-g1"),
    "through a tunnel": Situation("localhost", HOST),
    "by an address": Situation("10.1.2.3", HOST),
    "by a CNAME": Situation(CUSTOM, HOST),
    "by a name of which nothing is known": Situation(CUSTOM),
}


def machine(attempt: Attempt, situation: Situation, built: str = "") -> Find:
    """The client's machine, with the store in it that the printed command builds."""
    held: dict[str, Found] = {
        WORLD.file(File.RIGHT): TrustStore(Format.PEM, situation.right),
        WORLD.file(File.WRONG): TrustStore(Format.PEM, FOREIGN),
        WORLD.file(File.BROKEN): Roots.BROKEN,
    }
    if built.startswith("tlscheck"):
        held["rds-ca.pem"] = TrustStore(Format.PEM, _built(built, held))
    by_trust = {Trusts.RIGHT: situation.right, Trusts.WRONG: FOREIGN}

    def find(place: Sought, family: Family) -> tuple[Found, str]:
        assert family
        around = attempt.surroundings
        match place.where:
            case Where.FILE:
                return held.get(place.path, Roots.MISSING), place.path
            case Where.HOME | Where.ACCOUNT:
                home = around.home if place.where is Where.HOME else around.account
                held_there = by_trust.get(home)
                return (TrustStore(Format.PEM, held_there) if held_there else Roots.NONE), "home"
            case _:
                is_right = around.system is Trusts.RIGHT
                return TrustStore(Format.PEM, situation.right if is_right else FOREIGN), "system"

    return find


def _built(command: str, held: dict[str, Found]) -> tuple[Entry, ...]:
    """What the printed command makes; it is refused where a person's shell would refuse it."""
    words = shlex.split(command)
    assert words[:3] == ["tlscheck", "trust-store", "build"]
    options = [each for each in words[3:] if each != "--proxy"]
    said = list(zip(options[::2], options[1::2], strict=True))
    regions = tuple(value for name, value in said if name == "--region")
    merged = next((held[value] for name, value in said if name == "--merge"), None)
    assert merged is None or isinstance(merged, TrustStore)
    assert {name for name, _ in said} <= {"--region", "--merge"}
    return select(Order(regions, with_proxy="--proxy" in words), roots(), merged, NOW).entries


def at(attempt: Attempt, host: str) -> Words | None:
    """The attempt's words, to another host; None where its driver has no model."""
    try:
        driver, framework = named(attempt.driver)
    except BadRequest:
        return None
    text = attempt.text.replace("localhost", host)
    options = {name: _moved(value, host) for name, value in attempt.options.items()}
    of_libpq = re.fullmatch(r"libpq (\d+)", attempt.client)
    version = (int(of_libpq[1]),) if of_libpq else ()
    return Words(text, driver, framework, version, options)


def _moved(value: object, host: str) -> object:
    if isinstance(value, str):
        return value.replace("localhost", host)
    if isinstance(value, dict):
        return {name: _moved(each, host) for name, each in value.items()}
    return value


def cases(client: str, situation: Situation) -> Iterator[tuple[Attempt, Words, Connection]]:
    for attempt in attempts(client, WORLD):
        if attempt.server is not Kind.GOOD:
            continue
        words = at(attempt, situation.host)
        try:
            if words:
                yield attempt, words, connection(words)
        except BadRequest:
            continue


def ask(read: Connection, situation: Situation, find: Find) -> Answer:
    return answer(read, situation.question, roots(), find, NOW)


def verified(told: Answer, scenario: Scenario) -> int:
    outlook = told.assessment.outlook(scenario)
    return STRICTNESS.index(outlook.prediction.verifies if outlook.prediction.connects else None)


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("client", [each for each in CLIENTS if each not in SAME])
def test_what_is_printed_does_what_it_is_printed_for(client: str, situation: str) -> None:
    here = SITUATIONS[situation]
    counted: Counter[str] = Counter()
    for attempt, words, read in cases(client, here):
        before = ask(read, here, machine(attempt, here))
        fix = before.fix
        if not fix.line:
            assert not fix.is_needed or "By this name no setting" in fix.where, attempt
            counted["in words"] += 1
            continue
        changed = connection(followed(words, fix, here.host))
        then = here.after(before)
        assert then is here or "Whether the certificate carries this name is not known" in fix.where
        after = ask(changed, then, machine(attempt, here, fix.trust_store))
        shown = f"{attempt}\n{fix}\n{changed}\n{after.assessment.outlooks}"
        assert after.assessment.outlook(Scenario.TODAY).verdict is Survival.SURVIVES, shown
        assert after.assessment.verdict is Survival.SURVIVES, shown
        for scenario in (Scenario.TODAY, Scenario.BOTH):
            assert verified(after, scenario) >= verified(before, scenario), shown
        assert not (after.fix.is_needed and after.fix.line), shown
        counted["applied"] += 1
    told = (client in VERIFY_THE_NAME_ALWAYS and not here.is_by_endpoint) or not counted
    assert told or counted["applied"], counted
