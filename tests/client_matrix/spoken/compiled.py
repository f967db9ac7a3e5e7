"""Drivers of Go and Rust, which read libpq's words in their own ways."""

from tests.client_matrix.attempt import MODES, Spoken, Words, without_file
from tests.client_matrix.spoken.libpq import keywords, uri
from tests.client_matrix.world import File, Kind, World

_CERTS, _NAMES = "danger_accept_invalid_certs", "danger_accept_invalid_hostnames"
_CONNECTORS = ("openssl", "native-tls")
_TOKIO = (
    *(f"{mode}, {each}" for each in ("NoTls", *_CONNECTORS) for mode in ("", "disable", "prefer", "require")),
    *(
        f"{mode}, {each} {end}"
        for each in _CONNECTORS
        for end in (_CERTS, _NAMES)
        for mode in ("prefer", "require")
    ),
)


def _tokio(world: World, server: Kind, mode: str, file: File) -> Words:
    """Its words say the mode; the connector, with its roots, is the program's."""
    name, _, connector = mode.partition(", ")
    connector, _, danger = connector.partition(" ")
    if mode == "require, NoTls" and server is Kind.OFF:
        raise LookupError(mode)  # words and server are against it, of which it names one
    text, _ = uri(world, server, name, File.NONE)
    if connector == "NoTls" or file is File.NONE:
        words = {"connector": connector} | ({danger: True} if danger else {})
        return without_file((text, words), file)
    if file in {File.MISSING, File.BROKEN, File.SYSTEM}:
        raise LookupError(file)  # its own program would read the file
    if connector == "native-tls" and server in {Kind.ECC, Kind.ECC_TLS12} and file is File.RIGHT:
        raise LookupError(file)  # it takes the first certificate of a file: our file holds another CA's there
    return text, {"connector": connector, "ca": world.file(file)} | ({danger: True} if danger else {})


SPOKEN = {
    "pgx": Spoken("pgx", MODES, keywords),
    "lib/pq": Spoken("lib/pq", (*MODES, " sslsni=0", "require sslsni=0", "verify-ca sslsni=0"), uri),
    "tokio-postgres": Spoken("tokio-postgres", _TOKIO, _tokio),
}
