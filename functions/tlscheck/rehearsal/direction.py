"""Who is shown what, and when: the one state of a rehearsal. Called from one thread, with moments that grow."""

from collections.abc import Sequence

from tlscheck.rehearsal.conclusion import Conclusion
from tlscheck.rehearsal.contact import Contact, Hello
from tlscheck.rehearsal.goal import Goal
from tlscheck.rehearsal.trial import Shows, Trial


class Direction:
    """Directs a rehearsal. `at` is in seconds since it began; a client is the name of its port, "" of a shared one."""

    def __init__(self, goal: Goal) -> None:
        self._goal = goal
        self._met: list[Contact] = []

    def offers_tls(self, client: str, address: str, at: float) -> bool:
        """Whether a request for TLS is answered with S: what comes after it is not known yet."""
        return self.trial(client, address, None, at).shows is not Shows.NOTHING

    def trial(self, client: str, address: str, hello: Hello | None, at: float) -> Trial:
        """What this connection is shown: the trial of the attempt that it belongs to."""
        return Trial(Shows.STRANGER)

    def met(self, contact: Contact) -> None:
        """A connection has ended."""
        self._met.append(contact)

    def next_run(self, at: float) -> None:
        """What comes from now on is another attempt: the command was started again."""

    def conclusions(self, at: float) -> Sequence[Conclusion]:
        """Of each client so far."""
        return ()
