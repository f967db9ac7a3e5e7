"""How often it is tried again to write over what other sweeps write too."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tlscheck.ledger.client import Client
from tlscheck.verdict.check import CheckId
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.steps import Step, Steps, Write

MOST_TRIES = 3
"""Of a finding. Two sweeps beside this one come before it twice at most: then they judge by its facts too."""

MOST_TRIES_OF_FACTS = 30
"""Of what must not be lost: each time another's fact was written, so that only a great many at once can do it."""

OVERTAKEN = (
    f"Other sweeps wrote of it while this one did, {MOST_TRIES} times: what the table says may be older than this."
)


@dataclass(slots=True)
class Tries:
    """How often others came before an item was written."""

    of_items: Counter[str] = field(default_factory=Counter)

    @property
    def are_spent(self) -> bool:
        """Whether that was so as often as it is tried."""
        return any(
            count >= (MOST_TRIES if name in set(CheckId) else MOST_TRIES_OF_FACTS)
            for name, count in self.of_items.items()
        )

    def done(self, steps: Iterable[Step]) -> Steps[bool]:
        """Does the steps; False at the first item that another wrote since it was read."""
        for step in steps:
            if not (yield step) and isinstance(step, Write):
                self.of_items[_name(step)] += 1
                return False
        return True


def _name(step: Write) -> str:
    match step.noun:
        case Client(who):
            return who.digest()
        case RememberedFinding(finding):
            return finding.check
        case other:
            return type(other).__name__
