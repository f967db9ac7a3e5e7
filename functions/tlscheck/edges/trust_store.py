"""The Regions' root certificates, and one SSLContext for each Region and process.

A root's Region stands in its subject: CN `Amazon RDS <region> Root CA <algorithm> G1`. A server is trusted by the
roots of its own Region alone.
"""

import hashlib
import re
import ssl
from collections import defaultdict
from functools import cache
from importlib.resources import files
from threading import Lock

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tlscheck.edges.tls import ServerContext

_PROXY_ROOTS = "proxy.pem"
"""Amazon Trust Services' roots, which RDS Proxy's certificates hang from; no database's do."""

_REGION = re.compile(r"Amazon RDS ([a-z0-9-]+) Root CA ")


class TrustStore:
    """Roots by Region, read from PEM; its contexts are made when they are first asked for, and kept."""

    def __init__(self, pem: bytes) -> None:
        self._roots: dict[str, list[bytes]] = defaultdict(list)
        self.thumbprints: dict[str, str] = {}
        """SHA-1 of a root's DER, in lower-case hex as DescribeCertificates has it, to the root's subject."""

        self._contexts: dict[str, ServerContext] = {}
        self._lock = Lock()
        for root in x509.load_pem_x509_certificates(pem) if pem.strip() else []:
            if root.subject == root.issuer and (named := _REGION.search(root.subject.rfc4514_string())):
                der = root.public_bytes(Encoding.DER)
                self._roots[named[1]].append(der)
                thumbprint = hashlib.sha1(der, usedforsecurity=False).hexdigest()
                self.thumbprints[thumbprint] = root.subject.rfc4514_string()

    @property
    def regions(self) -> frozenset[str]:
        """The Regions that a server can be verified in."""
        return frozenset(self._roots)

    def context(self, region: str) -> ServerContext | None:
        """What verifies a server of this Region; None when no root of it is known."""
        with self._lock:
            if region not in self._contexts and region in self.regions:
                self._contexts[region] = _verifying(b"".join(self._roots[region]))
            return self._contexts.get(region)


@cache
def installed() -> TrustStore:
    """The roots of the layer rds_trust_store; an empty store where the layer is missing."""
    try:
        bundles = [each for each in files("rds_trust_store").iterdir() if each.name.endswith(".pem")]
    except ModuleNotFoundError:
        return TrustStore(b"")
    return TrustStore(b"\n".join(each.read_bytes() for each in bundles if each.name != _PROXY_ROOTS))


def _verifying(roots: bytes) -> ServerContext:
    """As strict as Python 3.13's default, with these roots alone as anchors.

    Not ssl.create_default_context: it takes an intermediate for an anchor (VERIFY_X509_PARTIAL_CHAIN), and writes
    session keys to a file that the environment may name.
    """
    context = ServerContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = True
    context.verify_mode = ssl.CERT_REQUIRED
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    context.load_verify_locations(cadata=roots)
    return context
