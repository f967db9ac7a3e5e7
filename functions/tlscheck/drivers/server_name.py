"""Whether a client connects by the name in its server's certificate."""

from collections.abc import Mapping

from tlscheck.drivers.connection import Connection
from tlscheck.inventory.names import EndpointKind, endpoint_name, is_global_writer


def looked_for(connection: Connection) -> str:
    """The name that a client that looks at names asks for, as one compares them."""
    return (connection.expected_name or connection.host).rstrip(".").lower()


def is_named(
    connection: Connection, endpoint: str = "", carried: Mapping[str, bool] | None = None
) -> tuple[bool | None, str]:
    """Whether the server's certificate carries the name that is looked for, and why.

    `carried`: what handshakes showed of names. It decides where nothing else does: a server of RDS keeps its names
    when its certificate is replaced.
    """
    known = _by_itself(connection, endpoint)
    shown = (carried or {}).get(looked_for(connection))
    if known[0] is not None or shown is None:
        return known
    return shown, f"a handshake showed that the certificate {'carries' if shown else 'does not carry'} it"


def _by_itself(  # noqa: PLR0911 - one return for each kind of name
    connection: Connection, endpoint: str
) -> tuple[bool | None, str]:
    """The same, without a look at the server.

    It carries the names of endpoints alone: no address, and no CNAME that somebody made for one. Of a cluster's
    custom endpoints no source says that it carries them.
    """
    name = looked_for(connection)
    if not connection.expected_name and connection.is_address:
        return False, "it connects to an address, and RDS's certificates carry names only"
    if not name:
        return None, "it does not say which host it connects to"
    server = endpoint_name(name)
    if server and server.kind is EndpointKind.CUSTOM:
        return None, "whether the certificate carries a custom endpoint's name is not known"
    whose = "it looks for" if connection.expected_name else "it connects to"
    if endpoint and name == endpoint.rstrip(".").lower():
        return True, f"{whose} the endpoint's own name"
    if server and endpoint_name(endpoint) and _account(name) != _account(endpoint):
        return False, "it connects to an endpoint in another account or Region than the one that was said"
    if server:
        return True, f"{whose} an endpoint's own name"
    if endpoint:
        by = "looks for" if connection.expected_name else "connects by"
        return False, f"it {by} another name than the endpoint's, which the certificate does not carry"
    what = (
        "a global database's writer endpoint, which lies in no Region by its name"
        if is_global_writer(name)
        else "no endpoint of RDS"
    )
    return None, f"whether the certificate carries this name is not known: it is {what}"


def _account(endpoint: str) -> str:
    """What all endpoints of an account in a Region end with: `c9x2example.eu-central-1.rds.amazonaws.com`."""
    domain = endpoint.rstrip(".").lower().split(".", 1)[1].removeprefix("endpoint.")
    kinds = sorted((kind for kind in EndpointKind if kind), key=len, reverse=True)
    kind = next((kind for kind in kinds if domain.startswith(kind)), "")
    return domain.removeprefix(kind)
