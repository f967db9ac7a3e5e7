"""Which mutants are tried: a sample that a seed decides, as large in each module as the module's share of all."""

import random
from collections.abc import Mapping, Sequence

from tests.mutation.candidates import Mutant


def draw(found: Mapping[str, Sequence[Mutant]], most: int, seed: str) -> list[Mutant]:
    """At most that many of the mutants of each module (by its path); the same for the same seed and sources."""
    total = sum(map(len, found.values()))
    most = min(most, total)
    shares = {path: most * len(each) / total for path, each in found.items() if each}
    quotas = {path: int(share) for path, share in shares.items()}
    # what rounding left over goes to those that lost most by it
    for path in sorted(shares, key=lambda path: (quotas[path] - shares[path], path))[
        : most - sum(quotas.values())
    ]:
        quotas[path] += 1
    drawn: list[Mutant] = []
    for path in sorted(quotas):
        chance = random.Random(f"{seed}:{path}")  # noqa: S311 - a sample that can be drawn again, not a secret
        picked = chance.sample(range(len(found[path])), quotas[path])
        drawn += [found[path][index] for index in sorted(picked)]
    return drawn
