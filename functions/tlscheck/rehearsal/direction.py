"""Who is shown what, and when: the one state of a rehearsal. Called from one thread, with moments that grow."""

from collections.abc import Sequence

from tlscheck.rehearsal.attempts import NOISE, Lane
from tlscheck.rehearsal.clients import callers
from tlscheck.rehearsal.concluding import conclude
from tlscheck.rehearsal.conclusion import Conclusion
from tlscheck.rehearsal.contact import Contact, Hello
from tlscheck.rehearsal.goal import Goal
from tlscheck.rehearsal.schedule import needs, next_trial
from tlscheck.rehearsal.trial import Shows, Tls, Trial
from tlscheck.rehearsal.verification import stranger

_MOST_LANES = 1_000
"""Ports, and addresses at shared ports; who comes beyond is shown a certificate of nobody, and forgotten."""


class Direction:
    """Directs a rehearsal. `at` is in seconds since it began; a client is its port's name, "" of a shared one."""

    def __init__(self, goal: Goal) -> None:
        self._goal = goal
        self._lanes: dict[tuple[str, str], Lane] = {}

    def offers_tls(self, client: str, address: str, at: float) -> bool:
        """Whether a request for TLS is answered with S: what comes after it is not known yet."""
        lane = self._lane(client, address)
        return lane is None or lane.asked(at).shows is not Shows.NOTHING

    def trial(self, client: str, address: str, hello: Hello | None, at: float) -> Trial:
        """What this connection is shown: the trial of the attempt that it belongs to.

        With a ClientHello never NOTHING: who begins with TLS itself can't be told that there is none.
        """
        lane = self._lane(client, address)
        shown = lane.shown(at) if lane else stranger(Tls.V1_2)
        return stranger(Tls.V1_2) if hello and shown.shows is Shows.NOTHING else shown

    def met(self, contact: Contact) -> None:
        """A connection has ended."""
        is_known = (contact.client, "" if contact.client else contact.address) in self._lanes
        if (is_known or contact.ended not in NOISE) and (lane := self._lane(contact.client, contact.address)):
            lane.met(contact)

    def next_run(self, at: float) -> None:
        """What comes from now on is another attempt: the command was started again."""
        for lane in self._lanes.values():
            lane.close(at)

    def conclusions(self, at: float) -> Sequence[Conclusion]:
        """Of each client so far, from the attempts that are over."""
        return tuple(
            conclude(self._goal, caller.name, caller.replies, may_refuse=caller.may_refuse, more=caller.several)
            for (client, address), lane in self._lanes.items()
            for caller in callers(client, address, lane.attempts(at))
            if caller.replies.attempts
        )

    def _lane(self, client: str, address: str) -> Lane | None:
        key = (client, "" if client else address)
        if key not in self._lanes:
            if len(self._lanes) >= _MOST_LANES:
                return None
            self._lanes[key] = Lane(lambda at: self._next(*key, at), is_of_one=bool(client))
        return self._lanes[key]

    def _next(self, client: str, address: str, at: float) -> Trial:
        attempts = self._lanes[client, address].attempts(at)
        there = [each for each in callers(client, address, attempts) if each.replies.attempts and not each.several]
        if not there:
            return stranger(Tls.V1_2)
        # who lacks most comes first; each of them has what it needs in the end
        lacking = max(there, key=lambda each: len(needs(self._goal, each.replies, may_refuse=each.may_refuse)))
        seed = f"{client} {address} {len(attempts)}"
        return next_trial(self._goal, lacking.replies, seed, may_refuse=lacking.may_refuse)
