"""Whether libpq too takes the names of a certificate that OpenSSL takes for a host.

Source: PostgreSQL, src/interfaces/libpq/fe-secure-openssl.c (pgtls_verify_peer_name_matches_certificate_guts) and
fe-secure-common.c. OpenSSL looks at names in any order and passes over what is odd; libpq goes through them in
theirs, and ends at what no name can be.
"""

from collections.abc import Sequence
from ipaddress import ip_address

from tlscheck.wire.observation import Handshake, HandshakeOutcome

DNS_NAME, ADDRESS = 0x82, 0x87
"""Tags of alternative names (RFC 5280, GeneralName)."""

_ADDRESS_SIZES = (4, 16)


def misnamed(
    host: str, leaf: bytes, names: Sequence[tuple[int, bytes]] | None, common_names: Sequence[str]
) -> Handshake | None:
    """The outcome of a certificate whose names made OpenSSL content, where libpq would not be.

    `leaf` is its DER; `names` are the tags and contents of its alternative names, None where they cannot be read.
    """
    if names is None:
        why: str | None = "its alternative names are not written as clients read them"
    else:
        why = _among_alternatives(host, names)
    if why is None:
        why = _by_common_name(host, leaf, common_names)
    return Handshake(HandshakeOutcome.WRONG_NAME, f"Verification failed: {why}.") if why else None


def carries(host: str, names: Sequence[tuple[int, bytes]], common_names: Sequence[str]) -> bool:
    """Whether a certificate carries a host, of which nobody has asked OpenSSL: the names are as for `misnamed`.

    Without an alternative name for a host, a common name counts (RFC 6125, and pgjdbc's PGjdbcHostnameVerifier).
    """
    address = _address(host)
    if any(
        content == address if kind == ADDRESS else kind == DNS_NAME and _is_for(host, content.lower())
        for kind, content in names
    ):
        return True
    has_hosts = any(kind == DNS_NAME for kind, _ in names)
    return not has_hosts and any(_is_for(host, each.lower().encode()) for each in common_names)


def _among_alternatives(host: str, names: Sequence[tuple[int, bytes]]) -> str | None:
    """What libpq ends at; empty where it finds the host, None where a common name decides."""
    address = _address(host)
    for kind, content in names:
        if kind == DNS_NAME and b"\0" in content:
            return "a NUL stands in one of its names before the endpoint's"
        if kind == ADDRESS and len(content) not in _ADDRESS_SIZES:
            return f"an address of {len(content)} bytes stands before the endpoint's name"
        if content == address if kind == ADDRESS else kind == DNS_NAME and _is_for(host, content.lower()):
            return ""
    # An address is looked up among addresses, and among nothing else.
    return "" if address is not None or any(kind == DNS_NAME for kind, _ in names) else None


def _by_common_name(host: str, leaf: bytes, common_names: Sequence[str]) -> str:
    """OpenSSL takes any of its common names, in any encoding; libpq the first, by its bytes."""
    first = common_names[0].encode() if common_names else b""
    if _is_for(host, first.lower()) and first in leaf:
        return ""
    return "the endpoint's name is not its first common name, and it has no other"


def _is_for(host: str, name: bytes) -> bool:
    """Whether a name in small letters is the host's, or a wildcard for its first label."""
    whole = host.lower().encode()
    return name in {whole, b"*." + whole.partition(b".")[2]}


def _address(host: str) -> bytes | None:
    try:
        return ip_address(host).packed
    except ValueError:
        return None
