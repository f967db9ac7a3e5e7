"""pgAdmin's servers.json.

Source: pgAdmin, web/pgadmin/utils/__init__.py (dump_database_servers, load_database_servers: a field that it does
not know is not looked at; where there are ConnectionParameters, SSLMode and its like count no more, but for
versions that know none of them).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from tlscheck.drivers.connection import cannot_be_read
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.words import as_text
from tlscheck.formats.configuration import Configuration, Occurrence, Refused, Spot
from tlscheck.formats.form import Form
from tlscheck.formats.node import Node
from tlscheck.formats.shape import names, plain_of
from tlscheck.formats.trees import json as json_tree

NAME = "pgAdmin's servers.json"

_FIELDS = {
    "Host": "host",
    "HostAddr": "hostaddr",
    "Port": "port",
    "SSLMode": "sslmode",
    "SSLRootCert": "sslrootcert",
    "SSLCert": "sslcert",
    "SSLKey": "sslkey",
    "SSLCrl": "sslcrl",
}
_OTHERS = names(
    "Name Group MaintenanceDB Username Role Comment Shared SharedUsername BGColor FGColor Service "
    "PassFile Timeout SSLCompression DBRestriction KerberosAuthentication PasswordExecCommand "
    "PasswordExecExpiration ConnectionParameters UseSSHTunnel TunnelHost TunnelPort TunnelUsername "
    "TunnelAuthentication TunnelIdentityFile TunnelPassword TunnelKeepAlive PrepareThreshold Tags "
    "PostConnectionSQL ConnectNow SavePassword"
)


def _recognises(configuration: Configuration) -> bool:
    try:
        read = json.loads(configuration.text)
    except (ValueError, RecursionError):
        return False
    return isinstance(read, Mapping) and isinstance(read.get("Servers"), Mapping)


def _find(configuration: Configuration) -> Iterator[Occurrence | Refused]:
    servers = json_tree.read(configuration.text).at("Servers")
    for number, server in (servers.content if servers and isinstance(servers.content, Mapping) else {}).items():
        if not isinstance(server.content, Mapping):
            raise cannot_be_read(NAME, "a server of it is no object")
        spot = Spot(_label(number), server.line)
        if _said(server, "Service"):
            yield Refused(spot, "it names a service; give the service file itself")
            continue
        words = replace(configuration.given, text="", driver=Driver.PGADMIN, options=_options(server))
        unknown: tuple[str, ...] = ("UseSSHTunnel",) if _said(server, "UseSSHTunnel") == 1 else ()
        unknown += tuple(
            f"ConnectionParameters.{name}"
            for name, value in plain_of(server.at("ConnectionParameters")).items()
            if isinstance(value, dict | list)
        )
        unknown += tuple(_twice(server))
        strange = [name for name in server.content if name not in _FIELDS and name not in _OTHERS]
        ignored = tuple(name if name.isidentifier() else "a word of it" for name in strange)
        yield Occurrence(spot, words, unknown, ignored)


def _said(server: Node, name: str) -> object:
    node = server.at(name)
    return node.plain if node else None


def _options(server: Node) -> dict[str, object]:
    said = {word: _said(server, field) for field, word in _FIELDS.items()}
    said["sslmode"] = said["sslmode"] or "prefer"
    return dict(as_text(said | plain_of(server.at("ConnectionParameters"))))


def _twice(server: Node) -> Iterator[str]:
    """Fields that stand beside ConnectionParameters and say something else."""
    within = server.at("ConnectionParameters")
    parameters = as_text(plain_of(within))
    for field, word in _FIELDS.items():
        said = _said(server, field)
        if within and field not in {"Host", "Port"} and said and str(said) != parameters.get(word):
            yield field


def _label(number: str) -> str:
    # Its own name of a server may be anything, a password too.
    return f"server {number}" if number.isdecimal() and len(number) < 8 else "a server"


FORMAT = Form(NAME, _recognises, _find)
