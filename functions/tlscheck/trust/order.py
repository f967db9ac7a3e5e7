"""What trust store somebody asks for, and the certificates that make it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tlscheck.inventory.bad_request import BadRequest, not_allowed
from tlscheck.trust.trust_store import Authority, Entry, TrustStore

AUTHORITIES = (Authority.RSA2048_G1, Authority.RSA4096_G1, Authority.ECC384_G1)
"""The CAs that RDS issues from today."""


@dataclass(frozen=True, slots=True)
class Order:
    """Which roots, and what becomes of the client's present ones."""

    regions: tuple[str, ...] = ()
    """Empty: all that tlscheck has roots of."""

    authorities: tuple[Authority, ...] = AUTHORITIES
    with_proxy: bool = False
    """Also the roots that RDS Proxy's certificates hang from."""

    keep_expired: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """The certificates of a new trust store, and the expired ones that were left out of it."""

    entries: tuple[Entry, ...]
    left_out: tuple[Entry, ...]
    notes: tuple[str, ...] = ()
    """What the client's present trust store has that could not be taken over."""


def select(order: Order, known: Sequence[Entry], present: TrustStore | None, now: datetime) -> Selection:
    """The client's present certificates first, then the roots asked for; none twice. Raises BadRequest."""
    if not known:
        raise BadRequest("tlscheck's own root certificates (rds_trust_store) are missing: install it anew")
    regions = {root.region for root in known if root.region}
    for region in order.regions:
        if region not in regions:
            have = ", ".join(sorted(regions))
            raise not_allowed("regions", region, f"Regions that tlscheck has roots of: {have}")
    chosen = [
        root
        for root in known
        if (root.family is Authority.PROXY and order.with_proxy)
        or (root.family in order.authorities and (not order.regions or root.region in order.regions))
    ]
    held, notes = (present.entries, present.notes) if present else ((), ())
    every = {entry.sha256: entry for entry in (*held, *chosen)}
    expired = tuple(entry for entry in every.values() if entry.is_expired(now) and not order.keep_expired)
    entries = tuple(entry for entry in every.values() if order.keep_expired or not entry.is_expired(now))
    if not entries:
        raise BadRequest("nothing is left to put into a trust store: every certificate asked for is expired")
    return Selection(entries, expired, notes)
