"""Is a trust store ready for a CA of a Region, and what of its contents should its owner know?"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice

from tlscheck.trust.trust_store import Authority, Entry, Reader, TrustStore


class Fitness(StrEnum):
    """Whether a server of the target CA verifies with this trust store."""

    READY = "READY"
    MISSING = "MISSING"
    UNKNOWN = "UNKNOWN"
    """tlscheck does not have the target's roots itself."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The answer for one Region."""

    readiness: Fitness
    region: str
    reader: Reader
    missing: tuple[Entry, ...]
    reason: str


def wanted(known: Iterable[Entry], region: str, families: Sequence[Authority]) -> tuple[Entry, ...]:
    """The roots of these CAs of a Region, from those that tlscheck brings along."""
    return tuple(root for root in known if root.region == region and root.family in families)


def coverage(  # noqa: PLR0913, PLR0917 - a question has as many parts
    store: TrustStore,
    known: Iterable[Entry],
    region: str,
    families: Sequence[Authority],
    reader: Reader,
    now: datetime,
) -> Coverage:
    """Whether the store holds the roots of each of these CAs of the Region, for this reader."""
    roots = wanted(known, region, families)
    if lacking := [family for family in families if family not in {root.family for root in roots}]:
        reason = f"tlscheck has no root of {', '.join(lacking)} in {region} to compare with"
        return Coverage(Fitness.UNKNOWN, region, reader, (), reason)
    if doubt := store.loaded(reader).doubt:
        return Coverage(Fitness.UNKNOWN, region, reader, (), doubt)
    missing = store.missing(roots, reader, now)
    if not missing:
        names = ", ".join(root.told for root in roots)
        return Coverage(Fitness.READY, region, reader, (), f"it holds {names}")
    loaded = store.loaded(reader)
    if loaded.refusal:
        reason = f"{reader} refuses the whole file: {loaded.refusal}"
        return Coverage(Fitness.MISSING, region, reader, missing, reason)
    held = {entry.sha256 for entry in store.entries}
    absent = [root.told for root in missing if root.sha256 not in held]
    unusable = [root.told for root in missing if root.sha256 in held]
    parts = [f"not in it: {', '.join(absent)}"] * bool(absent)
    parts += [f"in it, but not as {reader} reads it: {', '.join(unusable)}"] * bool(unusable)
    return Coverage(Fitness.MISSING, region, reader, missing, "; ".join(parts))


def remarks(store: TrustStore, known: Iterable[Entry], now: datetime) -> tuple[str, ...]:
    """What strikes the eye, a sentence each: the store's own notes come first."""
    return (*store.notes, *_remarks(store, {root.name: root.sha256 for root in known}, now))


def _remarks(store: TrustStore, fingerprints: dict[str, str], now: datetime) -> Iterator[str]:
    entries = store.entries
    counts = Counter(entry.sha256 for entry in entries)
    if doubles := [
        entry for entry in {each.sha256: each for each in entries}.values() if counts[entry.sha256] > 1
    ]:
        yield f"{_counted(doubles, 'more than once in it')}: no driver minds, and once is enough"
    if expired := [entry for entry in entries if entry.is_expired(now)]:
        yield f"{_counted(expired, 'expired')}: they verify nothing any more"
    if intermediates := [entry for entry in entries if not entry.self_issued]:
        yield (
            f"{_counted(intermediates, 'no root')}: libpq, node and Python before 3.13 do not take them for"
            " anchors; Java and Python since 3.13 do, until RDS issues from another intermediate"
        )
    impostors = (entry for entry in entries if fingerprints.get(entry.name, entry.sha256) != entry.sha256)
    for entry in islice(impostors, 20):
        yield f"{entry.name}: another certificate than RDS's root of this name (SHA-256 {entry.sha256})"
    if any(entry.family is Authority.PROXY for entry in entries):
        yield "Amazon Trust Services' roots are for RDS Proxy: no database's own certificate hangs from them"
    if any(entry.family is Authority.RETIRED for entry in entries):
        yield "rds-ca-2019 and older: RDS has retired these CAs, they may go"
    if entries and not any(entry.region and entry.family is not Authority.RETIRED for entry in entries):
        yield "no root of an RDS database is among them: a client that verifies with it can't connect to one"


def _counted(entries: Sequence[Entry], what: str) -> str:
    names = ", ".join(entry.name for entry in entries[:3]) + (", ..." if len(entries) > 3 else "")
    return f"{len(entries)} {what} ({names})"
