"""pgjdbc's URLs, in every mode and with each of the socket factories that it ships."""

from urllib.parse import urlencode

from tests.client_matrix.attempt import MODES, Spoken, Words, named
from tests.client_matrix.world import HOST, USER, File, Kind, World

_ALL = (*MODES, "ssl=true")
_SINGLE = "SingleCertValidatingFactory"
_FACTORIES = ("NonValidatingFactory", "DefaultJavaSSLFactory", _SINGLE)
_DIRECT = " sslnegotiation=direct"
_MODES = (*_ALL, *(f"{mode} {factory}" for factory in _FACTORIES for mode in _ALL))
_DIRECTLY = tuple(mode + _DIRECT for mode in _MODES)


def _jdbc(world: World, server: Kind, mode: str, file: File) -> Words:
    mode, is_direct, _ = mode.partition(_DIRECT)
    name, _, factory = mode.partition(" ")
    if file is File.SYSTEM or (factory == "DefaultJavaSSLFactory" and file is not File.NONE):
        raise LookupError(file)
    if factory == _SINGLE and file is File.NONE:
        raise LookupError(file)  # its argument may not be empty
    query = {"user": USER, "password": world.password}
    if name:
        query |= {"ssl": "true"} if name == "ssl=true" else {"sslmode": name}
    query |= {"sslNegotiation": "direct"} if is_direct else {}
    if factory:
        query["sslfactory"] = f"org.postgresql.ssl.{factory}"
    if factory == _SINGLE:
        if server in {Kind.ECC, Kind.ECC_TLS12} and file is File.RIGHT:
            raise LookupError(file)  # it takes the first certificate of a file: our file holds another CA's there
        query["sslfactoryarg"] = f"file:{world.file(file)}"
    else:
        query |= named(world, file)
    return f"jdbc:postgresql://{HOST}:{world.ports[server]}/postgres?{urlencode(query)}", {}


SPOKEN = {name: Spoken("pgjdbc", _MODES + _DIRECTLY, _jdbc) for name in ("pgjdbc", "pgjdbc of Debian")}
