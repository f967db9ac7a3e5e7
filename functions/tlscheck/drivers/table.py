"""The model: what each driver does about TLS in each mode, as a table.

What is RUN was run against real servers and is run again by `make bench TOPIC=clients`; what is READ stands in the
driver's source or manual and could not be run: a prediction from it says so.
"""

from collections.abc import Iterable
from dataclasses import replace

from tlscheck.drivers.behaviour import Grounds, Looks, Place, Rule, Transport, Verifies, Without
from tlscheck.drivers.connection import DIRECT
from tlscheck.drivers.driver import Family

SYSTEM = " sslrootcert=system"
"""What libpq's mode gets appended when it names the system's store."""

CHAIN, FULL, NOTHING = Verifies.CHAIN, Verifies.CHAIN_AND_NAME, Verifies.NOTHING
GOES_ON, REFUSES, FAILS_TLS, TO_SYSTEM = Without.GOES_ON, Without.REFUSES, Without.FAILS_TLS, Without.SYSTEM
TRUSTS_NOBODY = Without.TRUSTS_NOBODY
PLAIN, PLAIN_FIRST, TLS_FIRST = Transport.PLAIN, Transport.PLAIN_FIRST, Transport.TLS_FIRST
TLS_IF_OFFERED, TLS = Transport.TLS_IF_OFFERED, Transport.TLS

# Where they look                                  no roots   missing    broken
_IF_THERE = Place(Looks.FILE_OR_HOME, GOES_ON, GOES_ON, FAILS_TLS)
_NEEDED = Place(Looks.FILE_OR_HOME, REFUSES, REFUSES, FAILS_TLS)
_NAMED_OR_HOME = Place(Looks.FILE_OR_HOME, GOES_ON, REFUSES, REFUSES)
_NEEDED_UP_FRONT = Place(Looks.FILE_OR_HOME, REFUSES, REFUSES, REFUSES)
_HOME_OR_SYSTEM = Place(Looks.FILE_OR_HOME, TO_SYSTEM, REFUSES, REFUSES)
_CONTEXT = Place(Looks.FILE, TO_SYSTEM, REFUSES, REFUSES)
_OPENED = Place(Looks.FILE, GOES_ON, REFUSES, REFUSES)
_SYSTEM_STORE = Place(Looks.SYSTEM)
_JVM = Place(Looks.JVM, TO_SYSTEM, FAILS_TLS, FAILS_TLS)


def _libpq() -> Iterable[Rule]:
    family = Family.LIBPQ
    rules = [
        Rule(family, ("disable",), PLAIN),
        Rule(family, ("allow",), PLAIN_FIRST, CHAIN, _IF_THERE),
        Rule(family, ("", "prefer"), TLS_FIRST, CHAIN, _IF_THERE),
        Rule(family, ("require",), TLS, CHAIN, _IF_THERE),
        Rule(family, ("verify-ca",), TLS, CHAIN, _NEEDED),
        Rule(family, ("verify-full",), TLS, FULL, _NEEDED),
    ]
    yield from rules
    for rule in rules:  # before 16, system is the name of a file that nobody has
        yield replace(rule, modes=tuple(mode + SYSTEM for mode in rule.modes), before=(16,))
    weak = tuple(mode + SYSTEM for mode in ("disable", "allow", "prefer", "require", "verify-ca"))
    why = 'weak sslmode may not be used with sslrootcert=system (use "verify-full")'
    yield Rule(family, weak, TLS, since=(16,), refuses=why)
    yield Rule(family, (SYSTEM, "verify-full" + SYSTEM), TLS, FULL, _SYSTEM_STORE, since=(16,))


def _libpq_direct() -> Iterable[Rule]:
    family = Family.LIBPQ
    weak, strong = ("", "disable", "allow", "prefer"), ("require", "verify-ca", "verify-full")
    why = 'weak sslmode may not be used with sslnegotiation=direct (use "require", "verify-ca", or "verify-full")'
    every = tuple(mode + DIRECT for mode in (*weak, *strong))
    yield Rule(family, every, TLS, before=(17,), refuses="libpq before 17 knows no sslnegotiation")
    yield Rule(family, tuple(mode + DIRECT for mode in weak), TLS, since=(17,), refuses=why)
    yield Rule(family, ("require" + DIRECT,), TLS, CHAIN, _IF_THERE, since=(17,))
    yield Rule(family, ("verify-ca" + DIRECT,), TLS, CHAIN, _NEEDED, since=(17,))
    yield Rule(family, ("verify-full" + DIRECT,), TLS, FULL, _NEEDED, since=(17,))


