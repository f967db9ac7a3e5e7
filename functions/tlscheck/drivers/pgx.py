"""pgx, which reads libpq's words in Go."""

from collections.abc import Iterable
from functools import partial

from tlscheck.drivers import libpq
from tlscheck.drivers.behaviour import (
    CHAIN,
    FULL,
    HOME_OR_SYSTEM,
    NAMED_OR_HOME,
    NOTHING,
    PLAIN,
    PLAIN_FIRST,
    TLS,
    TLS_FIRST,
    Grounds,
    Rule,
    within,
)
from tlscheck.drivers.dialect import Dialect, Model
from tlscheck.drivers.driver import Driver, Family
from tlscheck.trust.trust_store import Reader


def _rules() -> Iterable[Rule]:
    family = Family.PGX
    yield Rule(family, ("disable",), PLAIN)
    # The file is read in every other mode, whether or not anything is verified with it.
    # Up to 4, a refusal by pg_hba.conf ends it: it never comes to try TLS.
    yield Rule(family, ("allow",), PLAIN, NOTHING, NAMED_OR_HOME, before=(5,))
    yield Rule(family, ("allow",), PLAIN_FIRST, NOTHING, NAMED_OR_HOME, since=(5,), basis=Grounds.READ)
    yield Rule(family, ("", "prefer"), TLS_FIRST, NOTHING, NAMED_OR_HOME)
    yield Rule(family, ("require",), TLS, CHAIN, NAMED_OR_HOME)
    yield Rule(family, ("verify-ca",), TLS, CHAIN, HOME_OR_SYSTEM)
    yield Rule(family, ("verify-full",), TLS, FULL, HOME_OR_SYSTEM)


MODEL = Model(Family.PGX, tuple(within(_rules(), since=(4,))), (Reader.GO,))
DIALECTS = (Dialect(Driver.PGX, partial(libpq.read, Driver.PGX), libpq.line),)
