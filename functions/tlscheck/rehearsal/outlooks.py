"""What becomes of a client when its server's CA is rotated, TLS is enforced, and both: by what it showed."""

from dataclasses import dataclass

from tlscheck.drivers.behaviour import Verifies
from tlscheck.rehearsal.conclusion import Encrypts, Told
from tlscheck.rehearsal.goal import Goal
from tlscheck.rehearsal.holding import family
from tlscheck.rehearsal.root_key import root_key
from tlscheck.rehearsal.trial import Key
from tlscheck.survival.assessment import Scenario, Survival
from tlscheck.trust.trust_store import Authority

type Fate = tuple[Survival, str]

_ROTATED = frozenset({Scenario.ROTATED, Scenario.BOTH})
_ENFORCED = frozenset({Scenario.ENFORCED, Scenario.BOTH})
_PINS = (
    "Not known: its store holds none of the roots that were asked about; it fails, unless it pins the server's"
    " own certificate."
)


@dataclass(frozen=True, slots=True)
class Habits:
    """What decides, as far as it is told."""

    encrypts: Told[Encrypts]
    verifies: Told[Verifies]
    takes_chain: bool | None
    """Whether it goes on with a certificate of nobody that carries its name; None where that is not known."""

    falls_back: Told[bool]
    takes_ecc: Told[bool]
    begins_in_plaintext: bool
    trusts_present: Told[bool]
    trusts_target: Told[bool]
    holds_some: bool
    """Some root that was asked about, whoever's; who holds none of them may pin the server's own certificate."""


def outlooks(goal: Goal, habits: Habits) -> dict[Scenario, Fate]:
    """Of each scenario what happens, and why."""
    return {scenario: _fate(goal, habits, scenario) for scenario in Scenario}


def _fate(  # noqa: PLR0911 - one return for each way it ends
    goal: Goal, habits: Habits, scenario: Scenario
) -> Fate:
    is_enforced = scenario in _ENFORCED
    if habits.begins_in_plaintext and not is_enforced:
        return Survival.SURVIVES, "It connects in plaintext: it uses no TLS as long as the server takes that."
    if habits.encrypts.value is Encrypts.NEVER:
        return Survival.DOES_NOT, "It never asks for TLS, and the server refuses whoever comes without."
    is_rotated = scenario in _ROTATED
    authority = goal.target if is_rotated else goal.present
    roots = f"the root of {authority}" if authority else "every root of the Region"
    if habits.takes_chain is None:
        return Survival.UNKNOWN, f"Not known: {habits.verifies.why or habits.encrypts.why}."
    if is_ecc(goal, authority) and not habits.takes_ecc.value:
        return _without_ecc(habits, authority, is_enforced)
    if habits.takes_chain:
        return Survival.SURVIVES, "It encrypts and verifies no chain: no certificate breaks it, whoever issued it."
    held = habits.trusts_target if is_rotated else habits.trusts_present
    if held.value is None:
        return Survival.UNKNOWN, f"Not known: whether its store holds {roots}: {held.why}."
    if held.value:
        return Survival.SURVIVES, f"It verifies, and its store holds {roots}."
    if not habits.holds_some and not is_rotated:
        return Survival.UNKNOWN, _PINS
    lacks = f"the root of {authority}" if authority else "each root of the Region"
    return _fails(habits, f"It verifies, and its store lacks {lacks}", is_enforced)


def _without_ecc(habits: Habits, authority: Authority | None, is_enforced: bool) -> Fate:
    if habits.takes_ecc.value is None:
        return Survival.UNKNOWN, f"Not known: whether it takes ECC: {habits.takes_ecc.why}."
    if authority is None:
        return Survival.UNKNOWN, "Not known: it speaks no ECC, which one of the CAs that it may be needs."
    return _fails(habits, f"It speaks no ECC, which a certificate of {authority} needs", is_enforced)


def _fails(habits: Habits, why: str, is_enforced: bool) -> Fate:
    if not is_enforced and habits.falls_back.value:
        return Survival.DOES_NOT, f"{why}: it goes on in plaintext, silently."
    if is_enforced and habits.falls_back.value:
        return Survival.DOES_NOT, f"{why}: it goes on in plaintext, which the server refuses."
    return Survival.DOES_NOT, f"{why}: it fails."


def is_ecc(goal: Goal, authority: Authority | None) -> bool:
    """Whether a root of a CA has a key of an elliptic curve, and so its servers' certificates."""
    return any(root_key(root) is Key.P384 for root in family(goal, authority))
