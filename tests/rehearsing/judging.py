"""What was concluded of a row beside what is true of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tlscheck.drivers.behaviour import Verifies
from tlscheck.rehearsal.conclusion import Conclusion, Told
from tlscheck.rehearsal.contact import Contact, Ended
from tlscheck.rehearsal.trial import Key, Shows, Trial
from tlscheck.survival.assessment import Survival
from tlscheck.trust.trust_store import Authority, Entry

from tests.rehearsing.playing import Rehearsed
from tests.rehearsing.truth import Truth


@dataclass(frozen=True, slots=True)
class Judged:
    """A row, rehearsed, and what real servers say of it."""

    came: Rehearsed
    truth: Truth

    @property
    def wrong(self) -> tuple[str, ...]:
        """All that was told and is not so. What is not told is not wrong."""
        if self.came.conclusion is None:
            connects = Survival.SURVIVES in self.truth.survives.values()
            return ("nobody connected",) * connects
        return tuple(_wrong(self.came.conclusion, self.truth, self.came))

    @property
    def roots(self) -> tuple[tuple[Entry, bool, bool], ...]:
        """Each root of which it was told whether the store holds it, what was told, and what is so."""
        if self.came.conclusion is None:
            return ()
        told = ((entry, said.value) for entry, said in self.came.conclusion.holds if said.value is not None)
        known = ((entry, said, _is_held(self.came, entry)) for entry, said in told)
        return tuple((entry, said, held) for entry, said, held in known if held is not None)

    @property
    def verifies(self) -> bool:
        """Whether it refuses a CA that it does not know, at real servers."""
        return bool(self.truth.verifies) and not self.truth.verifies & {Verifies.NOTHING, Verifies.NAME}

    @property
    def is_silent(self) -> bool:
        """Whether it refused every certificate without an alert."""
        ends = {each.ended for each in self._refusals}
        return self.verifies and ends == {Ended.CLOSED}

    @property
    def tells_stores_apart(self) -> bool:
        """Whether it refused one certificate otherwise than another that differed in its issuer alone."""
        said: dict[Trial, set[tuple[Ended, str]]] = {}
        for each in self._refusals:
            if each.trial:
                alike = replace(each.trial, shows=Shows.STRANGER, root="", key=Key.RSA2048)
                said.setdefault(alike, set()).add((each.ended, each.alert))
        return any(len(answers) > 1 for answers in said.values())

    @property
    def _refusals(self) -> list[Contact]:
        shown = {Shows.STRANGER, Shows.FORGERY}
        met = [each for each in self.came.contacts if each.trial and each.trial.shows in shown]
        refused = [each for each in met if each.ended in {Ended.CLOSED, Ended.ALERTED}]
        told = [each for each in refused if each.ended is Ended.ALERTED or each.number not in self.came.stopped]
        return told or refused

    @property
    def is_open_about_its_store(self) -> bool:
        """Whether it was told that the client verifies, and of each root why it is not known to be held."""
        said = self.came.conclusion
        if said is None or said.verifies.value not in {Verifies.CHAIN, Verifies.CHAIN_AND_NAME}:
            return False
        return all(told.value is None and told.why for _, told in said.holds)

    @property
    def is_undecided(self) -> bool:
        """Whether it was not told if it survives."""
        return self.came.conclusion is None or self.came.conclusion.verdict is Survival.UNKNOWN

    def __str__(self) -> str:
        return f"{self.came.row}: {'; '.join(self.wrong) or 'right'}"


def _wrong(said: Conclusion, truth: Truth, came: Rehearsed) -> Iterator[str]:
    if said.several:
        yield f"several: {said.several}"
    told = [
        ("encrypts", said.encrypts.value, truth.encrypts),
        ("falls back", said.falls_back.value, truth.falls_back),
    ]
    if truth.takes_ecc is not None:
        told.append(("takes ECC", said.takes_ecc.value, truth.takes_ecc))
    told += [(f"holds {entry.name}", each.value, _is_held(came, entry)) for entry, each in said.holds]
    yield from (
        f"{what}: {value}, not {so}" for what, value, so in told if None not in {value, so} and value != so
    )
    if said.verifies.value is not None and not _is_verified(said.verifies, truth):
        yield f"verifies: {said.verifies.value}, not {' or '.join(sorted(truth.verifies)) or 'anything'}"
    ends = [(each.value, *said.outlooks[each], truth.survives[each]) for each in said.outlooks]
    for what, survival, why, so in [*ends, ("verdict", said.verdict, said.advice, truth.worst)]:
        if survival not in {Survival.UNKNOWN, so}:
            yield f"{what}: {survival}, not {so} ({why})"


def _is_verified(said: Told[Verifies], truth: Truth) -> bool:
    """The chain alone, where it is said that the name cannot be told, is no less than chain and name."""
    name_is_open = said.value is Verifies.CHAIN and bool(said.why)
    return said.value in truth.verifies or (name_is_open and Verifies.CHAIN_AND_NAME in truth.verifies)


def _is_held(came: Rehearsed, entry: Entry) -> bool | None:
    """By construction; None of RDS Proxy's where a machine's own public roots may count."""
    if entry.family is Authority.PROXY:
        return None
    return entry.name in came.row.placed.store.roots
