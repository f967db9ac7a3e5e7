"""Would this client survive? Today, after a rotation, under enforcement, and both: what happens, and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tlscheck.drivers.behaviour import Grounds, Rule
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.table import rules_for
from tlscheck.survival.prediction import Case, Cause, Prediction, Situation, predict
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


type LookInto = Callable[[Sought], Seen]


def assess(
    connection: Connection, look_now: LookInto, look_then: LookInto, named: tuple[bool | None, str], about: About
) -> Assessment:
    """What happens to this client; `look_now` says whether a place trusts the present CA, `look_then` the target.

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
        cases = [_case(rule, places[rule][is_rotated], scenario, named[0]) for rule in rules]
        prediction = predict(cases)
        told = [places[rule][is_rotated].why for rule in rules]
        words = not_known(connection) if connection.unknown else why(prediction, _deciding(cases), told, named[1])
        outlooks.append(Outlook(scenario, prediction, _verdict(prediction), words))
    deciding = [each.verdict for each in outlooks if each.scenario in _DECIDE[about]]
    return Assessment(
        connection,
        worst(deciding),
        tuple(outlooks),
        tuple(dict.fromkeys(sought(rule, connection) for rule in rules)),
        "; ".join(dict.fromkeys(each[True].why for each in places.values() if each[True].why)),
        rules,
    )


def worst(verdicts: list[Survival]) -> Survival:
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


def _verdict(prediction: Prediction) -> Survival:
    if prediction.connects is False:
        return Survival.DOES_NOT
    if not prediction.is_known:
        return Survival.UNKNOWN
    # It goes on without encryption, and nobody is told.
    fell_back = not prediction.is_encrypted and set(prediction.causes) - {Cause.NO_TLS}
    return Survival.DOES_NOT if fell_back else Survival.SURVIVES
