"""What is tried: the very words that a client would be given, for every driver, mode and kind of roots."""

from tests.client_matrix.attempt import Attempt
from tests.client_matrix.spoken import compiled, java, libpq, node, pooler, python
from tests.client_matrix.world import File, Kind, Surroundings, World

_SPOKEN = {
    name: spoken for each in (libpq, python, node, java, compiled, pooler) for name, spoken in each.SPOKEN.items()
}

CLIENTS = tuple(_SPOKEN)


def attempts(client: str, world: World) -> list[Attempt]:
    """Every attempt of one client."""
    return list(_SPOKEN[client].attempts(client, world))


def modes(client: str) -> tuple[str, ...]:
    """The modes of one client."""
    return _SPOKEN[client].modes


def attempt(client: str, world: World, server: Kind, mode: str, file: File, surroundings: Surroundings) -> Attempt:
    """One attempt of one client. LookupError where the mode has no place for such a file."""
    spoken = _SPOKEN[client]
    text, options = spoken.speak(world, server, mode, file)
    return Attempt(client, spoken.driver, server, mode, file, surroundings, text, options)
