"""Several hosts, addresses and ports, paired as libpq pairs them.

Source: PostgreSQL, fe-connect.c (pqConnectOptions2), and libpq 15 to 18 run.
"""

from collections.abc import Mapping

from tlscheck.drivers.connection import Host, cannot_be_read, host_of, port_of
from tlscheck.drivers.libpq_options import KIND
from tlscheck.drivers.placeholder import marked


def paired(said: Mapping[str, str]) -> tuple[Host, ...]:
    """At least one host; "" for one that is not said. Raises BadRequest where the numbers do not match."""
    hosts, addresses = (said[name].split(",") if said.get(name) else [] for name in ("host", "hostaddr"))
    if hosts and addresses and len(hosts) != len(addresses):
        raise cannot_be_read(KIND, f"could not match {len(hosts)} host names to {len(addresses)} hostaddr values")
    count = max(len(hosts), len(addresses), 1)
    ports = said.get("port", "").split(",")
    if len(ports) not in {1, count}:
        raise cannot_be_read(KIND, f"could not match {len(ports)} port numbers to {count} hosts")
    ports = ports if len(ports) == count else ports * count
    return tuple(
        _host(name, address, port, is_alone=count == 1)
        for name, address, port in zip(hosts or [""] * count, addresses or [""] * count, ports, strict=True)
    )


def _host(name: str, address: str, port: str, *, is_alone: bool) -> Host:
    where = host_of(address, KIND)
    if where and not Host(where).is_address:
        raise cannot_be_read(KIND, "could not parse network address: hostaddr is none")
    host = host_of(name, KIND)
    if where and (not host or host == "/"):
        host = where
    # Of several an empty one is the socket of this machine; of one, or of a marked one, nobody may have said it.
    is_open = is_alone or marked(name + address)
    return Host(host or ("" if is_open else "/"), port_of(port, KIND), where)
