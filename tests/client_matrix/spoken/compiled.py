"""Drivers of Go and Rust, which read libpq's words in their own ways."""

from tests.client_matrix.attempt import MODES, Spoken, Words, without_file
from tests.client_matrix.spoken.libpq import keywords, uri
from tests.client_matrix.world import File, Kind, World

_CONNECTORS = ("NoTls", "openssl", "openssl, verify none", "native-tls", "native-tls, any name", "native-tls, any")
_TOKIO = tuple(f"{mode} {each}".strip() for each in _CONNECTORS for mode in ("", "disable", "prefer", "require"))


def _tokio(world: World, server: Kind, mode: str, file: File) -> Words:
    """Its words say the mode; the connector, with its roots, is the program's."""
    first, _, rest = mode.partition(" ")
    name, connector = (first, rest) if first in MODES else ("", mode)
    text, _ = uri(world, server, name, File.NONE)
    if connector == "NoTls" or file is File.NONE:
        return without_file((text, {"connector": connector}), file)
    if file in {File.MISSING, File.BROKEN, File.SYSTEM}:
        raise LookupError(file)  # its own program would read the file
    return text, {"connector": connector, "ca": world.file(file)}


SPOKEN = {
    "pgx": Spoken("pgx", MODES, keywords),
    "lib/pq": Spoken("lib/pq", MODES, uri),
    "tokio-postgres": Spoken("tokio-postgres", _TOKIO, _tokio),
}
