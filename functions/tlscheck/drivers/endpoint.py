"""What a host's name says of the server behind it: its Region, a proxy or not, and the name in its certificate."""

import re

from tlscheck.drivers.connection import Connection

_RDS = re.compile(
    r"(?:[a-z0-9-]+\.)?(proxy-|cluster-ro-|cluster-custom-|cluster-|shardgrp-)?[a-z0-9]+\."
    r"([a-z]{2,4}(?:-[a-z]+)+-\d{1,2})\.rds\.amazonaws\.com(?:\.cn)?\.?",
    re.IGNORECASE | re.ASCII,
)
_PROXY = re.compile(r"\.proxy-[a-z0-9]+\.", re.IGNORECASE | re.ASCII)


def region_of(host: str) -> str | None:
    """The Region in the name of an endpoint of RDS, Aurora or RDS Proxy; None in any other name."""
    named = _RDS.fullmatch(host)
    return named[2].lower() if named else None


def is_proxy(host: str) -> bool:
    """Whether it is an endpoint of RDS Proxy, whose certificates hang from Amazon Trust Services."""
    return bool(_RDS.fullmatch(host) and _PROXY.search(f".{host}"))


def is_named(connection: Connection, endpoint: str = "") -> tuple[bool | None, str]:
    """Whether the server's certificate carries the name that is connected to, and why.

    It carries the endpoint's names alone: no address, and no CNAME that somebody made for it.
    """
    host = connection.host.rstrip(".").lower()
    if connection.is_address:
        return False, "it connects to an address, and RDS's certificates carry names only"
    if endpoint and host:
        if host == endpoint.rstrip(".").lower():
            return True, "it connects to the endpoint's own name"
        return False, "it connects by another name than the endpoint's, which the certificate does not carry"
    if region_of(host):
        return True, "it connects to an endpoint's own name"
    if not host:
        return None, "it does not say which host it connects to"
    return None, "whether the certificate carries this name is not known: it is no endpoint of RDS"
