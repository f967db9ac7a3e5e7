"""What libpq does about TLS, for all that link it: psql, psycopg, psqlODBC, pgAdmin, PHP, Perl and Ruby.

Run: 10 to 18 by `make bench TOPIC=clients`, as far as they are installed.
"""

from collections.abc import Iterable
from dataclasses import replace

from tlscheck.drivers.behaviour import (
    CHAIN,
    FAILS_TLS,
    FULL,
    GOES_ON,
    PLAIN,
    PLAIN_FIRST,
    REFUSES,
    SOCKET,
    SYSTEM_STORE,
    TLS,
    TLS_FIRST,
    Looks,
    Place,
    Rule,
)
from tlscheck.drivers.connection import DIRECT, SYSTEM
from tlscheck.drivers.dialect import Model
from tlscheck.drivers.driver import Family
from tlscheck.trust.trust_store import Reader

CHANNEL = " channel_binding=require"
"""What a mode that may go without TLS gets appended when the login demands TLS (fe-auth.c, pg_SASL_init)."""

_IF_THERE = Place(Looks.FILE_OR_HOME, GOES_ON, GOES_ON, FAILS_TLS)
_NEEDED = Place(Looks.FILE_OR_HOME, REFUSES, REFUSES, FAILS_TLS)
_HOME_SINCE = (15,)
"""Since when it asks HOME and not the account's entry (fe-connect.c, pqGetHomeDirectory)."""


def _rules() -> Iterable[Rule]:
    family = Family.LIBPQ
    rules = [
        Rule(family, ("disable",), PLAIN),
        Rule(family, ("allow",), PLAIN_FIRST, CHAIN, _IF_THERE),
        Rule(family, ("", "prefer"), TLS_FIRST, CHAIN, _IF_THERE),
        Rule(family, ("require",), TLS, CHAIN, _IF_THERE),
        Rule(family, ("verify-ca",), TLS, CHAIN, _NEEDED),
        Rule(family, ("verify-full",), TLS, FULL, _NEEDED),
    ]
    for rule in rules:
        if rule.place.looks is not Looks.FILE_OR_HOME:
            yield rule
            continue
        of_account = replace(rule.place, looks=Looks.FILE_OR_ACCOUNT)
        yield replace(rule, place=of_account, before=_HOME_SINCE)
        yield replace(rule, since=_HOME_SINCE)
    for rule in rules:  # before 16, system is the name of a file that nobody has
        yield replace(rule, modes=tuple(mode + SYSTEM for mode in rule.modes), before=(16,))
    weak = tuple(mode + SYSTEM for mode in ("disable", "allow", "prefer", "require", "verify-ca"))
    why = 'weak sslmode may not be used with sslrootcert=system (use "verify-full")'
    yield Rule(family, weak, TLS, since=(16,), refuses=why)
    yield Rule(family, (SYSTEM, "verify-full" + SYSTEM), TLS, FULL, SYSTEM_STORE, since=(16,))


def _direct() -> Iterable[Rule]:
    family = Family.LIBPQ
    weak, strong = ("", "disable", "allow", "prefer"), ("require", "verify-ca", "verify-full")
    why = 'weak sslmode may not be used with sslnegotiation=direct (use "require", "verify-ca", or "verify-full")'
    every = tuple(mode + DIRECT for mode in (*weak, *strong))
    yield Rule(family, every, TLS, before=(17,), refuses="libpq before 17 knows no sslnegotiation")
    yield Rule(family, tuple(mode + DIRECT for mode in weak), TLS, since=(17,), refuses=why)
    yield Rule(family, ("require" + DIRECT,), TLS, CHAIN, _IF_THERE, since=(17,))
    yield Rule(family, ("verify-ca" + DIRECT,), TLS, CHAIN, _NEEDED, since=(17,))
    yield Rule(family, ("verify-full" + DIRECT,), TLS, FULL, _NEEDED, since=(17,))


def _channel() -> Iterable[Rule]:
    # It tries plaintext after TLS failed as ever, and then breaks the login off itself.
    family, why = Family.LIBPQ, "channel binding required, but SSL not in use"
    yield Rule(family, ("disable" + CHANNEL,), PLAIN, refuses=why)
    for_tls = Rule(family, (CHANNEL, "prefer" + CHANNEL), TLS, CHAIN, _IF_THERE)
    yield replace(for_tls, place=replace(_IF_THERE, looks=Looks.FILE_OR_ACCOUNT), before=_HOME_SINCE)
    yield replace(for_tls, since=_HOME_SINCE)


def _on_socket(rule: Rule) -> Rule:
    # What it refuses before it looks where it connects to, it refuses here too.
    return rule if rule.refuses else Rule(rule.family, rule.modes, SOCKET, since=rule.since, before=rule.before)


MODEL = Model(Family.LIBPQ, (*_rules(), *_direct(), *_channel()), (Reader.OPENSSL,), _on_socket)