def _asyncpg() -> Iterable[Rule]:
    family = Family.ASYNCPG
    yield Rule(family, ("disable", "ssl=False"), PLAIN)
    yield Rule(family, ("allow",), PLAIN_FIRST)
    yield Rule(family, ("", "prefer"), TLS_FIRST)
    yield Rule(family, ("require",), TLS, CHAIN, _NAMED_OR_HOME)
    yield Rule(family, ("verify-ca",), TLS, CHAIN, _NEEDED_UP_FRONT)
    yield Rule(family, ("verify-full",), TLS, FULL, _NEEDED_UP_FRONT)
    yield Rule(family, ("ssl=True",), TLS, FULL, _SYSTEM_STORE)
    yield Rule(family, ("SSLContext",), TLS, FULL, _CONTEXT)
    yield Rule(family, ("SSLContext, check_hostname=False",), TLS, CHAIN, _CONTEXT)
    yield Rule(family, ("SSLContext, CERT_NONE",), TLS, NOTHING, _OPENED)


def _pg8000() -> Iterable[Rule]:
    family = Family.PG8000
    yield Rule(family, ("",), TLS_IF_OFFERED)
    yield Rule(family, ("ssl_context=False",), PLAIN)
    yield Rule(family, ("ssl_context=True",), TLS)
    yield Rule(family, ("SSLContext",), TLS, FULL, _CONTEXT)
    yield Rule(family, ("SSLContext, check_hostname=False",), TLS, CHAIN, _CONTEXT)
    yield Rule(family, ("SSLContext, CERT_NONE",), TLS, NOTHING, _OPENED)


def _node() -> Iterable[Rule]:
    family = Family.NODE
    # It reads the file that the URL names in every mode.
    opened = Place(Looks.FILE, GOES_ON, REFUSES, GOES_ON)
    trusted = Place(Looks.FILE, TO_SYSTEM, REFUSES, TRUSTS_NOBODY)
    unless_given = Place(Looks.FILE, GOES_ON, REFUSES, TRUSTS_NOBODY)
    needed = Place(Looks.FILE, REFUSES, REFUSES, TRUSTS_NOBODY)
    aliases = ("sslmode=prefer", "sslmode=require", "sslmode=verify-ca", "sslmode=verify-full")
    yield Rule(family, ("no ssl",), PLAIN)
    yield Rule(family, ("sslmode=disable", "uselibpqcompat sslmode=disable"), PLAIN, NOTHING, opened)
    unverified = ("ssl, rejectUnauthorized: false", "sslmode=no-verify", "uselibpqcompat sslmode=prefer")
    yield Rule(family, unverified, TLS, NOTHING, opened)
    yield Rule(family, ("ssl", *aliases, "uselibpqcompat sslmode=verify-full"), TLS, FULL, trusted)
    yield Rule(family, ("ssl, checkServerIdentity",), TLS, CHAIN, trusted)
    yield Rule(family, ("uselibpqcompat sslmode=require",), TLS, CHAIN, unless_given)
    yield Rule(family, ("uselibpqcompat sslmode=verify-ca",), TLS, CHAIN, needed)


def _pgjdbc() -> Iterable[Rule]:
    family, java, never = Family.PGJDBC, "DefaultJavaSSLFactory", "NonValidatingFactory"
    yield Rule(family, ("disable", f"disable {java}", f"disable {never}"), PLAIN)
    yield Rule(family, ("allow", f"allow {never}"), PLAIN_FIRST)
    yield Rule(family, ("", "prefer", never, f"prefer {never}"), TLS_IF_OFFERED)
    yield Rule(family, ("require", f"require {never}", f"verify-ca {never}"), TLS)
    yield Rule(family, ("verify-ca",), TLS, CHAIN, _NEEDED)
    yield Rule(family, ("verify-full", "ssl=true"), TLS, FULL, _NEEDED)
    yield Rule(family, (f"allow {java}",), PLAIN_FIRST, CHAIN, _JVM)
    yield Rule(family, (java, f"prefer {java}"), TLS_IF_OFFERED, CHAIN, _JVM)
    yield Rule(family, (f"require {java}", f"verify-ca {java}"), TLS, CHAIN, _JVM)
    yield Rule(family, (f"verify-full {java}", f"ssl=true {java}"), TLS, FULL, _JVM)


