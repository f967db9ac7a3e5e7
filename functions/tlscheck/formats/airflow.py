"""Airflow: its own database (airflow.cfg, AIRFLOW__DATABASE__SQL_ALCHEMY_CONN), and its connections to others.

Source: apache/airflow, airflow/settings.py; models/connection.py (URIs and JSON); providers postgres,
hooks/postgres.py (extras go to psycopg2.connect, but for ignored_extra_options; newer ones to psycopg, which takes
the same words).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import unquote

from tlscheck.drivers.driver import Driver
from tlscheck.drivers.written import LIBPQ_S, Style, Written
from tlscheck.formats.configuration import Refused
from tlscheck.formats.node import Node
from tlscheck.formats.shape import Block, Hit, Program, Shape, Surroundings, names
from tlscheck.formats.trees import json
from tlscheck.inventory.bad_request import BadRequest

_EXTRAS_KEPT_BACK = names(
    "iam redshift redshift-serverless cursor cluster-identifier workgroup-name aws_conn_id sqlalchemy_scheme "
    "sqlalchemy_query"
)
_OWN = names(
    "conn_id conn_type description login password host port schema extra extra_dejson id is_encrypted "
    "is_extra_encrypted"
)
_POSTGRES = ("postgres", "postgresql")

_IN_EXTRA = "All stand in its extra, a JSON object."
_OF_URI = "In this URI they are written ?sslmode=...&sslrootcert=... at its end."


def _is_cfg(block: Block) -> bool:
    return (block.key in {"database", "core"} and "sql_alchemy_conn" in block.mapping) or (
        block.key == "celery" and block.said("result_backend").startswith("db+postgres")
    )


def _cfg(block: Block, around: Surroundings) -> Iterator[Hit]:
    # configparser writes % as %%.
    if "result_backend" in block.mapping:
        text = str(block.mapping["result_backend"].content).replace("%%", "%").removeprefix("db+")
        yield from _metadata(block.below("result_backend"), around, text, {})
        return
    yield from _metadata(
        block.below("sql_alchemy_conn"),
        around,
        str(block.mapping["sql_alchemy_conn"].content).replace("%%", "%"),
        block.mapping,
    )


def _metadata(block: Block, around: Surroundings, text: str, beside: Mapping[str, Node]) -> Iterator[Hit]:
    if around.text(Node(text)).startswith("\ue000"):
        yield Refused(block.spot, "its value comes from elsewhere: give the URL itself")
    elif text.startswith(_POSTGRES):
        unknown = tuple(name for name in beside if "connect_args" in name.lower() and around.text(beside[name]))
        yield around.occurrence(block, text=text, framework="sqlalchemy", unknown=unknown)


def _variables(block: Block, around: Surroundings) -> Iterator[Hit]:
    for name, node in block.mapping.items():
        if name.endswith("__SQL_ALCHEMY_CONN"):
            yield from _metadata(block.below(name), around, str(node.content), block.mapping)
        elif name.endswith("__RESULT_BACKEND"):
            yield from _metadata(block.below(name), around, str(node.content).removeprefix("db+"), {})
        elif name.endswith(("SQL_ALCHEMY_CONN_CMD", "SQL_ALCHEMY_CONN_SECRET")):
            yield Refused(block.below(name).spot, "its value comes from elsewhere: give the URL itself")
        elif name.startswith("AIRFLOW_CONN_"):
            yield from _connection_text(block.below(name), around, around.text(node))


def _connection_text(block: Block, around: Surroundings, text: str) -> Iterator[Hit]:
    if text.lstrip().startswith("{"):
        try:
            said = Block(block.path, Node(json.read(text).content, block.node.line))
            # Its lines are the variable's.
            yield from (
                replace(each, spot=replace(each.spot, line=block.node.line)) for each in _connection(said, around)
            )
        except BadRequest as what:
            yield Refused(block.spot, str(what))
        return
    scheme, _, rest = text.partition("://")
    if scheme not in _POSTGRES:
        return
    authority, _, query = rest.partition("?")
    address = authority.partition("/")[0].rpartition("@")[2]
    host, _, port = address.rpartition(":") if ":" in address else (address, "", "")
    extras: dict[str, object] = {}
    for pair in query.split("&") if query else []:
        key, _, value = pair.partition("=")
        extras[unquote(key)] = unquote(value)
    yield from _made(block, around, (unquote(host), port), extras, is_uri=True)


def _is_connection(block: Block) -> bool:
    return block.said("conn_type") in _POSTGRES


def _connection(block: Block, around: Surroundings) -> Iterator[Hit]:
    said = block.mapping
    if not _is_connection(block):
        return
    extra = said.get("extra_dejson") or said.get("extra")
    unknown = tuple(name for name in said if name not in _OWN)
    if extra and isinstance(extra.content, str) and extra.content.strip():
        try:
            extra = json.read(extra.content)
        except BadRequest:
            yield Refused(block.spot, "its extra is no JSON")
            return
    extras = (
        {n: node.plain for n, node in extra.content.items()}
        if extra and isinstance(extra.content, Mapping)
        else {}
    )
    spot = block.below("host") if "host" in said else block
    server = around.text(said.get("host")), around.text(said.get("port"))
    yield from _made(spot, around, server, extras, unknown)


def _made(  # noqa: PLR0913 - what a URI and an object have in common
    block: Block,
    around: Surroundings,
    server: tuple[str, str],
    extras: Mapping[str, object],
    unknown: tuple[str, ...] = (),
    *,
    is_uri: bool = False,
) -> Iterator[Hit]:
    options: dict[str, object] = {
        name: value for name, value in zip(("host", "port"), server, strict=True) if value
    }
    if isinstance(held := extras.get("__extra__"), str) and held:
        unknown = (*unknown, "__extra__")
    if "azure_conn_id" in extras:
        # Newer versions keep it back, others hand it on to a driver that refuses it.
        unknown = (*unknown, "azure_conn_id")
    kept_back = _EXTRAS_KEPT_BACK | {"__extra__", "azure_conn_id"}
    options |= {name: value for name, value in extras.items() if name not in kept_back}
    written = Written(how=_OF_URI) if is_uri else Written(names=LIBPQ_S.names, style=Style.JSON, how=_IN_EXTRA)
    yield around.occurrence(block, options=options, driver=Driver.PSYCOPG2, unknown=unknown, written=written)


CFG = Shape("Airflow's airflow.cfg", _is_cfg, _cfg)
CONNECTION = Shape("Airflow's connections", _is_connection, _connection)
PROGRAM = Program(
    re.compile(
        r"AIRFLOW__CELERY__RESULT_BACKEND|AIRFLOW__(DATABASE|CORE)__SQL_ALCHEMY_CONN(_CMD|_SECRET|ECT_ARGS)?|AIRFLOW_CONN_\w+"
    ),
    _variables,
)
