"""What a client is shown when it asks for TLS."""

from dataclasses import dataclass
from enum import StrEnum


class Shows(StrEnum):
    """How a request for TLS is answered."""

    STRANGER = "a certificate of a CA that nobody trusts"
    """The control: what a client says of a root that it does not hold."""

    FORGERY = "a certificate in the name of a root, signed by another key"
    TRUSTED = "a certificate that the test root signed"
    OWN_FORGERY = "a certificate in the name of the test root, signed by another key"
    """What a client says of a root that its store is known to hold."""

    NOTHING = "no TLS"


class Key(StrEnum):
    """The algorithm and size of a key. A forger's must be the root's own, or a store that holds it says no."""

    RSA2048 = "RSA 2048"
    RSA4096 = "RSA 4096"
    P384 = "ECDSA P-384"


class Tls(StrEnum):
    """The one version that is spoken."""

    V1_2 = "TLSv1.2"
    V1_3 = "TLSv1.3"


@dataclass(frozen=True, slots=True)
class Trial:
    """One way to meet a client. The leaf carries every name in use and is in date, unless it says otherwise."""

    shows: Shows
    root: str = ""
    """SHA-256 of the root in whose name a forgery is made; "" of all else."""

    key: Key = Key.RSA2048
    """Of the issuer; the leaf's own is of the same kind."""

    tls: Tls = Tls.V1_2
    is_named: bool = True
    is_in_date: bool = True
