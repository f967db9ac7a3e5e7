"""Addresses that a name resolved to and that are public: from another VPC nothing private leads to them.

The name of a publicly accessible database resolves to its private address inside its VPC, and elsewhere to its
public one, unless the peering connection supports DNS resolution (Amazon VPC Peering Guide, "Enable DNS resolution
for a VPC peering connection") or the transit gateway's attachment DNS support. That goes for IPv4 alone: an
address of IPv6 is the same from everywhere, and a VPC's own are public ones.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

PEERING = "enable DNS resolution support on the peering connection"
"""In the reason of a server that was not reached at its public address of IPv4."""

_RESOLVED = "the name resolved to the public address"

_TRANSLATED = IPv6Network("64:ff9b::/96")
"""Of NAT64 (RFC 6052): the last 32 bits are an address of IPv4."""


def unreached(tried: Iterable[str]) -> str:
    """Why none of these addresses may have been reached, as the rest of a sentence; empty where none is public."""
    public = [each for address in tried if (each := _read(address)) is not None and each.is_global]
    if first := next((each for each in public if each.version == 4), None):
        return f"{_RESOLVED} {first}: from another VPC, {PEERING}"
    if public:
        return f"{_RESOLVED} {public[0]}: see that the probe's subnets have a route to it for IPv6"
    return ""


def _read(address: str) -> IPv4Address | IPv6Address | None:
    try:
        read = ip_address(address)
    except ValueError:
        return None
    if read.version == 6 and read.ipv4_mapped:
        return read.ipv4_mapped
    if read.version == 6 and read in _TRANSLATED:
        return IPv4Address(int(read) & 0xFFFFFFFF)
    return read
