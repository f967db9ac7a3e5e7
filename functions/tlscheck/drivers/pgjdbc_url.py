"""pgjdbc's URLs, its properties by name, and pg_service.conf as it reads it.

Source: pgjdbc 42.7, Driver.java (parseURL), PGProperty.java and jdbcurlresolver/PgServiceConfParser.java.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from tlscheck.drivers.connection import NotSaidError, cannot_be_read
from tlscheck.drivers.placeholder import marked
from tlscheck.drivers.word_names import listed

KIND = "a JDBC URL"
_CONF = "pg_service.conf as pgjdbc reads it"
PREFIX = "jdbc:postgresql:"
DISGUISES = ("otel", "tracing", "p6spy", "log4jdbc")
"""What stands between jdbc: and postgresql: for tools that watch, and hand all of it on."""

OTHERS = {
    "pgsql": "pgjdbc-ng, whose TLS tlscheck does not know: give what psql or pgjdbc would use",
    "redshift": "Amazon Redshift, which is no PostgreSQL of RDS",
    "tc": "Testcontainers, which starts a server of its own",
    "mysql": "MySQL",
    "mariadb": "MariaDB",
    "oracle": "Oracle",
    "sqlserver": "SQL Server",
}

HARMLESS = listed(
    "adaptiveFetch adaptiveFetchMaximum adaptiveFetchMinimum allowEncodingChanges ApplicationName autosave"
    " assumeMinServerVersion authenticationPluginClassName binaryTransfer binaryTransferDisable"
    " binaryTransferEnable cancelSignalTimeout classLoaderStrategy cleanupSavepoints connectExecutor"
    " connectExecutorArg connectTimeout convertBooleanToNumeric currentSchema databaseMetadataCacheFields"
    " databaseMetadataCacheFieldsMiB defaultRowFetchSize disableColumnSanitiser escapeSyntaxCallMode"
    " flushCacheOnDdl groupStartupParameters gsslib gssResponseTimeout gssUseDefaultCreds"
    " hideUnprivilegedObjects hostRecheckSeconds jaasApplicationName jaasLogin kerberosServerName"
    " loadBalanceHosts localSocketAddress loggerFile loggerLevel loginTimeout logServerErrorDetail"
    " logUnclosedConnections maxResultBuffer maxSendBufferSize options password pemKeyAlgorithm PGDBNAME"
    " preferQueryMode preparedStatementCacheQueries preparedStatementCacheSizeMiB prepareThreshold"
    " protocolVersion queryTimeout quoteReturningIdentifiers readOnly readOnlyMode receiveBufferSize"
    " replication requireAuth reWriteBatchedInserts reWriteBatchedInsertsSize scramMaxIterations"
    " sendBufferSize socketTimeout sslpassword sslResponseTimeout sspiServiceClass stringtype targetServerType"
    " tcpKeepAlive tcpNoDelay unknownLength user useSpnego xmlFactoryFactory"
)
DECIDE = listed(
    "channelBinding gssEncMode PGHOST PGPORT socketFactory socketFactoryArg ssl sslcert sslfactory"
    " sslfactoryarg sslhostnameverifier sslkey sslmode sslNegotiation sslpasswordcallback sslrootcert"
)
_OF_SERVICES = frozenset({"host": "PGHOST", "port": "PGPORT", "dbname": "PGDBNAME"}.items())


@dataclass(frozen=True, slots=True)
class JdbcUrl:
    """What a URL says, by the names of the driver's properties."""

    properties: Mapping[str, str] = field(repr=False)
    service: str = ""


def jdbc_url(text: str) -> JdbcUrl:
    """A URL. Raises BadRequest where parseURL returns nothing."""
    if re.fullmatch("\ue000[^\ue001]*\ue001", text):
        raise NotSaidError(f"the URL, which {marked(text)[0]} says")
    place, _, query = undisguised(text).removeprefix(PREFIX).partition("?")
    said: dict[str, str] = {}
    if place in {"//", "///"}:
        pass
    elif place.startswith("//"):
        hosts, slash, database = place[2:].partition("/")
        if not slash:
            raise cannot_be_read(KIND, "a / must stand behind the host, before the ?: write //host/database")
        if "/" in database:
            raise cannot_be_read(KIND, "too many / stand in it: encode one of a password or a name as %2F")
        said |= _places(hosts)
        _decoded(database)
    elif place.startswith("/"):
        raise cannot_be_read(KIND, "it begins with one /: write //host/database")
    else:
        _decoded(place)
    service = ""
    for pair in filter(None, query.split("&")):
        name, equals, value = pair.partition("=")
        if not equals:
            said[name] = ""
            continue
        name = dict(_OF_SERVICES).get(name.lower(), name)
        if name == "service":
            service = _decoded(value)
        else:
            said[name] = _decoded(value)
    return JdbcUrl(said, service)


def undisguised(text: str) -> str:
    """The URL that the driver gets from a tool that watches it. Raises BadRequest for what is another driver's."""
    if text.startswith(PREFIX):
        return text
    scheme, _, rest = text.partition(":")
    name, _, inner = rest.partition(":")
    if scheme.lower() == "jdbc":
        if scheme != "jdbc" or name.lower() == "postgresql":
            raise cannot_be_read(KIND, "Java looks for jdbc:postgresql: in lower case, and finds no driver")
        if name in DISGUISES and inner.startswith("postgresql:"):
            return f"jdbc:{inner}"
        if name in OTHERS:
            raise cannot_be_read(KIND, f"jdbc:{name}: is {OTHERS[name]}")
    raise cannot_be_read(KIND, f"it does not begin with {PREFIX}")


def service(text: str, name: str) -> dict[str, str]:
    """The properties of a service. Raises BadRequest where pgjdbc finds none, or a key that it does not know."""
    found: dict[str, str] | None = None
    for line in filter(None, (each.strip() for each in text.splitlines())):
        if line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            if found is not None:
                break
            found = {} if line[1:-1] == name else None
        elif found is not None:
            key, equals, value = line.partition("=")
            key = dict(_OF_SERVICES).get(key, key)
            if not equals or key not in HARMLESS | DECIDE | {"service"}:
                raise cannot_be_read(_CONF, "a line of the service is none of its keys")
            if value:
                found.setdefault(key, value)
    if found is None:
        raise cannot_be_read(_CONF, "the service is not in it")
    return found


def _places(text: str) -> dict[str, str]:
    if "@" in text:
        raise cannot_be_read(KIND, "pgjdbc takes no user:password@ before the host: write ?user=...&password=...")
    hosts, ports = [], []
    for address in text.rstrip(",").split(","):
        at = address.rfind(":")
        if at >= 0 and address.rfind("]") < at:
            hosts.append(address[:at] or "localhost")
            ports.append(address[at + 1 :])
        else:
            hosts.append(address)
            ports.append("5432")
    return {"PGHOST": ",".join(hosts), "PGPORT": ",".join(ports)}


def _decoded(text: str) -> str:
    """As URLDecoder. Raises BadRequest."""
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        raise cannot_be_read(KIND, "a percent sign of it begins no %XX: encode it as %25")
    return unquote_to_bytes(text.replace("+", " ")).decode("utf-8", "replace")
