"""pgjdbc: what its properties decide, and who verifies: its own factories, Java's, or a class of the program.

Source: pgjdbc 42.7, ssl/MakeSSL.java, ssl/*Factory.java, core/SocketFactoryFactory.java, jdbc/SslMode.java (of)
and core/v3/ConnectionFactoryImpl.java.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import quote

from tlscheck.drivers.behaviour import (
    CHAIN,
    FAILS_TLS,
    FULL,
    NAME,
    PLAIN,
    PLAIN_FIRST,
    REFUSES,
    TLS,
    TLS_IF_OFFERED,
    TO_SYSTEM,
    Looks,
    Place,
    Rule,
    within,
)
from tlscheck.drivers.connection import (
    DIRECT,
    IN_CODE,
    NEEDS_17,
    Connection,
    Host,
    cannot_be_read,
    host_of,
    mode_of,
    not_marked,
    path_of,
    port_of,
)
from tlscheck.drivers.dialect import Dialect, Model
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.libpq import MODES
from tlscheck.drivers.pgjdbc_url import DECIDE, HARMLESS, KIND, JdbcUrl, jdbc_url, service
from tlscheck.drivers.placeholder import marked
from tlscheck.drivers.word_names import all_shown, listed
from tlscheck.drivers.words import Words
from tlscheck.trust.trust_store import Reader

JAVA, NEVER, SINGLE = "DefaultJavaSSLFactory", "NonValidatingFactory", "SingleCertValidatingFactory"
_FACTORIES = {"": "", "jdbc4.LibPQFactory": "", "LibPQFactory": "", JAVA: JAVA, NEVER: NEVER, SINGLE: SINGLE}
_PACKAGE = "org.postgresql.ssl."
_VERIFIER = "org.postgresql.ssl.PGjdbcHostnameVerifier"
_STORE = "javax.net.ssl.trustStore"
_OF_THE_JVM = frozenset({_STORE, f"{_STORE}Password", f"{_STORE}Type"})
_DIRECT_SINCE = (42, 7, 4)
_BEGIN = "-----BEGIN CERTIFICATE-----"


def read(given: Words) -> Connection:
    """A URL and its properties; those in the URL win. JVM properties are read too. Raises BadRequest."""
    url = jdbc_url(given.text) if given.text else JdbcUrl({})
    return replace(of_url(url, given), driver=given.driver or Driver.PGJDBC)


def of_url(url: JdbcUrl, given: Words, known: frozenset[str] = frozenset()) -> Connection:
    """What a URL and the properties beside it make, of which `known` are somebody else's. Raises BadRequest."""
    beside = {name: value for name, value in given.settings.items() if name != "service"}
    from_file = service(given.service_file, url.service) if url.service and given.service_file else {}
    found = connection(from_file | beside | dict(url.properties), known)
    if url.service and not given.service_file:
        found = replace(found, unknown=(*found.unknown, "service"))
    if "service" in given.options:
        found = replace(found, ignored=(*found.ignored, "service"))
    settings = given.settings
    nested = all_shown(name for name, value in given.options.items() if value is not None and name not in settings)
    return replace(found, unknown=found.unknown + nested, version=given.version)


def connection(said: Mapping[str, str], known: frozenset[str] = frozenset()) -> Connection:
    """The connection that these properties make. Raises BadRequest."""
    said = {name: not_marked(name, value) if name in _SAID else value for name, value in said.items()}  # type: ignore[misc]  # text in, text out
    mode, key = _mode(said), _factory(said)
    is_encrypted, is_named = mode != "disable", mode in {"verify-full", "ssl=true"}
    unknown = [name for name in ("socketFactory", "socketFactoryArg") if said.get(name)]
    ignored = [name for name in said if name not in HARMLESS | DECIDE | _OF_THE_JVM | known]
    ignored += ["ssl"] * (said.get("ssl", "").lower() not in {"", "true", "false"})
    if key is None:
        (unknown if is_encrypted else ignored).append("sslfactory")
    for name in ("sslcert", "sslkey", "sslpasswordcallback"):
        if said.get(name):
            (unknown if is_encrypted and not key else ignored).append(name)
    if said.get("sslhostnameverifier", _VERIFIER) != _VERIFIER:
        (unknown if is_named else ignored).append("sslhostnameverifier")
    unknown += [name for name, harmless in _CHOICES.items() if said.get(name, "").lower() not in harmless]
    negotiation = said.get("sslNegotiation", "postgres")
    ignored += ["sslNegotiation"] * (negotiation not in {"", "postgres", "direct"})  # Direct is none to it (run)
    first, *others = _hosts(said)
    root, inline = _root(said, key or "")
    notes = (f"{_STORE} is not read: only sslfactory=org.postgresql.ssl.{JAVA} looks there.",) * (
        _STORE in said and key != JAVA
    )
    notes += (NEEDS_17,) * (negotiation == "direct")
    return Connection(
        Driver.PGJDBC,
        first.host,
        first.port,
        f"{mode} {key or ''}".strip() + DIRECT * (negotiation == "direct"),
        path_of(root, KIND),
        others=tuple(others),
        unknown=all_shown(unknown),
        ignored=all_shown(ignored),
        notes=notes,
        inline_roots=inline,
    )


_SAID = listed("ssl sslmode sslfactory sslfactoryarg sslNegotiation gssEncMode channelBinding")
_CHOICES = {"gssEncMode": {"", "allow", "disable"}, "channelBinding": {"", "prefer", "disable"}}
"""What these may say without a word about TLS: prefer and require of the first make another encryption."""


