"""Would this client survive? Today, after a rotation, under enforcement, and both: what happens, and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tlscheck.drivers.behaviour import Grounds, Rule, Verifies
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Family
from tlscheck.drivers.table import rules_for
from tlscheck.survival.prediction import Case, Cause, Prediction, Situation, predict
from tlscheck.survival.questions import question
from tlscheck.survival.reasons import not_known, why
from tlscheck.survival.roots import Seen, Sought, seen, sought


class Scenario(StrEnum):
    """What becomes of the server."""

    TODAY = "today"
    ROTATED = "after the rotation"
    ENFORCED = "under enforcement"
    BOTH = "after the rotation, under enforcement"


class Survival(StrEnum):
    """Whether the client survives that."""

    SURVIVES = "SURVIVES"
    DOES_NOT = "DOES_NOT"
    UNKNOWN = "UNKNOWN"


class About(StrEnum):
    """What the question is about."""

    ROTATION = "rotation"
    ENFORCEMENT = "enforcement"
    BOTH = "both"


_DECIDE = {
    About.ROTATION: (Scenario.ROTATED,),
    About.ENFORCEMENT: (Scenario.ENFORCED,),
    About.BOTH: (Scenario.ROTATED, Scenario.ENFORCED, Scenario.BOTH),
}


@dataclass(frozen=True, slots=True)
class Outlook:
    """One scenario."""

    scenario: Scenario
    prediction: Prediction
    verdict: Survival
    why: str

    question: str = ""
    """The one whose answer would settle what is not known; "" where all is, or nobody's answer would help."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that can be said of one connection."""

    connection: Connection
    verdict: Survival
    """Of the scenarios that were asked about, the worst."""

    outlooks: tuple[Outlook, ...]
    looked: tuple[Sought, ...]
    """Where its roots were sought."""

    found: str
    """What was found there, in words."""

    rules: tuple[Rule, ...]

    def outlook(self, scenario: Scenario) -> Outlook:
        """The one of a scenario."""
        return next(each for each in self.outlooks if each.scenario is scenario)


_NO_TLS_LOCALLY = frozenset({Family.PGX, Family.LIB_PQ, Family.ASYNCPG})

type LookInto = Callable[[Sought], Seen]


def assess(
    connection: Connection, look_now: LookInto, look_then: LookInto, named: tuple[bool | None, str], about: About
) -> Assessment:
    """What happens to this client at its own host; the others that it names are asked for one by one.

    `look_now` says whether a place trusts the present CA, `look_then` the target.

    The server is taken to offer TLS and to present a certificate in date, as RDS does.
    """
    if connection.is_local and not connection.unknown:
        return over_a_socket(connection)
    rules = (
        ()
        if connection.unknown
        else rules_for(connection.driver.family, connection.mode, connection.root, connection.version)
    )
    places = {
        rule: {False: seen(rule, connection, look_now), True: seen(rule, connection, look_then)} for rule in rules
    }
    outlooks = []
    for scenario in Scenario:
        is_rotated = scenario in {Scenario.ROTATED, Scenario.BOTH}
        found = [places[rule][is_rotated] for rule in rules]
        cases = [_case(rule, place, scenario, named[0]) for rule, place in zip(rules, found, strict=True)]
        prediction = predict(cases)
        told = [place.why for place in found]
        words = not_known(connection) if connection.unknown else why(prediction, rules, told, named[1])
        asks = question(cases, found) if not prediction.is_known or prediction.perhaps else ""
        outlooks.append(Outlook(scenario, prediction, _verdict(prediction), words, asks))
    return Assessment(
        connection,
        decided(outlooks, about),
        tuple(outlooks),
        tuple(dict.fromkeys(sought(rule, connection) for rule in rules)),
        "; ".join(dict.fromkeys(each[True].why for each in places.values() if each[True].why)),
        rules,
    )


def decided(outlooks: Sequence[Outlook], about: About) -> Survival:
    """The verdict of the scenarios that were asked about."""
    return worst([each.verdict for each in outlooks if each.scenario in _DECIDE[about]])


def worst(verdicts: Sequence[Survival]) -> Survival:
    """DOES_NOT before UNKNOWN before SURVIVES."""
    for each in (Survival.DOES_NOT, Survival.UNKNOWN):
        if each in verdicts:
            return each
    return Survival.SURVIVES


def is_only_read(assessment: Assessment) -> bool:
    """Whether what is said rests on a manual or source that nobody ran here."""
    return any(rule.basis is Grounds.READ for rule in assessment.rules)


def over_a_socket(connection: Connection) -> Assessment:
    """What is said of a client that connects to a unix socket: nothing of the database's TLS reaches it.

    Sources: PostgreSQL, fe-connect.c (no SSLRequest over AF_UNIX); pgx, config.go (no TLSConfig for "unix");
    lib/pq, conn.go; asyncpg, connect_utils.py (create_unix_connection). Those three may stumble over a file of
    roots before they come to it.
    """
    family = connection.driver.family
    is_lax = not connection.root and connection.mode in {"", "disable", "allow", "prefer", "require"}
    is_known = family is Family.LIBPQ or (family in _NO_TLS_LOCALLY and is_lax)
    prediction = Prediction(True, False, Verifies.NOTHING, ()) if is_known else Prediction(None, None, None, ())
    said = (
        "It goes over a unix socket, where there is no TLS: what listens there, a pooler as a rule, has a"
        " connection of its own to the database. Ask about that one."
        if is_known
        else f"Not known: what {connection.driver} does about TLS over a unix socket was neither run nor read."
    )
    verdict = Survival.SURVIVES if is_known else Survival.UNKNOWN
    outlooks = tuple(Outlook(each, prediction, verdict, said) for each in Scenario)
    return Assessment(connection, verdict, outlooks, (), "", ())


def _case(rule: Rule, found: Seen, scenario: Scenario, named: bool | None) -> Case:
    enforces = scenario in {Scenario.ENFORCED, Scenario.BOTH}
    return Case(rule, found.roots, Situation(enforces_tls=enforces, is_trusted=found.is_trusted, is_named=named))


def _verdict(prediction: Prediction) -> Survival:
    if prediction.connects is False:
        return Survival.DOES_NOT
    if not prediction.is_known:
        return Survival.UNKNOWN
    # It goes on without encryption, and nobody is told.
    causes = {*prediction.causes, *prediction.perhaps}
    fell_back = not prediction.is_encrypted and causes - {Cause.NO_TLS}
    return Survival.DOES_NOT if fell_back else Survival.SURVIVES
