"""When a command's connections came: whether a start of it has shown all that it shows."""

from collections.abc import Sequence

from tlscheck.rehearsal.conclusion import Conclusion
from tlscheck.rehearsal.contact import Contact, Ended, Hello
from tlscheck.rehearsal.direction import Direction
from tlscheck.rehearsal.trial import Trial


class Noted(Direction):
    """Notes when something came, and tells the direction."""

    def __init__(self, direction: Direction) -> None:
        self._told = direction
        self.first: float | None = None
        self.last: float | None = None
        self.clients = 0

    def offers_tls(self, client: str, address: str, at: float) -> bool:
        self._note(at)
        return self._told.offers_tls(client, address, at)

    def trial(self, client: str, address: str, hello: Hello | None, at: float) -> Trial:
        self._note(at)
        return self._told.trial(client, address, hello, at)

    def met(self, contact: Contact) -> None:
        if contact.ended is not Ended.SILENT:
            self._note(contact.accepted)
            self.last = contact.ended_at
            self.clients += 1
        self._told.met(contact)

    def next_run(self, at: float) -> None:
        self.first = self.last = None
        self.clients = 0
        self._told.next_run(at)

    def conclusions(self, at: float) -> Sequence[Conclusion]:
        return self._told.conclusions(at)

    def _note(self, at: float) -> None:
        self.first = at if self.first is None else self.first
        self.last = at
