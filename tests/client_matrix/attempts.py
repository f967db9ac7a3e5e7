"""What is tried: the very words that a client would be given, for every driver, mode and kind of roots."""

from tests.client_matrix.attempt import Attempt, Spoken
from tests.client_matrix.spoken import compiled, java, libpq, node, pooler, python
from tests.client_matrix.world import World

SPOKEN: dict[str, Spoken] = {
    name: spoken for each in (libpq, python, node, java, compiled, pooler) for name, spoken in each.SPOKEN.items()
}

CLIENTS = tuple(SPOKEN)


def attempts(client: str, world: World) -> list[Attempt]:
    """Every attempt of one client."""
    return list(SPOKEN[client].attempts(client, world))
