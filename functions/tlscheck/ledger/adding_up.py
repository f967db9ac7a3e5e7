"""One way to come, with TLS or without, of very many lines: its clients, in bounded memory."""

from datetime import datetime

from tlscheck.ledger.bounds import BOUNDS, family, ledger_of
from tlscheck.ledger.client import SPELLING, Client, Sort, Trace, Who, digest_of
from tlscheck.ledger.folding import pattern
from tlscheck.ledger.joining import bounded

LOOSE = 4000
"""New names, of no fold, that wait until they are added to what is known: as many as bounds.py remembers families
of."""

NAMES = 250_000
"""Names whose place is known: some 20 MB. Beyond, all are asked for it again, which changes nothing."""

type Names = tuple[str, str, str]
"""The user's, the database's and the application's."""


class AddingUp:
    """Who came so.

    What a name adds is joined with what it, or whoever stands for it, is known by: that it is among those whom a
    fold stands for is said once, and said for good (see bounds.py), so that it need not be said of each line.
    """

    def __init__(self, key: str, loose: int = LOOSE, names: int = NAMES) -> None:
        """`key`: of the database."""
        self._key = key
        self._loose, self._names = loose, names
        self._known: tuple[Client, ...] = ()
        self._places: dict[Who, _Sum] = {}
        self._folds: dict[Names, _Sum] = {}
        """Of the places, by what the names of a family have in common."""

        self._sums: dict[int, _Sum] = {}
        self._new: list[int] = []
        self._beyond = ""
        """Families with a greater digest are among others, for good; empty: that is not known of any."""

    def met(self, names: Names, moment: datetime, address: str, protocol: str = "") -> None:
        """Somebody came in; `moment` is the hour's."""
        # A number takes a quarter of the texts' memory. Two names share one in one of some 10^9 such logs, and
        # nobody can make them do so: the key of Python's hashes is drawn at each start.
        name = hash(names)
        found = self._sums.get(name)
        if found is None:
            found = self._first_met(name, names)
        elif found.moved:
            while found.moved:
                found = found.moved
            self._sums[name] = found
        found.add(moment, address, protocol)

    def clients(self) -> dict[Who, Trace]:
        """All who came so, bounded as the ledger is."""
        self._add_up()
        return {client.who: client.plaintext for client in self._known if client.plaintext}

    def _first_met(self, name: int, names: Names) -> "_Sum":
        if len(self._new) >= self._loose or len(self._sums) >= self._names:
            self._add_up()
        user, database, application = names
        of = (pattern(user), pattern(database), pattern(application))
        fold = self._folds.get(of)
        if fold is None and self._beyond and digest_of(self._key, of[1], of[0], of[2], Sort.FOLD) > self._beyond:
            fold = self._places.get(Who(self._key, "", of[0], "", Sort.OTHERS_OF_USER))
        if fold:
            # Since its family is folded already, or beyond those that are kept, so is this one.
            fold.stand_for(digest_of(self._key, database, user, application, Sort.CLIENT)[:SPELLING])
            self._sums[name] = fold
            return fold
        who = Who(self._key, database, user, application)
        found = self._sums[name] = self._places.get(who) or _Sum(who)
        self._new.append(name)
        return found

    def _add_up(self) -> None:
        loose = {id(each): each for each in (*self._places.values(), *(self._sums[name] for name in self._new))}
        said = [client for each in loose.values() if (client := each.client())]
        # As one side of the ledger's, whichever.
        self._known = ledger_of((*self._known, *said))
        self._places = {client.who: self._places.get(client.who) or _Sum(client.who) for client in self._known}
        self._folds = {
            (who.user, who.name, who.application): place
            for who, place in self._places.items()
            if who.sort is Sort.FOLD
        }
        for each in loose.values():
            each.clear()
            place = self._place(each.who)
            each.moved = None if place is each else place
        if len(self._sums) >= self._names:
            self._sums = {}
        else:
            for name in self._new:
                if moved := self._sums[name].moved:
                    self._sums[name] = moved
        self._new = []
        folds = [client for client in self._known if client.who.sort is Sort.FOLD]
        # One that is folded with few names was so for want of room: so is whoever comes after it.
        if len(folds) >= BOUNDS.folds and any(_is_small(client.plaintext) for client in folds):
            self._beyond = max(client.who.digest() for client in folds)

    def _place(self, who: Who) -> "_Sum":
        """Where the ledger has it now: by itself, in its family, or in who is left of its user, or of all."""
        places, fold = self._places, family(who)
        others = Who(who.key, "", fold.user, "", Sort.OTHERS_OF_USER)
        return (
            places.get(who)
            or places.get(fold)
            or places.get(others)
            or places[Who(who.key, "", "", "", Sort.OTHERS)]
        )


def _is_small(trace: Trace | None) -> bool:
    return trace is not None and not trace.folded and len(trace.spellings) <= BOUNDS.spellings_of_family


class _Sum:
    """What is met of a client, or of those for whom a fold or others stand, since it was added up last."""

    __slots__ = ("addresses", "below", "elsewhere", "first", "last", "moved", "protocols", "spellings", "who")

    def __init__(self, who: Who) -> None:
        self.who = who
        self.moved: _Sum | None = None
        """Who stands for it now."""
        self.below = ""
        """Spellings from here on are not counted, for good: so many smaller ones are. Empty: all are."""
        self.clear()

    def clear(self) -> None:
        """Nothing since."""
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.elsewhere: datetime | None = None
        self.addresses: dict[str, datetime] = {}
        self.protocols: dict[str, datetime] = {}
        self.spellings: set[str] = set()

    def add(self, moment: datetime, address: str, protocol: str) -> None:
        """Somebody of them came in."""
        if self.last is None or moment > self.last:
            self.last = moment
        if self.first is None or moment < self.first:
            self.first = moment
        if not address:
            self.elsewhere = max(moment, self.elsewhere or moment)
        elif (known := self.addresses.get(address)) is None:
            self.addresses[address] = moment
            if len(self.addresses) > 2 * BOUNDS.addresses:
                self._bound()
        elif moment > known:
            self.addresses[address] = moment
        if protocol and ((known := self.protocols.get(protocol)) is None or moment > known):
            self.protocols[protocol] = moment
            if len(self.protocols) > 2 * BOUNDS.protocols:
                self._bound()

    def stand_for(self, spelling: str) -> None:
        """Another name is one of these."""
        if not self.below or spelling < self.below:
            self.spellings.add(spelling)
            if len(self.spellings) > 2 * BOUNDS.spellings_counted:
                self._bound()

    def client(self) -> Client | None:
        """As the ledger says it, on whichever side."""
        if self.first is None or self.last is None:
            return None
        spellings = frozenset(self.spellings)
        trace = Trace(self.first, self.last, self.addresses, self.elsewhere, self.protocols, spellings)
        return Client(self.who, None, trace)

    def _bound(self) -> None:
        if (client := self.client()) and client.plaintext:
            trace = bounded(client.plaintext, BOUNDS.addresses, BOUNDS.protocols, BOUNDS.spellings_counted)
            self.addresses, self.protocols = dict(trace.addresses), dict(trace.protocols)
            self.elsewhere = trace.elsewhere
            if len(self.spellings) > len(trace.spellings):
                self.spellings, self.below = set(trace.spellings), max(trace.spellings)
