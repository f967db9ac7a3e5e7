"""DBeaver's data-sources.json.

Source: DBeaver, DataSourceSerializerModern.java and PostgreConstants.java (handler postgre_ssl: sslMode,
ssl.ca.cert), SSLConstants.java and PostgreDataSource.java (initializeSSL).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from tlscheck.drivers import pgjdbc_url
from tlscheck.drivers.connection import cannot_be_read
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.word_names import shown
from tlscheck.drivers.words import as_text
from tlscheck.formats.configuration import Configuration, Occurrence, Refused, Spot
from tlscheck.formats.form import Form
from tlscheck.formats.node import Node
from tlscheck.formats.shape import ABOUT_TLS, names, plain_of
from tlscheck.formats.trees import json as json_tree

NAME = "DBeaver's data-sources.json"

_TLS = names("sslMode ssl.ca.cert sslFactory ssl.method ssl.proxy.server ssl.client.cert ssl.client.key")
"""Settings of its SSL page that are understood; certificates of the client are not looked at."""


def _recognises(configuration: Configuration) -> bool:
    try:
        read = json.loads(configuration.text)
    except (ValueError, RecursionError):
        return False
    return isinstance(read, Mapping) and isinstance(read.get("connections"), Mapping)


def _find(configuration: Configuration) -> Iterator[Occurrence | Refused]:
    sources = json_tree.read(configuration.text).at("connections")
    held = sources.content if sources and isinstance(sources.content, Mapping) else {}
    for number, source in enumerate(held.values(), start=1):
        settings, provider = source.at("configuration"), source.at("provider")
        if settings is None or not isinstance(settings.content, Mapping):
            raise cannot_be_read(NAME, "a connection of it is no object with a configuration")
        if provider and provider.content == "postgresql":
            url, said = _words(settings)
            given = replace(configuration.given, text=url, driver=Driver.DBEAVER, options=dict(said))
            yield Occurrence(Spot(f"server {number}", source.line), given, tuple(map(shown, _unknown(settings))))


def _words(settings: Node) -> tuple[str, dict[str, str]]:
    said, ssl = as_text(plain_of(settings.at("properties"))), settings.at("handlers", "postgre_ssl")
    if ssl and plain_of(ssl).get("enabled") is True:
        inner = as_text(plain_of(ssl.at("properties")))
        said["sslmode"] = inner.get("sslMode") or said.get("sslmode", "require")
        said |= {"sslrootcert": inner["ssl.ca.cert"]} if inner.get("ssl.ca.cert") else {}
        said |= {"sslfactory": inner["sslFactory"]} if inner.get("sslFactory") else {}
    address = as_text({name: node.plain for name in ("host", "port", "url") if (node := settings.at(name))})
    kind, host, port = settings.at("configurationType"), address.get("host", ""), address.get("port", "")
    if (kind and kind.content == "URL") or not host:
        return address.get("url", ""), said
    return f"{pgjdbc_url.PREFIX}//{host}:{port or '5432'}/", said


def _unknown(settings: Node) -> Iterator[str]:
    for name, value in plain_of(settings).items():
        if name not in {"handlers", "properties"} and ABOUT_TLS.search(name):
            yield name
        yield from (f"properties.{word}" for word in _not_plain(value) if name == "properties")
    for name, handler in plain_of(settings.at("handlers")).items():
        if not isinstance(handler, Mapping) or handler.get("enabled") is not True:
            continue
        if name != "postgre_ssl":
            # A tunnel or a proxy: where it ends, its server is another.
            yield name
            continue
        inner = handler.get("properties")
        for word, value in (inner if isinstance(inner, Mapping) else {}).items():
            if word not in _TLS or (word == "ssl.method" and str(value).upper() == "KEYSTORE"):
                yield word


def _not_plain(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (str(name) for name, each in value.items() if isinstance(each, Mapping | list))


FORMAT = Form(NAME, _recognises, _find)
