"""One way to come, with TLS or without, of very many lines: its clients, in bounded memory."""

from datetime import datetime

from tlscheck.ledger.bounds import BOUNDS, HAS_ADDRESSES, family, ledger_of
from tlscheck.ledger.client import SPELLING, Client, Sort, Trace, Who, digest_of
from tlscheck.ledger.folding import pattern
from tlscheck.ledger.joining import NEAREST, bounded, nearness
from tlscheck.ledger.known_names import MOST, KnownNames

LOOSE = 2000
"""New names, of no fold, that wait until they are added to what is known: half as many as bounds.py remembers
families of."""

type Names = tuple[str, str, str]
"""The user's, the database's and the application's."""


class AddingUp:
    """Who came so.

    What a name adds is joined with what it, or whoever stands for it, is known by: that it is among those whom a
    fold stands for is said once, and said for good (see bounds.py), so that it need not be said of each line. Of a
    name that was forgotten it is said again, which changes nothing.
    """

    def __init__(self, key: str, loose: int = LOOSE, names: int = MOST) -> None:
        """`key`: of the database; `names`: places for names (see known_names.py)."""
        self._key = key
        self._loose = loose
        self._known: tuple[Client, ...] = ()
        self._names = KnownNames(names)
        self._sums = [_Sum(Who(key, "", "", "", Sort.OTHERS))]
        """By number: nobody, those that are known, those that are new."""

        # Numbers of those that are known.
        self._places: dict[Who, int] = {}
        self._folds: dict[Names, int] = {}
        """By what the names of a family have in common."""

        self._others: dict[str, int] = {}
        """By user."""

        self._beyond = ""
        """Families with a greater digest are among others, for good; empty: that is not known of any."""

    def met(self, names: Names, moment: datetime, address: str, protocol: str = "") -> None:
        """Somebody came in; `moment` is the hour's."""
        name = hash(names)
        number = self._names.number(name) or self._first_met(name, names)
        self._sums[number].add(moment, address, protocol)

    def clients(self) -> dict[Who, Trace]:
        """All who came so, bounded as the ledger is."""
        self._add_up()
        return {client.who: client.plaintext for client in self._known if client.plaintext}

    def _first_met(self, name: int, names: Names) -> int:
        if len(self._sums) > self._loose + len(self._places):
            self._add_up()
        user, database, application = names
        of = (pattern(user), pattern(database), pattern(application))
        number = self._folds.get(of) or self._beyond_all(of)
        if number:
            # Since its family is folded already, or beyond those that are kept, so is this one.
            spelling = digest_of(self._key, database, user, application, Sort.CLIENT)[:SPELLING]
            self._sums[number].stand_for(spelling)
        else:
            number = self._by_itself(Who(self._key, database, user, application))
        self._names.add(name, number)
        return number

    def _beyond_all(self, of: Names) -> int:
        """The number of who is left of the user whose family this is; 0: it may be kept by its names."""
        user, database, application = of
        number = self._others.get(user, 0) if self._beyond else 0
        if number and digest_of(self._key, database, user, application, Sort.FOLD) > self._beyond:
            return number
        return 0

    def _by_itself(self, who: Who) -> int:
        if number := self._places.get(who):
            return number
        self._sums.append(_Sum(who))
        return len(self._sums) - 1

    def _add_up(self) -> None:
        met = self._sums
        # As one side of the ledger's, whichever.
        self._known = ledger_of((*self._known, *(client for each in met if (client := each.client()))))
        sums = {each.who: each for each in met}
        self._sums = [met[0], *(sums.get(client.who) or _Sum(client.who) for client in self._known)]
        self._places = {client.who: number for number, client in enumerate(self._known, 1)}
        self._names.renumber([0, *(self._place(each.who) for each in met[1:])])
        for each in self._sums:
            each.clear()
        self._folds, self._others = {}, {}
        for who, number in self._places.items():
            if who.sort is Sort.FOLD:
                self._folds[who.user, who.name, who.application] = number
            elif who.sort is Sort.OTHERS_OF_USER:
                self._others[who.user] = number
        folds = [client for client in self._known if client.who.sort is Sort.FOLD]
        # One that is folded with few names was so for want of room: so is whoever comes after it.
        if len(folds) >= BOUNDS.folds and any(_is_small(client.plaintext) for client in folds):
            self._beyond = max(client.who.digest() for client in folds)

    def _place(self, who: Who) -> int:
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


# What many begin with, so that they take no memory of their own; nobody adds to these.
_NOWHERE: dict[str, datetime] = {}
_NO_SPELLINGS: set[str] = set()


class _Sum:
    """What is met of a client, or of those for whom a fold or others stand, since it was added up last."""

    __slots__ = ("addresses", "below", "elsewhere", "far", "first", "last", "protocols", "spellings", "who")

    def __init__(self, who: Who) -> None:
        self.who = who
        self.below = ""
        """Spellings from here on are not counted, for good: so many smaller ones are. Empty: all are."""
        self.far = "" if who.sort in HAS_ADDRESSES else NEAREST
        """Addresses that come after it are elsewhere, for good: so many come before. Empty: none are."""
        self.clear()

    def clear(self) -> None:
        """Nothing since."""
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.elsewhere: datetime | None = None
        self.addresses = _NOWHERE
        self.protocols = _NOWHERE
        self.spellings = _NO_SPELLINGS

    def add(self, moment: datetime, address: str, protocol: str) -> None:
        """Somebody of them came in."""
        # While lines come in order their hour is one object: then there is nothing to compare.
        if moment is not self.last:
            if self.last is None or moment > self.last:
                self.last = moment
            if self.first is None or moment < self.first:
                self.first = moment
        known = self.addresses.get(address)
        if known is not moment and (known is None or moment > known):
            self._address(moment, address)
        if protocol:
            known = self.protocols.get(protocol)
            if known is not moment and (known is None or moment > known):
                self._protocol(moment, protocol)

    def stand_for(self, spelling: str) -> None:
        """Another name is one of these."""
        if self.below and spelling >= self.below:
            return
        if not self.spellings:
            self.spellings = set()
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

    def _address(self, moment: datetime, address: str) -> None:
        if not address or (self.far and nearness(address) > self.far):
            if self.elsewhere is None or moment > self.elsewhere:
                self.elsewhere = moment
            return
        if not self.addresses:
            self.addresses = {}
        self.addresses[address] = moment
        if len(self.addresses) > 2 * BOUNDS.addresses:
            self._bound()

    def _protocol(self, moment: datetime, protocol: str) -> None:
        if not self.protocols:
            self.protocols = {}
        self.protocols[protocol] = moment
        if len(self.protocols) > 2 * BOUNDS.protocols:
            self._bound()

    def _bound(self) -> None:
        if (client := self.client()) and client.plaintext:
            trace = bounded(client.plaintext, BOUNDS.addresses, BOUNDS.protocols, BOUNDS.spellings_counted)
            if len(self.addresses) > len(trace.addresses):
                self.addresses, self.far = dict(trace.addresses), max(map(nearness, trace.addresses))
            self.protocols, self.elsewhere = dict(trace.protocols), trace.elsewhere
            if len(self.spellings) > len(trace.spellings):
                self.spellings, self.below = set(trace.spellings), max(trace.spellings)
