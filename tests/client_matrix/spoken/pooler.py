"""The leg of pgbouncer that goes to the server: a pgbouncer.ini."""

from tests.client_matrix.attempt import MODES, Spoken, Words, named
from tests.client_matrix.world import HOST, USER, File, Kind, World


def _pgbouncer(world: World, server: Kind, mode: str, file: File) -> Words:
    if file is File.SYSTEM:
        raise LookupError(file)
    own = ({"server_tls_sslmode": mode} if mode else {}) | named(world, file, "server_tls_ca_file")
    lines = [
        "[databases]",
        f"postgres = host={HOST} port={world.ports[server]} dbname=postgres user={USER} password={world.password}",
        "",
        "[pgbouncer]",
        "auth_type = any",
        *(f"{name} = {value}" for name, value in own.items()),
    ]
    return "\n".join([*lines, ""]), {}


SPOKEN = {"pgbouncer": Spoken("pgbouncer", MODES, _pgbouncer)}
