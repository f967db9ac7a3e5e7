"""The leg of pgbouncer that goes to the server: a line of [databases], and settings of [pgbouncer] as options."""

from tests.client_matrix.attempt import MODES, Spoken, Words, named
from tests.client_matrix.world import HOST, USER, File, Kind, World


def _pgbouncer(world: World, server: Kind, mode: str, file: File) -> Words:
    if file is File.SYSTEM:
        raise LookupError(file)
    text = f"host={HOST} port={world.ports[server]} dbname=postgres user={USER} password={world.password}"
    return text, ({"server_tls_sslmode": mode} if mode else {}) | named(world, file, "server_tls_ca_file")


SPOKEN = {"pgbouncer": Spoken("pgbouncer", MODES, _pgbouncer)}
