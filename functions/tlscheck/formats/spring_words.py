"""Names of Spring's data sources and their pools, without dashes and in lower case, that decide nothing about TLS.

Source: Spring Boot, "Common application properties" (data); HikariCP, README; pgjdbc, BaseDataSource.java.
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

SETTERS = {
    "ssl": "ssl",
    "sslMode": "sslmode",
    "sslRootCert": "sslrootcert",
    "sslCert": "sslcert",
    "sslKey": "sslkey",
    "sslPassword": "sslpassword",
    "sslfactory": "sslfactory",
    "sslFactory": "sslfactory",
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
    "serverName serverNames portNumber portNumbers databaseName user password url URL applicationName "
    "currentSchema loginTimeout connectTimeout socketTimeout tcpKeepAlive prepareThreshold "
    "preparedStatementCacheQueries preparedStatementCacheSizeMiB defaultRowFetchSize reWriteBatchedInserts "
    "stringType binaryTransfer readOnly targetServerType loadBalanceHosts hostRecheckSeconds options "
    "assumeMinServerVersion logUnclosedConnections"
)
"""Those that decide nothing about TLS."""
