"""Trust stores of certificates that are no more than their names."""

import hashlib
from datetime import UTC, datetime, timedelta

from tlscheck.trust.trust_store import Entry, Format, TrustStore, region_and_family

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def entry(name: str, *, days: int = 400, self_issued: bool = True, der: bytes | None = None) -> Entry:
    """A certificate that is valid for so many days more; its DER is its name where nothing else is said."""
    region, family = region_and_family(name)
    content = name.encode() if der is None else der
    return Entry(
        name=name,
        subject=f"CN={name}",
        region=region,
        family=family,
        not_before=NOW - timedelta(days=1000),
        not_after=NOW + timedelta(days=days),
        sha1=hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        sha256=hashlib.sha256(content).hexdigest(),
        self_issued=self_issued,
        der=content,
    )


def root(region: str, algorithm: str) -> Entry:
    """One of RDS's roots of today."""
    return entry(f"Amazon RDS {region} Root CA {algorithm} G1")


def store(*entries: Entry, kind: Format = Format.PEM, notes: tuple[str, ...] = ()) -> TrustStore:
    """A trust store of these."""
    return TrustStore(kind, entries, notes)
