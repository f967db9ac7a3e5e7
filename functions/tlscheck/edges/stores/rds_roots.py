"""The root certificates that tlscheck brings along, as what clients may put into their trust stores."""

from dataclasses import replace
from functools import cache

from tlscheck.edges.stores import rds_trust_store
from tlscheck.edges.stores.entries import entries
from tlscheck.keystores import pem
from tlscheck.keystores.keystore import Bag
from tlscheck.trust.order import AUTHORITIES
from tlscheck.trust.trust_store import Authority, Entry


@cache
def roots() -> tuple[Entry, ...]:
    """Every root of the layer rds_trust_store, those of RDS Proxy (Authority.PROXY) among them.

    One that is named for a Region counts in the bundle of that Region's partition, or in the owner's file where no
    bundle has one of its name. None without the layer, and none that is damaged: whoever compares with them says
    UNKNOWN then, since no roots to compare with are no roots that are missing.
    """
    found: dict[str, Entry] = {}
    for name, bundle in rds_trust_store.bundles().items():
        is_owners = name == rds_trust_store.OWNER
        before = {(each.region, each.family) for each in found.values()} if is_owners else set()
        for root in entries(Bag(der, "", is_trusted=True) for der in pem.read(bundle).certificates)[0]:
            is_new = (root.region, root.family) not in before
            if is_new and _is_root(root) and rds_trust_store.may_tell(name, root.region):
                found.setdefault(root.sha256, replace(root, is_owners=is_owners))
    return tuple(found.values())


def _is_root(entry: Entry) -> bool:
    return entry.self_issued and (entry.family in AUTHORITIES or entry.family is Authority.PROXY)