def _npgsql() -> Iterable[Rule]:
    family = Family.NPGSQL
    roots = Place(Looks.FILE_OR_HOME, TO_SYSTEM, FAILS_TLS, FAILS_TLS)
    why = "Npgsql 6 and 7 take Require only with Trust Server Certificate=true"
    yield Rule(family, ("Disable",), PLAIN)
    yield Rule(family, ("Allow",), PLAIN_FIRST)
    yield Rule(family, ("", "Prefer"), TLS_IF_OFFERED)
    yield Rule(family, ("Require",), TLS, before=(8,), refuses=why)
    yield Rule(family, ("Require",), TLS, since=(8,))
    yield Rule(family, ("Require, Trust Server Certificate",), TLS)
    yield Rule(family, ("VerifyCA",), TLS, CHAIN, roots)
    yield Rule(family, ("VerifyFull",), TLS, FULL, roots)


def _pgx() -> Iterable[Rule]:
    family = Family.PGX
    yield Rule(family, ("disable",), PLAIN)
    # The file is read in every other mode, whether or not anything is verified with it.
    # Up to 4, a refusal by pg_hba.conf ends it: it never comes to try TLS.
    yield Rule(family, ("allow",), PLAIN, NOTHING, _NAMED_OR_HOME, before=(5,))
    yield Rule(family, ("allow",), PLAIN_FIRST, NOTHING, _NAMED_OR_HOME, since=(5,), basis=Grounds.READ)
    yield Rule(family, ("", "prefer"), TLS_FIRST, NOTHING, _NAMED_OR_HOME)
    yield Rule(family, ("require",), TLS, CHAIN, _NAMED_OR_HOME)
    yield Rule(family, ("verify-ca",), TLS, CHAIN, _HOME_OR_SYSTEM)
    yield Rule(family, ("verify-full",), TLS, FULL, _HOME_OR_SYSTEM)


def _lib_pq() -> Iterable[Rule]:
    family, ran, newer = Family.LIB_PQ, (1, 11), (1, 11)
    named = Place(Looks.FILE, GOES_ON, GOES_ON, REFUSES)
    named_or_home = Place(Looks.FILE_OR_HOME, GOES_ON, GOES_ON, REFUSES)
    yield Rule(family, ("disable",), PLAIN)
    yield Rule(family, ("allow", "prefer"), TLS, before=ran, refuses="lib/pq before 1.11 knows no such sslmode")
    # Since it sends SNI, it looks for the name in every mode that verifies at all.
    yield Rule(family, ("", "require"), TLS, FULL, named, before=ran)
    yield Rule(family, ("verify-ca",), TLS, FULL, _CONTEXT, before=ran)
    yield Rule(family, ("verify-full",), TLS, FULL, _CONTEXT, before=ran)
    read = [
        Rule(family, ("allow",), PLAIN_FIRST, CHAIN, named_or_home),
        Rule(family, ("prefer",), TLS_FIRST, CHAIN, named_or_home),
        Rule(family, ("", "require"), TLS, CHAIN, named_or_home),
        Rule(family, ("verify-ca",), TLS, CHAIN, _HOME_OR_SYSTEM),
        Rule(family, ("verify-full",), TLS, FULL, _HOME_OR_SYSTEM),
    ]
    yield from _read(_within(read, since=newer))


def _within(rules: Iterable[Rule], since: tuple[int, ...], before: tuple[int, ...] = ()) -> Iterable[Rule]:
    """Rules whose range is bounded by what was run or read."""
    for rule in rules:
        yield replace(rule, since=rule.since or since, before=rule.before or before)


def _read(rules: Iterable[Rule]) -> Iterable[Rule]:
    return (replace(rule, basis=Grounds.READ) for rule in rules)


RULES: tuple[Rule, ...] = (
    *_libpq(),
    *_libpq_direct(),
    *_asyncpg(),
    *_pg8000(),
    *_within(_node(), since=(8,), before=(9,)),
    *_within(_pgjdbc(), since=(42, 2, 5)),
    *_read(_within(_npgsql(), since=(6,))),
    *_within(_pgx(), since=(4,)),
    *_within(_lib_pq(), since=(1, 10, 4)),
)


def rules_for(family: Family, mode: str, root: str, version: tuple[int, ...]) -> tuple[Rule, ...]:
    """The rows that may hold; several when the version is not known and decides; none: not in the table."""
    key = mode + SYSTEM if family is Family.LIBPQ and root == "system" else mode
    return tuple(rule for rule in RULES if rule.family is family and key in rule.modes and rule.holds_for(version))
