"""R2DBC's driver of PostgreSQL: its URLs and options.

Source: r2dbc-postgresql 1, PostgresqlConnectionFactoryProvider.java (setupSsl), client/SSLMode.java,
PostgresqlConnectionConfiguration.java (createSslProvider), SslFallbackConnectionFunction.java; r2dbc-spi,
ConnectionUrlParser.java. Its file of roots is read by Netty (SslContextBuilder.trustManager).
"""

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from tlscheck.drivers.behaviour import (
    CHAIN,
    FAILS_TLS,
    FULL,
    PLAIN,
    PLAIN_FIRST,
    REFUSES,
    TLS,
    TLS_IF_OFFERED,
    Looks,
    Place,
    Rule,
    only_read,
    within,
)
from tlscheck.drivers.connection import (
    IN_CODE,
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
from tlscheck.drivers.javascript_url import JavascriptUrl, several, url
from tlscheck.drivers.libpq import MODES
from tlscheck.drivers.word_names import all_shown, listed
from tlscheck.drivers.words import Words
from tlscheck.trust.trust_store import Reader

KIND = "a URL of R2DBC"
OF_THE_JVM = " of the JVM"
"""What a mode that verifies gets appended when no sslRootCert is named."""

_PLACES = listed("driver protocol user password host port database")
_WORDS = listed(
    "applicationName autodetectExtensions channel_binding compatibilityMode connectTimeout currentSchema"
    " errorResponseLogLevel extensions fetchSize forceBinary hostRecheckTime loadBalanceHosts lockWaitTimeout"
    " loopResources maxMessageSize noticeLogLevel options preferAttachedBuffers preparedStatementCacheQueries"
    " schema ssl sslMode sslmode sslNegotiation sslnegotiation sslPassword sslRootCert sslSni statementTimeout"
    " targetServerType tcpKeepAlive tcpNoDelay timeZone channelBinding"
)
_DECIDE = listed("socket sslCert sslKey sslHostnameVerifier sslContextBuilderCustomizer")
_OF_POOLS = listed(
    "acquireRetry backgroundEvictionInterval initialSize maxSize minIdle maxAcquireTime"
    " maxCreateConnectionTime maxIdleTime maxLifeTime maxValidationTime poolMapper postAllocate preRelease"
    " registerJmx validationDepth validationQuery poolName"
)


_NO_URL = JavascriptUrl("", "", "", "", ())


def read(given: Words) -> Connection:
    """A URL and the options beside it, which stand before the URL's. Raises BadRequest."""
    parsed, places, is_encrypted = _parsed(given.text) if given.text else (_NO_URL, "", False)
    if misplaced := [name for name, _ in parsed.query if name in _PLACES]:
        raise cannot_be_read(KIND, f"{misplaced[0]} may not stand in its query")
    said = ({"ssl": "true"} if is_encrypted else {}) | dict(parsed.query) | given.settings
    first, *others = _hosts(
        said.get("host") or places or parsed.host, said.get("port") or ("" if places else parsed.port)
    )
    mode, unknown = _mode(said), [name for name in said if name in _DECIDE]
    unknown += ["channelBinding"] * ("require" in {said.get("channelBinding"), said.get("channel_binding")})
    unknown += [name for name in ("sslNegotiation", "sslnegotiation") if said.get(name, "postgres") != "postgres"]
    unknown += ["sslMode"] * (mode == "tunnel")
    root = path_of(said.get("sslRootCert", ""), KIND)
    is_verified = mode in {"verify-ca", "verify-full"}
    notes: tuple[str, ...] = ()
    if is_verified and root and not root.startswith("/"):
        # A name without a / at its head may be a resource of the program: its class path is looked at first.
        root, notes = IN_CODE, ("sslRootCert may be a resource of the program: give its file with --trust-store.",)
    pools = _OF_POOLS if given.text.startswith(("r2dbc:pool:", "r2dbcs:pool:")) else frozenset()
    nested = all_shown(name for name, value in given.options.items() if value is not None and name not in said)
    return Connection(
        Driver.R2DBC,
        first.host,
        first.port,
        mode + OF_THE_JVM * (is_verified and not root),
        root,
        given.version,
        others=tuple(others),
        unknown=(*all_shown(unknown), *nested),
        ignored=all_shown(name for name in said if name not in _WORDS | _DECIDE | _PLACES | pools),
        notes=notes,
    )


def _parsed(text: str) -> tuple[JavascriptUrl, str, bool]:
    """The URL, its hosts where it names several, and whether r2dbcs: encrypts it."""
    scheme, _, rest = text.partition(":")
    if scheme not in {"r2dbc", "r2dbcs"}:
        raise cannot_be_read(KIND, "it does not begin with r2dbc:postgresql://")
    rest = rest.removeprefix("pool:")
    driver, _, inner = rest.partition("://")
    if driver.partition(":")[0] not in {"postgresql", "postgres"}:
        raise cannot_be_read(KIND, "its driver is not postgresql")
    places, single = several(f"r2dbc://{inner}")
    if places and driver.partition(":")[2] != "failover":
        raise cannot_be_read(KIND, "several hosts need r2dbc:postgresql:failover://")
    return url(single, KIND), places, scheme == "r2dbcs"


def _mode(said: Mapping[str, str]) -> str:
    named = not_marked("sslMode", said.get("sslMode") or said.get("sslmode") or "")
    if named:
        return mode_of(str(named).lower().replace("_", "-"), (*MODES, "tunnel"), KIND)
    return "verify-full" if str(not_marked("ssl", said.get("ssl"))).lower() == "true" else "disable"


def _hosts(named: str, port: str) -> list[Host]:
    found = []
    for each in named.split(","):
        host, _, own = (each, "", "") if each.count(":") > 1 else each.partition(":")
        found.append(Host(host_of(host, KIND), port_of(own or port, KIND)))
    return found


def _rules() -> Iterable[Rule]:
    family = Family.R2DBC
    named = Place(Looks.FILE, REFUSES, REFUSES, FAILS_TLS)
    jvm = Place(Looks.JVM, FAILS_TLS, FAILS_TLS, FAILS_TLS)
    yield Rule(family, ("disable",), PLAIN)
    yield Rule(family, ("allow",), PLAIN_FIRST)
    yield Rule(family, ("prefer",), TLS_IF_OFFERED)
    yield Rule(family, ("require",), TLS)
    for mode, verifies in (("verify-ca", CHAIN), ("verify-full", FULL)):
        yield Rule(family, (mode,), TLS, verifies, named)
        yield Rule(family, (mode + OF_THE_JVM,), TLS, verifies, jvm)


def _line(connection: Connection, path: str) -> str:  # noqa: ARG001 - one shape for all drivers
    return f"?sslMode=verify-full&sslRootCert={quote(path, '/:')}"


MODEL = Model(Family.R2DBC, tuple(only_read(within(_rules(), since=(0, 8)))), (Reader.NETTY,))
_DROPS = ("sslmode", "ssl", "sslHostnameVerifier", "sslNegotiation", "sslnegotiation")
DIALECTS = (Dialect(Driver.R2DBC, read, _line, ("r2dbc-postgresql",), _DROPS),)
