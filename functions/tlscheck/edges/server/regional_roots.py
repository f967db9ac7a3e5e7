"""The Regions' root certificates, and one SSLContext for each Region and process.

A root's Region stands in its subject: CN `Amazon RDS <region> Root CA <algorithm> G1`. A server is trusted by the
roots of its own Region alone, and a bundle tells the roots of its own partition's Regions alone. The owner's file
tells those of any Region, under names that no bundle has.
"""

import hashlib
from collections import defaultdict
from functools import cache
from threading import Lock

from tlscheck.edges.server.encrypted import ServerContext, verifying
from tlscheck.edges.stores import rds_trust_store
from tlscheck.inventory.ca_name import ca_of_subject


class RegionalRoots:
    """Roots by Region, read from PEM; its contexts are made when they are first asked for, and kept."""

    def __init__(self, bundle: bytes = b"") -> None:
        self._roots: dict[str, list[bytes]] = defaultdict(list)
        self.thumbprints: dict[str, str] = {}
        """SHA-1 of a root's DER, in lower-case hex as DescribeCertificates has it, to the root's subject."""

        self.owners: set[str] = set()
        """Those of them that the owner of this deployment brought."""

        self._contexts: dict[str, ServerContext] = {}
        self._lock = Lock()
        self.add(bundle)

    def add(self, bundle: bytes, file: str | None = None) -> None:
        """Adds a bundle's roots before any context is asked for; of a file of the layer, what it may tell."""
        from tlscheck.edges.stores import x509  # noqa: PLC0415 - as in tlscheck.edges.server.tls
        from tlscheck.keystores import pem  # noqa: PLC0415 - likewise

        is_owners = file == rds_trust_store.OWNER
        before = {ca_of_subject(each) for each in self.thumbprints.values()} if is_owners else set()
        for der in pem.read(bundle).certificates:
            root = x509.read(der)
            named = ca_of_subject(root.subject)
            if not root.self_issued or not named or not named.region or named.is_retired:
                continue
            if file is not None and not rds_trust_store.may_tell(file, named.region):
                continue
            if named in before:
                continue
            self._roots[named.region].append(der)
            self.thumbprints[root.sha1] = root.subject
            if is_owners:
                self.owners.add(root.sha1)

    @property
    def regions(self) -> frozenset[str]:
        """The Regions that a server can be verified in."""
        return frozenset(self._roots)

    def context(self, region: str) -> ServerContext | None:
        """What verifies a server of this Region; None when no root of it is known."""
        with self._lock:
            if region not in self._contexts and region in self.regions:
                roots = self._roots[region]
                self._contexts[region] = verifying(b"".join(roots))
                self._contexts[region].owners = frozenset(filter(self._is_owners, roots))
            return self._contexts.get(region)

    def _is_owners(self, der: bytes) -> bool:
        return hashlib.sha1(der, usedforsecurity=False).hexdigest() in self.owners


@cache
def installed() -> RegionalRoots:
    """The roots of the layer rds_trust_store; an empty store where the layer is missing."""
    found = rds_trust_store.bundles()
    store = RegionalRoots()
    for name, bundle in found.items():
        store.add(bundle, name)
    return store
