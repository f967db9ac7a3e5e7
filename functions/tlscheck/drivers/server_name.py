"""Whether a client connects by the name in its server's certificate."""

from tlscheck.drivers.connection import Connection
from tlscheck.inventory.names import endpoint_name, is_global_writer


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
    if endpoint_name(host):
        return True, "it connects to an endpoint's own name"
    if not host:
        return None, "it does not say which host it connects to"
    what = (
        "a global database's writer endpoint, which lies in no Region by its name"
        if is_global_writer(host)
        else "no endpoint of RDS"
    )
    return None, f"whether the certificate carries this name is not known: it is {what}"
