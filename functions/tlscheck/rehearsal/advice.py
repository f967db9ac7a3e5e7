"""The mode or option that fits a client, as far as what it does tells."""

from tlscheck.drivers.behaviour import Verifies
from tlscheck.rehearsal.conclusion import Encrypts, Told
from tlscheck.rehearsal.goal import Goal
from tlscheck.rehearsal.outlooks import Habits
from tlscheck.survival.assessment import Survival

_FULL = "sslmode=verify-full, or what its driver calls it"
_STORE = "tlscheck trust-store build --region {region}"


def advice(  # noqa: PLR0911 - one return for each kind of client
    goal: Goal, habits: Habits, verdict: Survival
) -> str:
    """What to do, in a sentence or two."""
    store = _STORE.format(region=goal.region)
    lacks = False in {habits.trusts_present.value, habits.trusts_target.value}
    if habits.takes_chain is False and lacks:
        return f"Add the Region's roots to the store that it verifies with ({store}), then rehearse again."
    if habits.takes_chain is False and verdict is Survival.UNKNOWN:
        return f"Look at the store that it verifies with: it must hold the Region's roots ({store})."
    if habits.encrypts.value in {Encrypts.NEVER, Encrypts.WHEN_REFUSED}:
        return f"Let it use TLS and verify the server: {_FULL}, with a store of the Region's roots ({store})."
    if habits.takes_chain:
        return f"Let it verify the server: {_FULL}, with a store of the Region's roots ({store})."
    if habits.takes_chain is False and habits.falls_back.value:
        return f"Let it not go on in plaintext after it refused a server: {_FULL}."
    if habits.takes_chain is False and _is_chain_alone(habits.verifies):
        return f"Let it verify the name too: {_FULL}."
    return ""


def _is_chain_alone(told: Told[Verifies]) -> bool:
    return told.value is Verifies.CHAIN and not told.why
