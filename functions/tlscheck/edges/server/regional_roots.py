"""The Regions' root certificates, and one SSLContext for each Region and process.

A root's Region stands in its subject: CN `Amazon RDS <region> Root CA <algorithm> G1`. A server is trusted by the
roots of its own Region alone, and a bundle tells the roots of its own partition's Regions alone.
"""

from collections import defaultdict
from functools import cache
from threading import Lock

from tlscheck.edges.server.encrypted import ServerContext, verifying
from tlscheck.edges.stores import rds_trust_store
from tlscheck.inventory.ca_name import ca_of_subject
from tlscheck.inventory.names import lies_in


class RegionalRoots:
    """Roots by Region, read from PEM; its contexts are made when they are first asked for, and kept."""

    def __init__(self, bundle: bytes = b"") -> None:
        self._roots: dict[str, list[bytes]] = defaultdict(list)
        self.thumbprints: dict[str, str] = {}
        """SHA-1 of a root's DER, in lower-case hex as DescribeCertificates has it, to the root's subject."""

        self._contexts: dict[str, ServerContext] = {}
        self._lock = Lock()
        self.add(bundle)

    def add(self, bundle: bytes, partition: str | None = None) -> None:
        """Adds a bundle's roots before any context is asked for; of a partition's, those of its Regions alone."""
        from tlscheck.edges.stores import x509  # noqa: PLC0415 - as in tlscheck.edges.server.tls
        from tlscheck.keystores import pem  # noqa: PLC0415 - likewise

        for der in pem.read(bundle).certificates:
            root = x509.read(der)
            named = ca_of_subject(root.subject)
            if not root.self_issued or not named or not named.region or named.is_retired:
                continue
            if partition is None or lies_in(named.region, partition):
                self._roots[named.region].append(der)
                self.thumbprints[root.sha1] = root.subject

    @property
    def regions(self) -> frozenset[str]:
        """The Regions that a server can be verified in."""
        return frozenset(self._roots)

    def context(self, region: str) -> ServerContext | None:
        """What verifies a server of this Region; None when no root of it is known."""
        with self._lock:
            if region not in self._contexts and region in self.regions:
                self._contexts[region] = verifying(b"".join(self._roots[region]))
            return self._contexts.get(region)


@cache
def installed() -> RegionalRoots:
    """The roots of the layer rds_trust_store; an empty store where the layer is missing."""
    found = rds_trust_store.bundles()
    store = RegionalRoots()
    for name, bundle in found.items():
        if name != rds_trust_store.PROXY:
            store.add(bundle, rds_trust_store.partition(name))
    return store
