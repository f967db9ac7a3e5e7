"""Names of Spring's data sources and their pools, without dashes and in lower case, that decide nothing about TLS.

Source: Spring Boot, "Common application properties" (data); HikariCP, HikariConfig.java (its setters) and
PropertyElf.java (how a name finds one); pgjdbc, BaseDataSource.java (its setters).
"""

from tlscheck.formats.shape import names

DATASOURCE = names(
    "url jdbcurl username user password driverclassname type name generateuniquename "
    "embeddeddatabaseconnection hikari tomcat dbcp2 oracleucp xa jndiname platform schema data "
    "initializationmode initialize continueonerror sqlscriptencoding separator schemausername schemapassword "
    "datausername datapassword pool properties poolname datasourceproperties connectionproperties"
) | {""}
"""Of `spring.datasource` itself."""

POOLS = names(
    "url jdbcurl username password driverclassname datasourceproperties connectionproperties "
    "healthcheckproperties healthcheckregistry metricregistry metricstrackerfactory poolname maximumpoolsize "
    "minimumidle idletimeout connectiontimeout maxlifetime keepalivetime leakdetectionthreshold "
    "validationtimeout initializationfailtimeout isolateinternalqueries allowpoolsuspension readonly "
    "registermbeans catalog schema connectioninitsql connectiontestquery transactionisolation "
    "exceptionoverrideclassname autocommit credentials threadfactory scheduledexecutor datasourcejndi "
    "datasourceclassname maxactive maxidle minidle maxwait initialsize testonborrow testonreturn testwhileidle "
    "testonconnect validationquery validationquerytimeout validationinterval timebetweenevictionrunsmillis "
    "minevictableidletimemillis removeabandoned removeabandonedtimeout logabandoned defaultautocommit "
    "defaultreadonly defaulttransactionisolation jdbcinterceptors jmxenabled maxage maxtotal maxwaitmillis "
    "poolpreparedstatements maxopenpreparedstatements initsql fairqueue commitonreturn rollbackonreturn"
)
"""Of Hikari's, Tomcat's and DBCP's pools."""

HIKARI = names(
    "allowPoolSuspension autoCommit catalog connectionInitSql connectionTestQuery connectionTimeout credentials "
    "dataSourceClassName dataSourceJNDI dataSourceProperties driverClassName exceptionOverrideClassName "
    "healthCheckProperties healthCheckRegistry idleTimeout initializationFailTimeout isolateInternalQueries "
    "jdbcUrl keepaliveTime leakDetectionThreshold loginTimeout maxLifetime maximumPoolSize metricRegistry "
    "metricsTrackerFactory minimumIdle password poolName readOnly registerMbeans scheduledExecutor schema "
    "threadFactory transactionIsolation username validationTimeout"
)
"""What HikariCP takes in a file of its own; it refuses any other name, and no other spelling finds a setter."""

SETTERS = {
    "ssl": "ssl",
    "sslmode": "sslmode",
    "sslrootcert": "sslrootcert",
    "sslcert": "sslcert",
    "sslkey": "sslkey",
    "sslpassword": "sslpassword",
    "sslfactoryarg": "sslfactoryarg",
    "sslhostnameverifier": "sslhostnameverifier",
    "sslpasswordcallback": "sslpasswordcallback",
    "sslNegotiation": "sslNegotiation",
    "channelBinding": "channelBinding",
    "sslMode": "sslmode",
    "sslRootCert": "sslrootcert",
    "sslCert": "sslcert",
    "sslKey": "sslkey",
    "sslPassword": "sslpassword",
    "sslfactory": "sslfactory",
    "sslFactoryArg": "sslfactoryarg",
    "sslHostnameVerifier": "sslhostnameverifier",
    "sslPasswordCallback": "sslpasswordcallback",
    "sslResponseTimeout": "sslResponseTimeout",
    "socketFactory": "socketFactory",
    "socketFactoryArg": "socketFactoryArg",
    "gssEncMode": "gssEncMode",
}
"""Setters of PGSimpleDataSource and the properties that they set."""

OTHER_SETTERS = names(
    "serverName serverNames portNumber databaseName user password url URL applicationName "
    "currentSchema loginTimeout connectTimeout socketTimeout tcpKeepAlive prepareThreshold "
    "preparedStatementCacheQueries preparedStatementCacheSizeMiB defaultRowFetchSize reWriteBatchedInserts "
    "stringType binaryTransfer readOnly targetServerType loadBalanceHosts hostRecheckSeconds options "
    "assumeMinServerVersion logUnclosedConnections adaptiveFetch adaptiveFetchMaximum adaptiveFetchMinimum "
    "allowEncodingChanges autosave cancelSignalTimeout cleanupSavepoints databaseMetadataCacheFields "
    "databaseMetadataCacheFieldsMiB disableColumnSanitiser escapeSyntaxCallMode gssLib gssResponseTimeout "
    "hideUnprivilegedObjects jaasApplicationName jaasLogin kerberosServerName localSocketAddress "
    "logServerErrorDetail loggerFile loggerLevel maxResultBuffer maxSendBufferSize preferQueryMode "
    "protocolVersion quoteReturningIdentifiers readOnlyMode receiveBufferSize "
    "replication sendBufferSize tcpNoDelay unknownLength "
    "useSpNego xmlFactoryFactory"
)
"""Those that decide nothing about TLS."""
