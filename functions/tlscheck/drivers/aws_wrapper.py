"""AWS's JDBC wrapper: words of its own, the others go on to pgjdbc, whose TLS it has.

Source: aws-advanced-jdbc-wrapper, PropertyDefinition.java and plugin/**, util/ConnectionUrlParser.java,
targetdriverdialect/PgTargetDriverDialect.java (prepareConnectInfo).
"""

from dataclasses import replace

from tlscheck.drivers import pgjdbc
from tlscheck.drivers.connection import Connection, cannot_be_read
from tlscheck.drivers.dialect import Dialect
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.pgjdbc_url import KIND, jdbc_url
from tlscheck.drivers.word_names import listed
from tlscheck.drivers.words import Words

PREFIX = "jdbc:aws-wrapper:"
_OWN = listed(
    "activeHomeFailoverMode allowAwsLoginSession allowStatementRecreationOnConnectionSwitch appId"
    " assumeWriteTransaction auditLoggingEnabled autoSortWrapperPluginOrder awsProfile bgBaselineMs"
    " bgConnectTimeoutMs bgDropBlueConnections bgHighMs bgIncreasedMs bgReleaseOnBlueDnsUpdate"
    " bgSwitchoverTimeoutMs bgdId clusterId clusterTopologyHighRefreshRateMs clusterTopologyRefreshRateMs"
    " connectionPoolType customEndpointInfoMaxRefreshRateMs customEndpointInfoRefreshRateBackoffFactor"
    " customEndpointInfoRefreshRateMs customEndpointMonitorExpirationMs customEndpointRegion database dbUser"
    " defaultHostAvailabilityStrategy enableClusterAwareFailover enableConnectFailover"
    " enableGreenNodeReplacement enableTelemetry endpointSubstitutionRole enhancedLogQueryEnabled"
    " failoverClusterTopologyRefreshRateMs failoverHomeRegion failoverMode failoverReaderConnectTimeoutMs"
    " failoverReaderHostSelectorStrategy failoverTimeoutMs failoverWriterReconnectIntervalMs"
    " failureDetectionCount failureDetectionEnabled failureDetectionInterval failureDetectionTime"
    " gdbAccessibleRegions gdbEnableGlobalWriteForwarding gdbMonitoringConnectionPriority gdbRwHomeRegion"
    " gdbRwRestrictReaderToHomeRegion gdbRwRestrictWriterToHomeRegion"
    " hostAvailabilityStrategyInitialBackoffTime hostAvailabilityStrategyMaxRetries httpClientConnectTimeout"
    " httpClientSocketTimeout iamAccessTokenPropertyName iamDefaultPort iamExpiration iamHost iamIdpArn"
    " iamRegion iamRoleArn iamTokenExpiration idpEndpoint idpName idpPassword idpPort idpUsername"
    " inactiveClusterWriterEndpointSubstitutionRole inactiveHomeFailoverMode"
    " initialConnectionHostSelectorStrategy limitlessConnectMaxRetries"
    " limitlessGetTransactionRouterInfoMaxRetries limitlessGetTransactionRouterInfoRetryIntervalMs"
    " limitlessTransactionRouterMonitorDisposalTimeMs limitlessTransactionRouterMonitorIntervalMs"
    " limitlessWaitForTransactionRouterInfo loadBalancingIncludeWriter monitorDisposalTime"
    " monitoringConnectionPriority openConnectionRetryIntervalMs openConnectionRetryTimeoutMs"
    " queryLevelLoadBalancing readerHostSelectorStrategy readerInitialConnectionHostSelectorStrategy"
    " resetSessionStateOnClose responseMeasurementIntervalMs rollbackOnSwitch roundRobinDefaultWeight"
    " roundRobinHostWeightPairs rpIdentifier secretsManagerConnectRetryIntervalMs"
    " secretsManagerConnectRetryTimeoutMs secretsManagerEndpoint secretsManagerExpirationTimeSec"
    " secretsManagerRegion secretsManagerSecretId secretsManagerSecretPasswordProperty"
    " secretsManagerSecretUsernameProperty singleWriterConnectionString skipFailoverOnInterruptedThread"
    " skipInactiveWriterClusterEndpointCheck skipWrappingForPackages srwConnectRetryIntervalMs"
    " srwConnectRetryTimeoutMs sslInsecure targetDriverAutoRegister telemetryFailoverAdditionalTopTrace"
    " telemetryMetricsBackend telemetrySubmitToplevel telemetryTracesBackend transferSessionStateOnSwitch"
    " verifyInactiveClusterWriterEndpointConnectionType verifyInitialConnectionRole"
    " verifyInitialConnectionType verifyNewSrwConnections verifyOpenedConnectionType waitForCustomEndpointInfo"
    " waitForCustomEndpointInfoTimeoutMs waitForInitialTopologyMs weightedRandomHostWeightPairs"
    " wrapperAssumeFetchEntireResultSet wrapperCaseSensitive wrapperDialect wrapperDriverName"
    " wrapperLogUnclosedConnections wrapperLoggerLevel wrapperPlugins wrapperTargetDriverDialect"
)
_DECIDE = listed(
    "clusterInstanceHostPattern globalClusterInstanceHostPatterns srwReadEndpoint srwWriteEndpoint"
    " wrapperProfileName"
)
"""Which name further hosts, or a profile that lies in the program."""

_NOTES = (
    "What the wrapper does with its own words was read, not run; its TLS is pgjdbc's.",
    "Its plugins connect to the cluster's instances too, by their own endpoints.",
)


def read(given: Words) -> Connection:
    """A URL of the wrapper and the properties beside it. Raises BadRequest."""
    if not given.text.startswith(f"{PREFIX}postgresql://"):
        raise cannot_be_read(KIND, f"it does not begin with {PREFIX}postgresql://")
    place, question, query = given.text.removeprefix(PREFIX).partition("?")
    if place.count("/") == 2:
        place += "/"  # which the wrapper adds itself
    parsed = jdbc_url(f"jdbc:{place}{question}{query}")
    found = pgjdbc.of_url(parsed, given, _OWN | _DECIDE)
    unknown = tuple(name for name in sorted(_DECIDE) if name in parsed.properties or name in given.options)
    return replace(
        found, driver=Driver.AWS_WRAPPER, unknown=found.unknown + unknown, notes=(*found.notes, *_NOTES)
    )


_NAMES = ("aws-wrapper", "aws-advanced-jdbc-wrapper")
DIALECTS = (Dialect(Driver.AWS_WRAPPER, read, pgjdbc.line, _NAMES, pgjdbc.DROPS),)
