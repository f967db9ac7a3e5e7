"""What a run says: each survivor, a table of the chapters, the figures, and what is wrong with them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.mutation.candidates import chapter
from tests.mutation.trial import Outcome, Trial

FEWEST = 300
"""Mutants of a whole run."""

MOST_EQUIVALENT = 7.0
"""Percent of what was drawn."""


@dataclass(frozen=True, slots=True)
class Count:
    """What became of a number of mutants."""

    drawn: int
    killed: int
    timed_out: int
    equivalent: int
    not_told: int

    @property
    def survived(self) -> int:
        """Told, and neither noticed nor equivalent."""
        return self.drawn - self.killed - self.equivalent - self.not_told

    @property
    def percent(self) -> float:
        """How many of those that can be noticed were."""
        able = self.drawn - self.equivalent - self.not_told
        return 100 * self.killed / able if able else 100.0

    @property
    def equivalent_percent(self) -> float:
        """How many of those drawn cannot be noticed."""
        return 100 * self.equivalent / self.drawn if self.drawn else 0.0


def count(trials: Sequence[Trial], equivalent: Mapping[str, str]) -> Count:
    """Counts; an equivalent that survived leaves the denominator, and what was not told, which is a fault."""
    killed = [trial for trial in trials if trial.outcome.is_killed]
    return Count(
        len(trials),
        len(killed),
        sum(trial.outcome is Outcome.TIMED_OUT for trial in trials),
        sum(
            trial.mutant.id in equivalent and trial.outcome in {Outcome.SURVIVED, Outcome.UNTESTED}
            for trial in trials
        ),
        sum(trial.outcome is Outcome.NOT_TOLD for trial in trials),
    )


def survivors(trials: Sequence[Trial], equivalent: Mapping[str, str], folder: str) -> Iterator[str]:
    """A line for each mutant that no test noticed and that the file does not excuse, or that was not told."""
    for trial in sorted(trials, key=lambda trial: (trial.mutant.path, trial.mutant.line, trial.mutant.id)):
        mutant = trial.mutant
        excused = mutant.id in equivalent and trial.outcome is not Outcome.NOT_TOLD
        if not trial.outcome.is_killed and not excused:
            change = f"`{mutant.before} -> {mutant.after}`".replace("\n", " ")
            yield f"{trial.outcome} {folder}{mutant.path}:{mutant.line} {mutant.id} {change}"


def table(trials: Sequence[Trial], equivalent: Mapping[str, str]) -> Iterator[str]:
    """A line for each chapter."""
    heads = f"{'mutants':>8}{'killed':>8}{'timeouts':>9}{'survived':>9}{'equivalent':>11}{'percent':>9}"
    yield f"{'chapter':<14}{heads}"
    for name in sorted({chapter(trial.mutant.path) for trial in trials}):
        each = count([trial for trial in trials if chapter(trial.mutant.path) == name], equivalent)
        yield (
            f"{name:<14}{each.drawn:>8}{each.killed:>8}{each.timed_out:>9}{each.survived:>9}"
            f"{each.equivalent:>11}{each.percent:>9.1f}"
        )


def figures(counted: Count, minutes: float) -> Iterator[str]:
    """The figures of a run."""
    yield f"figure mutate.mutants {counted.drawn} mutants"
    yield f"figure mutate.killed {counted.percent:.1f} percent"
    yield f"figure mutate.equivalent {counted.equivalent_percent:.1f} percent"
    yield f"figure mutate.minutes {minutes:.1f} min"


def faults(
    trials: Sequence[Trial], equivalent: Mapping[str, str], *, bound: float, fewest: int, failed: Sequence[str]
) -> Iterator[str]:
    """Why a run is not good enough."""
    counted = count(trials, equivalent)
    if counted.drawn < fewest:
        yield f"{counted.drawn} mutants are fewer than {fewest}"
    if counted.not_told:
        yield f"{counted.not_told} mutants were not told: they are in no percentage"
    if counted.percent < bound:
        yield f"{counted.percent:.1f} percent are noticed, {bound:.0f} must be"
    if counted.equivalent_percent > MOST_EQUIVALENT:
        yield f"{counted.equivalent_percent:.1f} percent are called equivalent, {MOST_EQUIVALENT:.0f} may be"
    for trial in trials:
        if trial.mutant.id in equivalent and trial.outcome.is_killed:
            yield f"equivalent.toml is wrong: {trial.mutant.id} is noticed by {trial.test}"
    yield from (
        f"equivalent.toml gives no reason for {each}" for each, why in equivalent.items() if not why.strip()
    )
    yield from (f"fails without any change, so it was not counted on: {test}" for test in failed)
