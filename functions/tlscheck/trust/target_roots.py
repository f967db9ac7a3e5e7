"""Whether what a client trusts holds the roots of a CA, as its driver reads it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tlscheck.inventory.names import lies_in
from tlscheck.trust.coverage import wanted
from tlscheck.trust.order import AUTHORITIES
from tlscheck.trust.trust_store import Authority, Entry, Reader, TrustStore
from tlscheck.wording import OWNERS

_PROXYS_PARTITION = "aws"
"""Where Amazon Trust Services' roots are known to be RDS Proxy's (RDS User Guide, "RDS Proxy concepts and
terminology"); no source was found that says it of another partition."""


@dataclass(frozen=True, slots=True)
class TargetRoots:
    """The roots that a server's chain may hang from."""

    roots: tuple[Entry, ...]
    """Empty: tlscheck does not know them; `why` says what is missing."""

    name: str
    why: str = ""


def target(
    known: Iterable[Entry], region: str | None, authority: Authority | None, *, is_proxy: bool
) -> TargetRoots:
    """The roots of a CA of a Region, or of every CA of it where none is named; of RDS Proxy for a proxy.

    A proxy's Region is that of its endpoint.
    """
    if is_proxy and region is not None and not lies_in(region, _PROXYS_PARTITION):
        return TargetRoots(
            (), "RDS Proxy", f"which roots RDS Proxy's certificates hang from in {region} is not known"
        )
    if is_proxy:
        roots = tuple(root for root in known if root.family is Authority.PROXY)
        why = "" if roots else "tlscheck has no roots of Amazon Trust Services to compare with"
        return TargetRoots(roots, "Amazon Trust Services, which RDS Proxy's certificates hang from", why)
    if region is None:
        return TargetRoots((), "a CA of RDS", "the Region is not known, and each has roots of its own")
    families = (authority,) if authority else AUTHORITIES
    roots = wanted(known, region, families)
    name = f"{authority or 'each CA'} in {region}"
    if {root.family for root in roots} < set(families):
        return TargetRoots((), name, f"tlscheck has no roots of {name} to compare with")
    owners = sum(root.is_owners for root in roots)
    whose = f", {OWNERS}" if owners == len(roots) else f", {owners} of {len(roots)} roots {OWNERS}"
    return TargetRoots(roots, f"{name}{whose}" if owners else name)


def is_trusted(
    store: TrustStore, goal: TargetRoots, readers: Sequence[Reader], now: datetime
) -> tuple[bool | None, str]:
    """Whether a chain of the target verifies with this store; None where it depends on what is not known."""
    if not goal.roots:
        return None, goal.why
    answers = {_holds(store, goal.roots, reader, now) for reader in readers}
    if answers == {True}:
        return True, f"its roots hold {goal.name}"
    if answers == {False}:
        return False, f"its roots lack {goal.name}"
    if len(goal.roots) > 1:
        missing = ", ".join(root.told for root in store.missing(goal.roots, readers[0], now))
        return None, f"it depends on the CA: its roots lack {missing}"
    if Reader.FIRST in readers:
        return None, "it depends on its TLS library: native-tls takes the first certificate of a file alone"
    return None, "it depends on the version of Python: before 3.13 an intermediate is no anchor"


def _holds(store: TrustStore, roots: tuple[Entry, ...], reader: Reader, now: datetime) -> bool | None:
    missing = store.missing(roots, reader, now)
    if not missing:
        return True
    return False if len(missing) == len(roots) else None
