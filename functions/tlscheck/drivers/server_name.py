"""Whether a client connects by the name in its server's certificate."""

from tlscheck.drivers.connection import Connection
from tlscheck.inventory.names import EndpointKind, endpoint_name, is_global_writer


def is_named(  # noqa: PLR0911 - one return for each kind of name
    connection: Connection, endpoint: str = ""
) -> tuple[bool | None, str]:
    """Whether the server's certificate carries the name that is looked for, and why.

    It carries the names of endpoints alone: no address, and no CNAME that somebody made for one. Of a cluster's
    custom endpoints no source says that it carries them.
    """
    looked_for = (connection.expected_name or connection.host).rstrip(".").lower()
    if not connection.expected_name and connection.is_address:
        return False, "it connects to an address, and RDS's certificates carry names only"
    if not looked_for:
        return None, "it does not say which host it connects to"
    server = endpoint_name(looked_for)
    if server and server.kind is EndpointKind.CUSTOM:
        return None, "whether the certificate carries a custom endpoint's name is not known"
    whose = "it looks for" if connection.expected_name else "it connects to"
    if endpoint and looked_for == endpoint.rstrip(".").lower():
        return True, f"{whose} the endpoint's own name"
    if server:
        return True, f"{whose} an endpoint's own name"
    if endpoint:
        by = "looks for" if connection.expected_name else "connects by"
        return False, f"it {by} another name than the endpoint's, which the certificate does not carry"
    what = (
        "a global database's writer endpoint, which lies in no Region by its name"
        if is_global_writer(looked_for)
        else "no endpoint of RDS"
    )
    return None, f"whether the certificate carries this name is not known: it is {what}"
