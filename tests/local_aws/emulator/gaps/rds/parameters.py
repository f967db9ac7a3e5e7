"""Parameters of a family (`postgres17`, `aurora-postgresql16`) and of the groups made from it.

A family has about 400 parameters, as RDS's have, so that reading a group whole takes four pages. Only those
that say something of TLS or logins are the real ones; the rest fill the pages. Sources: the RDS User Guide
(rds.force_ssl is 1 by default from PostgreSQL 15), the Aurora User Guide (from 17), recorded answers.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

_FAMILY = re.compile(r"(?P<engine>postgres|aurora-postgresql)(?P<major>\d+)(\.\d+)?")
_FORCED_FROM = {"postgres": 15, "aurora-postgresql": 17}
_FILLERS = 385

type Parameter = dict[str, Any]


def family_of(engine: str, version: str) -> str:
    """DBParameterGroupFamily of an engine version: `postgres17`, `aurora-postgresql16`, `postgres9.6`."""
    parts = version.split(".")
    one_number = engine in _FORCED_FROM and parts[0].isdigit() and int(parts[0]) >= 10
    return engine + (parts[0] if one_number else ".".join(parts[:2]))


@cache
def defaults(family: str, *, cluster: bool) -> tuple[Parameter, ...]:
    """Parameters of a family's default group, by name; an Aurora instance's own group has no rds.force_ssl."""
    parameters = [_filler(number) for number in range(_FILLERS)]
    found = _FAMILY.fullmatch(family)
    if found:
        engine, major = found["engine"], int(found["major"])
        parameters += _of_tls_and_logins(major)
        if cluster and engine == "aurora-postgresql":
            parameters += [
                {**_engine_default("rds.babelfish_status", "off", "string"), "Source": "system"},
                {**_engine_default("babelfishpg_tds.tds_ssl_encrypt", "0", "boolean"), "Source": "system"},
            ]
        if cluster or engine == "postgres":
            forced = "1" if major >= _FORCED_FROM[engine] else "0"
            static = engine == "postgres" and major < 13
            parameters.append(
                {
                    "ParameterName": "rds.force_ssl",
                    "ParameterValue": forced,
                    "Description": "Force SSL connections.",
                    "Source": "system",
                    "ApplyType": "static" if static else "dynamic",
                    "DataType": "boolean",
                    "AllowedValues": "0,1",
                    "IsModifiable": True,
                    "ApplyMethod": "pending-reboot",
                }
            )
    return tuple(sorted(parameters, key=lambda parameter: str(parameter["ParameterName"])))


def of_group(family: str, changed: Mapping[str, Mapping[str, Any]], *, cluster: bool) -> tuple[Parameter, ...]:
    """Parameters of a group: its family's, with what its owner `changed` (members of Parameter, by name).

    As in RDS, a value set to what it is by default anyway keeps its Source (`system`), so that asking for
    Source=user misses it.
    """
    by_name = {str(parameter["ParameterName"]): parameter for parameter in defaults(family, cluster=cluster)}
    for name, members in changed.items():
        before = by_name.get(name, _engine_default(name, None, "string"))
        same = before.get("ParameterValue") == members.get("ParameterValue")
        source = before["Source"] if same else "user"
        by_name[name] = {**before, "Source": source, **members, "ParameterName": name}
    return tuple(by_name[name] for name in sorted(by_name))


def _of_tls_and_logins(major: int) -> list[Parameter]:
    newest = "TLSv1.3" if major >= 16 else None
    return [
        {**_engine_default("ssl", "1", "boolean"), "Source": "system"},
        _engine_default("ssl_ciphers", None, "list"),
        _engine_default("ssl_max_protocol_version", newest, "string"),
        _engine_default("ssl_min_protocol_version", "TLSv1.2", "string"),
        _engine_default("log_connections", None, "boolean" if major < 18 else "list"),
        _engine_default("log_disconnections", None, "boolean"),
        {**_engine_default("log_line_prefix", "%t:%r:%u@%d:[%p]:", "string"), "Source": "system"},
        _engine_default("password_encryption", "scram-sha-256" if major >= 14 else "md5", "string"),
        {**_engine_default("rds.accepted_password_auth_method", "md5+scram", "string"), "Source": "system"},
    ]


def _engine_default(name: str, value: str | None, data_type: str) -> Parameter:
    parameter: Parameter = {"ParameterName": name}
    if value is not None:
        parameter["ParameterValue"] = value
    return parameter | {
        "Description": f"Sets {name}.",
        "Source": "engine-default",
        "ApplyType": "dynamic",
        "DataType": data_type,
        "IsModifiable": True,
        # pending-reboot is what the API answers even for a dynamic parameter that nobody touched
        "ApplyMethod": "pending-reboot",
    }


def _filler(number: int) -> Parameter:
    # Half of them come before rds.force_ssl in the alphabet and half after it.
    return _engine_default(f"{'enable' if number % 2 else 'track'}_setting_{number:03}", None, "string")
