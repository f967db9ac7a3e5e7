"""DBeaver's data-sources.json.

Source: DBeaver, PostgreDataSource.java (initServerSSL: ssl=true, and sslmode where it is said; ssl.ca.cert counts
where ssl.method is said, else rootCert; initProxySSL: nothing), PostgreConstants.java and
SSLHandlerTrustStoreImpl.java (names), JDBCDataSource.java (fillConnectionProperties: the user's win).
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

_PROXY = "sslProxyServer"
_CERTIFICATES = {
    "": names("rootCert clientCert clientKey"),
    "CERTIFICATES": names("ssl.ca.cert ssl.client.cert ssl.client.key"),
}
"""By ssl.method, the names of files that are looked at; a certificate of the client decides nothing here."""

_TLS = names("sslMode sslFactory ssl.method") | {_PROXY}
"""Settings of its SSL page that are understood besides."""


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
            unknown, ignored = tuple(map(shown, _unknown(settings))), tuple(map(shown, _ignored(settings)))
            yield Occurrence(Spot(f"server {number}", source.line), given, unknown, ignored)


def _words(settings: Node) -> tuple[str, dict[str, str]]:
    said: dict[str, str] = {}
    if (inner := _page(settings)) is not None:
        root = "ssl.ca.cert" if inner.get("ssl.method") else "rootCert"
        handed = {"sslmode": "sslMode", "sslrootcert": root, "sslfactory": "sslFactory"}
        said = {"ssl": "true"} | {word: inner[name] for word, name in handed.items() if inner.get(name)}
    said |= as_text(plain_of(settings.at("properties")))
    address = as_text({name: node.plain for name in ("host", "port", "url") if (node := settings.at(name))})
    kind, host, port = settings.at("configurationType"), address.get("host", ""), address.get("port", "")
    if (kind and kind.content == "URL") or not host:
        return address.get("url", ""), said
    return f"{pgjdbc_url.PREFIX}//{host}:{port or '5432'}/", said


def _page(settings: Node) -> dict[str, str] | None:
    """What its SSL page says; None where that is off, or left to a proxy."""
    page = plain_of(settings.at("handlers", "postgre_ssl"))
    inner = page.get("properties")
    said = as_text(inner if isinstance(inner, Mapping) else {})
    return said if page.get("enabled") is True and said.get(_PROXY, "").lower() != "true" else None


def _ignored(settings: Node) -> Iterator[str]:
    """Files that are named for another method than the one that is said."""
    inner = _page(settings) or {}
    looked_at = _CERTIFICATES.get(inner.get("ssl.method", "").upper(), frozenset())
    yield from (name for names in _CERTIFICATES.values() for name in inner if name in names - looked_at)


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
            text = str(value).upper()
            is_proxy = word == _PROXY and text == "TRUE"
            is_method = word == "ssl.method" and text not in _CERTIFICATES
            if is_proxy or is_method or not any(word in known for known in (_TLS, *_CERTIFICATES.values())):
                yield word


def _not_plain(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (str(name) for name, each in value.items() if isinstance(each, Mapping | list))


FORMAT = Form(NAME, _recognises, _find)
