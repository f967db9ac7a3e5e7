"""A service of AWS that refuses an operation, as where a policy, a limit or a state of its own forbids it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from botocore.exceptions import ClientError
from tlscheck.edges.aws import session


@contextmanager
def refusing(service: str, operation: str, code: str, message: str = "Rate Exceeded.") -> Iterator[list[str]]:
    """Every client of the service answers the operation (`Invoke`) with this error, and sends nothing.

    Each time that it is asked stands in the list.
    """
    made, asked, clients = session.client, list[str](), list[Any]()

    def refuse(model: Any, **_: Any) -> None:
        asked.append(model.name)
        raise ClientError({"Error": {"Code": code, "Message": message}}, model.name)

    def client(name: Any, **where: Any) -> Any:
        found: Any = made(name, **where)
        if name == service and found not in clients:
            clients.append(found)
            found.meta.events.register_first(f"before-call.*.{operation}", refuse)
        return found

    with patch.object(session, "client", client):
        try:
            yield asked
        finally:
            for each in clients:
                each.meta.events.unregister(f"before-call.*.{operation}", refuse)
