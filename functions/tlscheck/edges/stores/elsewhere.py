"""Files of roots of clients that run elsewhere: only what lies in their repository is looked into."""

from tlscheck.drivers.driver import Family
from tlscheck.survival.answer import Find, Found
from tlscheck.survival.prediction import Roots
from tlscheck.survival.roots import Sought, Where


def where_it_is_there(find: Find) -> Find:
    """Looks into files that are named and are here; whatever else this machine has or lacks says nothing."""

    def found(place: Sought, family: Family) -> tuple[Found, str]:
        where = f"the file {place.path}" if place.path else str(place.where.value)
        if place.where is Where.FILE:
            seen, words = find(place, family)
            if seen is not Roots.MISSING:
                return seen, words
        return Roots.UNKNOWN, f"what is in {where}, where the client runs, is not known: say it with --trust-store"

    return found
