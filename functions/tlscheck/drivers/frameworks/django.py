"""Django: one entry of DATABASES, whose OPTIONS go to psycopg.

Source: Django, django/db/backends/postgresql/base.py (get_connection_params) and django/db/utils.py
(configure_settings).
"""

import json
from collections.abc import Mapping
from dataclasses import replace

from tlscheck.drivers import libpq
from tlscheck.drivers.connection import Connection, cannot_be_read
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.frameworks import Framework
from tlscheck.drivers.libpq_options import echoed
from tlscheck.drivers.word_names import all_shown
from tlscheck.drivers.words import Words

_KIND = "an entry of Django's DATABASES"
_ENGINES = (
    "django.db.backends.postgresql",
    "django.db.backends.postgresql_psycopg2",
    "django.contrib.gis.db.backends.postgis",
    "django_prometheus.db.backends.postgresql",
    "django_prometheus.db.backends.postgis",
    "django_tenants.postgresql_backend",
    "dj_db_conn_pool.backends.postgresql",
    "psqlextra.backend",
)
_PLACE = {"HOST": "host", "PORT": "port"}
_OTHER = frozenset(
    (
        *(
            "ENGINE",
            "NAME",
            "USER",
            "PASSWORD",
            "OPTIONS",
            "ATOMIC_REQUESTS",
            "AUTOCOMMIT",
            "CONN_MAX_AGE",
            "TEST",
        ),
        *("CONN_HEALTH_CHECKS", "TIME_ZONE", "DISABLE_SERVER_SIDE_CURSORS", "POOL_OPTIONS"),
    )
)
_TAKEN_OUT = frozenset(("assume_role", "isolation_level", "server_side_binding", "pool"))
"""Of OPTIONS: what Django keeps to itself."""


def is_django(options: Mapping[str, object]) -> bool:
    """Whether only Django would write it so."""
    return "ENGINE" in options


def read(given: Words) -> Connection:
    """An entry as options. Raises BadRequest for an engine that is not PostgreSQL's, and as psycopg does."""
    if given.text:
        raise cannot_be_read(_KIND, "give the entry as options: ENGINE, HOST, PORT, NAME, OPTIONS")
    engine = given.options.get("ENGINE")
    if engine not in _ENGINES:
        named = f": {echoed(engine)}" if isinstance(engine, str) else ""
        raise cannot_be_read(_KIND, f"its ENGINE is none of PostgreSQL's that is known here{named}")
    inner = given.options.get("OPTIONS") or {}
    if not isinstance(inner, Mapping):
        raise cannot_be_read(_KIND, "its OPTIONS is no object")
    said = {str(name): value for name, value in inner.items() if name not in _TAKEN_OUT}
    said |= {option: given.options[name] for name, option in _PLACE.items() if given.options.get(name)}
    strange = (name for name in given.options if name not in _OTHER and name not in _PLACE)
    found = libpq.read(Driver.PSYCOPG, replace(given, options=said))
    return replace(found, ignored=(*all_shown(strange), *found.ignored))


def _line(connection: Connection, path: str) -> str:  # noqa: ARG001 - one shape for all drivers
    return f'"OPTIONS": {json.dumps({"sslmode": "verify-full", "sslrootcert": path})}'


FRAMEWORK = Framework("django", read, _line, names=("geodjango", "postgis"))
