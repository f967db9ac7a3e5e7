"""Odyssey's server leg: a storage of odyssey.conf, as options.

It never looks for the server's name in the certificate, and verifies the chain whenever it makes TLS.

Source: Odyssey, docs/configuration/storage.md, sources/tls.c, sources/backend.c and sources/machinarium/tls.c of
1.5.2.
"""

import json
from collections.abc import Iterable

from tlscheck.drivers import go_words
from tlscheck.drivers.behaviour import (
    CHAIN,
    FAILS_TLS,
    PLAIN,
    TLS,
    TLS_IF_OFFERED,
    TRUSTS_NOBODY,
    Looks,
    Place,
    Rule,
    only_read,
)
from tlscheck.drivers.connection import Connection, cannot_be_read, mode_of, path_of
from tlscheck.drivers.dialect import Dialect, Model
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.word_names import all_shown, listed
from tlscheck.drivers.words import Words
from tlscheck.trust.trust_store import Reader

_KIND = "a storage of odyssey.conf"
_MODES = ("disable", "allow", "prefer", "require", "verify_ca", "verify_full")
_READ = listed(
    "type host port tls tls_ca_file tls_cert_file tls_key_file tls_protocols server_max_routing "
    "endpoints_status_poll_interval"
)


def read(given: Words) -> Connection:
    """Options of a storage. Raises BadRequest."""
    if given.text:
        raise cannot_be_read(
            _KIND, "it takes no connection string: give host, port, tls and tls_ca_file as options"
        )
    said = given.settings
    mode = said.get("tls", "")
    if mode:
        mode_of(mode, _MODES, _KIND)
    hosts = said.get("host", "").split(",")
    pairs = [each.rpartition(":") if each.count(":") == 1 else (each, "", "") for each in hosts]
    ports = tuple(port or said.get("port", "") for _, _, port in pairs)
    found = go_words.hosts_of((host for host, _, _ in pairs), ports, _KIND)
    unknown = [name for name in ("tls_cert_file", "tls_key_file", "tls_protocols") if said.get(name)]
    # Versions differ: they tried TLS first, or plaintext.
    unknown += ["tls"] * (mode == "allow")
    return Connection(
        Driver.ODYSSEY,
        found[0].host,
        found[0].port,
        mode,
        path_of(said.get("tls_ca_file", ""), _KIND),
        given.version,
        others=found[1:],
        unknown=all_shown([*given.nested, *unknown, *(each for each in said if each not in _READ)]),
    )


_ITS_FILE = Place(Looks.FILE, TRUSTS_NOBODY, FAILS_TLS, FAILS_TLS)


def _rules() -> Iterable[Rule]:
    family = Family.ODYSSEY
    yield Rule(family, ("", "disable"), PLAIN)
    yield Rule(family, ("prefer",), TLS_IF_OFFERED, CHAIN, _ITS_FILE)
    yield Rule(family, ("require", "verify_ca", "verify_full"), TLS, CHAIN, _ITS_FILE)


def _line(connection: Connection, path: str) -> str:  # noqa: ARG001 - one shape for all drivers
    return f'tls "verify_full" tls_ca_file {json.dumps(path)}'


MODEL = Model(Family.ODYSSEY, tuple(only_read(_rules())), (Reader.OPENSSL,))
DIALECTS = (Dialect(Driver.ODYSSEY, read, _line, chain_line=_line),)
