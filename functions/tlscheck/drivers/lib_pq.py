"""lib/pq, which reads libpq's words in Go."""

from collections.abc import Iterable
from functools import partial

from tlscheck.drivers import libpq
from tlscheck.drivers.behaviour import (
    CHAIN,
    FILE_OR_SYSTEM,
    FULL,
    GOES_ON,
    HOME_OR_SYSTEM,
    PLAIN,
    PLAIN_FIRST,
    REFUSES,
    TLS,
    TLS_FIRST,
    Looks,
    Place,
    Rule,
    only_read,
    within,
)
from tlscheck.drivers.dialect import Dialect, Model
from tlscheck.drivers.driver import Driver, Family
from tlscheck.trust.trust_store import Reader


def _rules() -> Iterable[Rule]:
    family, ran, newer = Family.LIB_PQ, (1, 11), (1, 11)
    named = Place(Looks.FILE, GOES_ON, GOES_ON, REFUSES)
    named_or_home = Place(Looks.FILE_OR_HOME, GOES_ON, GOES_ON, REFUSES)
    yield Rule(family, ("disable",), PLAIN)
    yield Rule(family, ("allow", "prefer"), TLS, before=ran, refuses="lib/pq before 1.11 knows no such sslmode")
    # Since it sends SNI, it looks for the name in every mode that verifies at all.
    yield Rule(family, ("", "require"), TLS, FULL, named, before=ran)
    yield Rule(family, ("verify-ca",), TLS, FULL, FILE_OR_SYSTEM, before=ran)
    yield Rule(family, ("verify-full",), TLS, FULL, FILE_OR_SYSTEM, before=ran)
    read = [
        Rule(family, ("allow",), PLAIN_FIRST, CHAIN, named_or_home),
        Rule(family, ("prefer",), TLS_FIRST, CHAIN, named_or_home),
        Rule(family, ("", "require"), TLS, CHAIN, named_or_home),
        Rule(family, ("verify-ca",), TLS, CHAIN, HOME_OR_SYSTEM),
        Rule(family, ("verify-full",), TLS, FULL, HOME_OR_SYSTEM),
    ]
    yield from only_read(within(read, since=newer))


MODEL = Model(Family.LIB_PQ, tuple(within(_rules(), since=(1, 10, 4))), (Reader.GO,))
DIALECTS = (Dialect(Driver.LIB_PQ, partial(libpq.read, Driver.LIB_PQ), libpq.line, ("lib-pq",)),)
