"""Would this client survive? Today, after a rotation, under enforcement, and both: what happens, and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tlscheck.drivers.behaviour import Grounds, Rule
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.table import rules_for
from tlscheck.survival.prediction import Case, Cause, Prediction, Situation, predict
from tlscheck.survival.questions import question
from tlscheck.survival.reasons import not_known, why
from tlscheck.survival.roots import Seen, Sought, Where, seen, sought


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

    file: tuple[Seen, ...] = ()
    """What was found in the file that it names, of the present CA and of the target; () where it is not read."""

    def outlook(self, scenario: Scenario) -> Outlook:
        """The one of a scenario."""
        return next(each for each in self.outlooks if each.scenario is scenario)


type LookInto = Callable[[Sought], Seen]


def assess(
    connection: Connection, look_now: LookInto, look_then: LookInto, named: tuple[bool | None, str], about: About
) -> Assessment:
    """What happens to this client at its own host; the others that it names are asked for one by one.

    `look_now` says whether a place trusts the present CA, `look_then` the target.

    The server is taken to offer TLS and to present a certificate in date, as RDS does.
    """
    rules = (
        ()
        if connection.unknown
        else rules_for(
            connection.driver.family,
            connection.mode,
            connection.root,
            connection.version,
            is_local=connection.is_local,
        )
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
        words = not_known(connection) if connection.unknown else why(prediction, _deciding(cases), told, named[1])
        asks = question(cases, found) if not prediction.is_known or prediction.perhaps else ""
        outlooks.append(Outlook(scenario, prediction, verdict_of(prediction), words, asks))
    return Assessment(
        connection,
        decided(outlooks, about),
        tuple(outlooks),
        tuple(dict.fromkeys(sought(rule, connection) for rule in rules)),
        "; ".join(dict.fromkeys(each[True].why for each in places.values() if each[True].why)),
        rules,
        tuple(
            found
            for rule in rules
            if sought(rule, connection).where is Where.FILE
            for found in places[rule].values()
        ),
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


def _case(rule: Rule, found: Seen, scenario: Scenario, named: bool | None) -> Case:
    enforces = scenario in {Scenario.ENFORCED, Scenario.BOTH}
    return Case(rule, found.roots, Situation(enforces_tls=enforces, is_trusted=found.is_trusted, is_named=named))


def _deciding(cases: Sequence[Case]) -> tuple[Rule, ...]:
    """The rules, or one of them where all come to the same: then no version decides."""
    rules = tuple(case.rule for case in cases)
    return rules if len({predict([case]) for case in cases}) > 1 else rules[:1]


def verdict_of(prediction: Prediction) -> Survival:
    """Whether it survives what is predicted."""
    if prediction.connects is False:
        return Survival.DOES_NOT
    if not prediction.is_known:
        return Survival.UNKNOWN
    # It goes on without encryption, and nobody is told.
    causes = {*prediction.causes, *prediction.perhaps}
    fell_back = not prediction.is_encrypted and causes - {Cause.NO_TLS}
    return Survival.DOES_NOT if fell_back else Survival.SURVIVES
