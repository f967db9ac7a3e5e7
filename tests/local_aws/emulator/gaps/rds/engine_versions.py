"""DBEngineVersion records of the emulated account: a few versions of each major, deprecated ones among them.

A document may bring its own under DBEngineVersions, which then are the only ones.
"""

from typing import Any

from tests.local_aws.emulator.gaps.rds.parameters import family_of

CERTIFICATE_AUTHORITIES = ("rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1")

_VERSIONS = {
    "postgres": "9.6.24 10.23 11.22 12.22 13.20 13.21 14.17 14.18 15.12 15.13 16.8 16.9 17.4 17.5 17.10 18.1",
    "aurora-postgresql": "11.21 12.22 13.20 14.17 15.12 15.13 16.8 16.9 17.4 17.5",
}
_DEPRECATED_UP_TO = 12
_WITHOUT_RESTART_FROM = 13


def all_versions() -> list[dict[str, Any]]:
    """Every version, whether it is still offered (Status available) or not (deprecated)."""
    return [_record(engine, version) for engine, versions in _VERSIONS.items() for version in versions.split()]


def major_versions() -> list[dict[str, Any]]:
    """Every major version of PostgreSQL with its lifecycles, and one of an engine that has none.

    Modelled: RDS API Reference, DescribeDBMajorEngineVersions and SupportedEngineLifecycle (both names for the
    engines of open source, none for the others). The dates of standard support are those of the "Release calendar
    for Amazon RDS for PostgreSQL" for 11 to 13, the others as far after them as PostgreSQL's own are.
    """
    years = {"9.6": 2022, **{str(major): 2013 + major for major in range(10, 19)}}
    found = [_lifecycles(engine, major, years[major]) for engine in _VERSIONS for major in years]
    return [*found, {"Engine": "sqlserver-ee", "MajorEngineVersion": "16.00", "SupportedEngineLifecycles": []}]


def _lifecycles(engine: str, major: str, year: int) -> dict[str, Any]:
    standard = f"{year}-02-28T23:59:59.999Z"
    return {
        "Engine": engine,
        "MajorEngineVersion": major,
        "SupportedEngineLifecycles": [
            {
                "LifecycleSupportName": "open-source-rds-standard-support",
                "LifecycleSupportStartDate": f"{year - 5}-02-01T00:00:00Z",
                "LifecycleSupportEndDate": standard,
            },
            {
                "LifecycleSupportName": "open-source-rds-extended-support",
                "LifecycleSupportStartDate": standard,
                "LifecycleSupportEndDate": f"{year + 3}-03-31T23:59:59.999Z",
            },
        ],
    }


def _record(engine: str, version: str) -> dict[str, Any]:
    major = int(version.split(".", maxsplit=1)[0])
    return {
        "Engine": engine,
        "EngineVersion": version,
        "MajorEngineVersion": str(major),
        "DBParameterGroupFamily": family_of(engine, version),
        "DBEngineDescription": "PostgreSQL" if engine == "postgres" else "Aurora (PostgreSQL)",
        "DBEngineVersionDescription": f"PostgreSQL {version}-R1",
        "ExportableLogTypes": ["postgresql", "upgrade"] if engine == "postgres" else ["postgresql"],
        "Status": "deprecated" if major <= _DEPRECATED_UP_TO else "available",
        "SupportsCertificateRotationWithoutRestart": major >= _WITHOUT_RESTART_FROM,
        "SupportedCACertificateIdentifiers": list(CERTIFICATE_AUTHORITIES),
        "SupportsReadReplica": True,
    }
