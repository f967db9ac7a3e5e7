"""PgDog's server leg: a database of pgdog.toml and its section [general], as options.

Source: PgDog, pgdog-config/src/networking.rs and general.rs, pgdog/src/net/tls.rs and backend/server.rs of 0.1.
"""

import json
import re
from collections.abc import Iterable

from tlscheck.drivers.behaviour import (
    CHAIN,
    FULL,
    GOES_ON,
    NOTHING,
    PLAIN,
    REFUSES,
    TLS,
    TLS_IF_OFFERED,
    TO_SYSTEM,
    Looks,
    Place,
    Rule,
    only_read,
)
from tlscheck.drivers.connection import Connection, cannot_be_read, host_of, mode_of, path_of, port_of
from tlscheck.drivers.dialect import Dialect, Model
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.word_names import all_shown, listed
from tlscheck.drivers.words import Words
from tlscheck.trust.trust_store import Reader

_KIND = "a database of pgdog.toml"
_MODES = ("disabled", "prefer", "verify_ca", "verify_full")
_OF_TLS = listed("tls_verify tls_server_ca_certificate tls_server_certificate tls_server_private_key")
_OF_A_DATABASE = listed(
    "name host port role shard database_name user password pool_size min_pool_size pooler_mode statement_timeout "
    "idle_timeout read_only server_lifetime resharding_only lb_weight lock_timeout server_lifetime_jitter "
    "max_pool_size "
    "pool_size_primary pool_size_replica min_pool_size_primary min_pool_size_replica idle_timeout_primary "
    "idle_timeout_replica"
)
_VARIABLES = {"PGDOG_TLS_VERIFY": "tls_verify", "PGDOG_TLS_SERVER_CA_CERTIFICATE": "tls_server_ca_certificate"}


def read(given: Words) -> Connection:
    """Options of a database and of [general] together. Raises BadRequest."""
    if given.text:
        raise cannot_be_read(_KIND, "it takes no connection string: give host, port and tls_verify as options")
    said = {name: given.variables[key] for key, name in _VARIABLES.items() if given.variables.get(key)}
    said |= _plainly(said.pop("tls_verify", ""))
    said |= given.settings
    mode = said.get("tls_verify", "")
    if mode:
        mode_of(mode, _MODES, _KIND)
    certificate = [name for name in ("tls_server_certificate", "tls_server_private_key") if said.get(name)]
    return Connection(
        Driver.PGDOG,
        host_of(said.get("host", ""), _KIND),
        port_of(said.get("port", ""), _KIND),
        mode,
        path_of(said.get("tls_server_ca_certificate", ""), _KIND),
        given.version,
        unknown=all_shown(
            [*given.nested, *certificate, *(each for each in said if each not in _OF_TLS | _OF_A_DATABASE)]
        ),
    )


def _plainly(mode: str) -> dict[str, str]:
    """What the variable says: capitals, - and _ don't matter there; what is no mode is passed over."""
    meant = {each.replace("_", ""): each for each in _MODES}.get(re.sub("[-_]", "", mode.lower()))
    return {"tls_verify": meant} if meant else {}


_OPENED = Place(Looks.FILE, GOES_ON, REFUSES, REFUSES)
_VERIFYING = Place(Looks.FILE, TO_SYSTEM, REFUSES, REFUSES)


def _rules() -> Iterable[Rule]:
    family = Family.PGDOG
    # The file is read when it starts, whatever the mode.
    yield Rule(family, ("disabled",), PLAIN, NOTHING, _OPENED)
    yield Rule(family, ("", "prefer"), TLS_IF_OFFERED, NOTHING, _OPENED)
    yield Rule(family, ("verify_ca",), TLS, CHAIN, _VERIFYING)
    yield Rule(family, ("verify_full",), TLS, FULL, _VERIFYING)


def _line(connection: Connection, path: str) -> str:  # noqa: ARG001 - one shape for all drivers
    return f'tls_verify="verify_full" and below it tls_server_ca_certificate={json.dumps(path)}'


def _chain_line(connection: Connection, path: str) -> str:
    return _line(connection, path).replace("verify_full", "verify_ca")


MODEL = Model(Family.PGDOG, tuple(only_read(_rules())), (Reader.RUSTLS,))
DIALECTS = (Dialect(Driver.PGDOG, read, _line, chain_line=_chain_line),)