def _mode(said: Mapping[str, str]) -> str:
    mode = said.get("sslmode")
    if mode is not None:
        return mode_of(mode.lower(), MODES, KIND)
    return "ssl=true" if said.get("ssl", "false").lower() in {"true", ""} else ""


def _factory(said: Mapping[str, str]) -> str | None:
    """A factory of the driver's own; None for a class of somebody else."""
    name = said.get("sslfactory", "")
    return _FACTORIES.get(name.removeprefix(_PACKAGE)) if not name or name.startswith(_PACKAGE) else None


def _root(said: Mapping[str, str], factory: str) -> tuple[str, str]:
    """The file of roots, and roots that stand in the words themselves. Raises BadRequest."""
    if factory == JAVA:
        return said.get(_STORE, ""), ""
    if factory != SINGLE:
        return said.get("sslrootcert", ""), ""
    argument = said.get("sslfactoryarg", "")
    if argument.startswith("file:"):
        return argument.removeprefix("file:"), ""
    if argument.startswith(_BEGIN):
        return IN_CODE, argument
    if not argument.startswith(("classpath:", "env:", "sys:")) and _mode(said) not in {"disable", "allow"}:
        why = f"{SINGLE} wants a sslfactoryarg that begins with file:, classpath:, env:, sys: or {_BEGIN}"
        raise cannot_be_read(KIND, why)
    return IN_CODE, ""


def _hosts(said: Mapping[str, str]) -> list[Host]:
    hosts = said.get("PGHOST", "localhost").split(",")
    ports = said.get("PGPORT", ",".join("5432" for _ in hosts)).split(",")
    if len(hosts) != len(ports):
        raise cannot_be_read(KIND, "PGHOST and PGPORT name as many hosts as ports")
    for port in ports:
        if not port:
            raise cannot_be_read(KIND, "what stands for the port is no number from 1 to 65535")
    each = zip(hosts, ports, strict=True)
    return [Host(_host(host), port_of(port, KIND)) for host, port in each]


def _host(text: str) -> str:
    # One that others say is no place.
    return host_of(text, KIND) or ("" if marked(text) else "localhost")


_NEEDED = Place(Looks.FILE_OR_ACCOUNT, REFUSES, REFUSES, FAILS_TLS)
_JVM = Place(Looks.JVM, TO_SYSTEM, FAILS_TLS, FAILS_TLS)
_FIRST = Place(Looks.FIRST, FAILS_TLS, FAILS_TLS, FAILS_TLS)


def _rules() -> Iterable[Rule]:
    family = Family.PGJDBC
    every = ("", JAVA, NEVER, SINGLE)
    yield Rule(family, tuple(f"disable {each}".strip() for each in every), PLAIN)
    yield Rule(family, ("allow", f"allow {NEVER}"), PLAIN_FIRST)
    yield Rule(family, ("", "prefer", NEVER, f"prefer {NEVER}"), TLS_IF_OFFERED)
    yield Rule(family, ("require", f"require {NEVER}", f"verify-ca {NEVER}"), TLS)
    yield Rule(family, (f"verify-full {NEVER}", f"ssl=true {NEVER}"), TLS, NAME)
    yield Rule(family, ("verify-ca",), TLS, CHAIN, _NEEDED)
    yield Rule(family, ("verify-full", "ssl=true"), TLS, FULL, _NEEDED)
    for factory, place in ((JAVA, _JVM), (SINGLE, _FIRST)):
        yield Rule(family, (f"allow {factory}",), PLAIN_FIRST, CHAIN, place)
        yield Rule(family, (factory, f"prefer {factory}"), TLS_IF_OFFERED, CHAIN, place)
        yield Rule(family, (f"require {factory}", f"verify-ca {factory}"), TLS, CHAIN, place)
        yield Rule(family, (f"verify-full {factory}", f"ssl=true {factory}"), TLS, FULL, place)


def line(connection: Connection, path: str) -> str:  # noqa: ARG001 - one shape for all drivers
    """Its own file of roots, whatever factory it names: what is dropped beside it is said with the line."""
    return f"?sslmode=verify-full&sslrootcert={quote(path, '/:')}"


DROPS = ("ssl", "sslfactory", "sslfactoryarg", "sslhostnameverifier", "sslNegotiation")


def _directly(rules: Iterable[Rule]) -> Iterable[Rule]:
    """The rows of TLS that begins at once: a server without TLS ends it in each mode. Before 42.7.4 none does."""
    for rule in rules:
        yield rule
        asked = replace(rule, modes=tuple(mode + DIRECT for mode in rule.modes))
        yield replace(asked, before=_DIRECT_SINCE)
        transport = TLS if rule.transport is TLS_IF_OFFERED else rule.transport
        yield replace(asked, transport=transport, since=_DIRECT_SINCE)


MODEL = Model(Family.PGJDBC, tuple(within(_directly(_rules()), since=(42, 2, 5))), (Reader.JAVA,))
DIALECTS = (
    Dialect(Driver.PGJDBC, read, line, ("jdbc", "java", "spring", "hikari", "hibernate", "debezium"), DROPS),
    Dialect(
        Driver.DBEAVER,
        read,
        lambda _, path: f"connection > SSL: CA certificate {path}, SSL mode verify-full",
        drops=("sslfactory", "sslfactoryarg", "sslhostnameverifier", "sslNegotiation"),
    ),
)
