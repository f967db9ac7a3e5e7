"""The resource of a finding in the AWS Security Finding Format: what it is, its tags, and what teams route it by.

Names of members: botocore's model of securityhub, AwsRdsDbInstanceDetails and AwsRdsDbClusterDetails. What they
have no member for stands in Other. Tags: at most 50, keys of 128 and values of 256 characters, of letters, digits,
blanks and _ . : / = + - @ (Tag Editor user guide, "Tag naming limits and requirements"); no text may be empty.
"""

import re
from collections.abc import Mapping
from typing import Any

from tlscheck.inventory.account import Account
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.names import Arn
from tlscheck.wording import plain

RESOURCE_TYPES = {"db": "AwsRdsDbInstance", "cluster": "AwsRdsDbCluster", "db-proxy": "Other"}

PARTITIONS = frozenset({"aws", "aws-cn", "aws-us-gov", "aws-us-iso", "aws-us-iso-b"})
"""Those that ASFF has a name for."""

MOST_TAGS = 50
MOST_KEY = 128
MOST_VALUE = 256
MOST_DETAIL = 1024
"""Characters of a text in Details.Other; of another the format names no limit."""

_OF_A_TAG = re.compile(r"[\w .:/=+@-]+")


def has_details(arn: str) -> bool:
    """Whether an ARN names a database, of which more may be known, and no Region."""
    named = Arn.parse(arn)
    return named is not None and named.kind in RESOURCE_TYPES


def resource_of(arn: str, account: Account, database: Database | None) -> dict[str, Any]:
    """The resource with this ARN; `database` is what was listed of it last, where that is known."""
    named = Arn.parse(arn)
    kind = RESOURCE_TYPES.get(named.kind) if named else None
    resource: dict[str, Any] = (
        {"Type": kind, "Id": arn} if kind else {"Type": "AwsAccount", "Id": f"AWS::::Account:{account.id}"}
    )
    resource["Region"] = account.region
    if account.partition in PARTITIONS:
        resource["Partition"] = account.partition
    # Under the same key another one may lie that has had this one's name since.
    if kind is None or database is None or database.arn != arn:
        return resource
    if tags := _tags(database.tags):
        resource["Tags"] = tags
    if details := _details(database):
        resource["Details"] = details
    return resource


def _tags(tags: Mapping[str, str]) -> dict[str, str]:
    """The tags as they are: what the format does not take is left out, and AWS's own give way to the owner's."""
    taken = sorted((key.startswith("aws:"), key) for key, value in tags.items() if _is_tag(key, value))
    return {key: tags[key] for _, key in taken[:MOST_TAGS]}


def _is_tag(key: str, value: str) -> bool:
    fits = len(key) <= MOST_KEY and len(value) <= MOST_VALUE
    return fits and all(each.strip() and _OF_A_TAG.fullmatch(each) for each in (key, value))


def _details(database: Database) -> dict[str, Any]:
    match database.kind:
        case Kind.INSTANCE | Kind.MEMBER:
            return {"AwsRdsDbInstance": _said(_instance(database))}
        case Kind.CLUSTER:
            authority = database.certificate_authority.identifier
            other = {"VpcId": database.network, "CACertificateIdentifier": authority}
            return {"AwsRdsDbCluster": _said(_cluster(database))} | _other(other)
        case Kind.PROXY:
            return _other(_proxy(database))


def _instance(database: Database) -> dict[str, Any]:
    endpoint = database.endpoint
    return {
        "DBInstanceIdentifier": database.identifier,
        "DBInstanceClass": database.instance_class,
        "DBClusterIdentifier": database.cluster,
        "DbiResourceId": _known(database.resource_id),
        "DbInstanceStatus": database.status,
        "Engine": database.engine,
        "EngineVersion": database.engine_version,
        "CACertificateIdentifier": database.certificate_authority.identifier,
        "PubliclyAccessible": database.publicly_accessible,
        "IAMDatabaseAuthenticationEnabled": database.iam_authentication,
        "Endpoint": _said({"Address": endpoint.host, "Port": endpoint.port}) if endpoint else None,
        "DbSubnetGroup": _said({"VpcId": database.network}),
    }


def _cluster(database: Database) -> dict[str, Any]:
    members = [_said({"DbInstanceIdentifier": name}) for name in sorted(database.member_authorities)]
    return {
        "DbClusterIdentifier": database.identifier,
        "DbClusterResourceId": _known(database.resource_id),
        "Status": database.status,
        "Engine": database.engine,
        "EngineVersion": database.engine_version,
        "IamDatabaseAuthenticationEnabled": database.iam_authentication,
        "DbClusterMembers": [each for each in members if each],
    }


def _proxy(database: Database) -> dict[str, str | None]:
    require = database.proxy.require_tls if database.proxy else None
    return {
        "DBProxyName": database.identifier,
        "Status": database.status,
        "VpcId": database.network,
        "RequireTLS": None if require is None else str(require).lower(),
    }


def _known(text: str | Gap) -> str | None:
    return None if isinstance(text, Gap) else text


def _other(texts: Mapping[str, str | None]) -> dict[str, Any]:
    said = _said(texts)
    return {"Other": said} if said else {}


def _said(members: Mapping[str, Any]) -> dict[str, Any]:
    """What there is: the format takes no empty text, and what is not known is left out."""
    said = {
        name: plain(value, MOST_DETAIL) if isinstance(value, str) else value for name, value in members.items()
    }
    return {name: value for name, value in said.items() if value is not None and value not in ("", {}, [])}
