"""A secret that names its server opens no other one: a password is the wrong server's to read.

A secret says whose it is by `host`, `dbInstanceIdentifier` or `dbClusterIdentifier` (Secrets Manager user guide,
"JSON structure of AWS Secrets Manager database credential secrets"). Each that it says must be provably this
server: its own endpoint, its own identifier, or the cluster that it is a member of, by identifier or as its writer
or reader endpoint. A name of somebody's DNS, a proxy, a custom endpoint may lead there today, and proves nothing.
"""

import re
from collections.abc import Mapping

from tlscheck.inventory.names import Arn, EndpointKind, endpoint_name, is_host
from tlscheck.wire.asker import STACK, Asker
from tlscheck.wire.target import Target

_KEPT_BY_RDS = "rds!"
"""What the names of the secrets begin with that RDS itself keeps for master users."""

_IDENTIFIERS = {"dbInstanceIdentifier": "instance", "dbClusterIdentifier": "cluster"}


def is_kept_by_rds(secret: str) -> bool:
    """Whether a secret, by its name or ARN, is one that RDS keeps for a master user."""
    arn = Arn.parse(secret)
    return (arn.resource.removeprefix("secret:") if arn else secret).startswith(_KEPT_BY_RDS)


def not_from_a_tag(secret: str, asker: Asker = STACK) -> str:
    """Why a secret of RDS's own that a tag names is not used."""
    instead = (
        "Ask again with another --login."
        if asker.is_here
        else "Remove the tag; MasterUserSecrets=ENABLED lets the probe use the one of this very database."
    )
    return (
        f"The tag tlscheck:secret names {secret[:200]}, which RDS keeps for a master user: whose, RDS's API alone "
        f"tells. {instead}"
    )


def is_from_the_api(secret: str, target: Target) -> bool:
    """Whether a secret of RDS's own is named as RDS's API does: by an ARN of its database's Region and account."""
    named, database = Arn.parse(secret), Arn.parse(target.arn)
    return bool(named and database and (named.region, named.account) == (target.region, database.account))


def of_another(content: Mapping[str, object], target: Target, region: str) -> str | None:
    """Why a secret with this content, of this Region, is not for the target; None where it is, or names no server.

    Nothing is repeated that could not be a name: a field may hold anything.
    """
    if (host := content.get("host") or None) is not None:
        # Terraform's `endpoint` of a database, which many keep there, is its address with the port.
        name = host.removesuffix(f":{target.port}") if isinstance(host, str) else ""
        if not is_host(name):
            return "its host is no name of a host"
        if _plain(name) not in _hosts(target):
            return _says("host", name, target.host)
    for field, kind in _IDENTIFIERS.items():
        if (named := content.get(field) or None) is None:
            continue
        if not isinstance(named, str) or not re.fullmatch("[A-Za-z][A-Za-z0-9-]{0,62}", named):
            return f"its {field} is no identifier"
        own = _instance(target) if kind == "instance" else _cluster(target)
        if named.lower() != own:
            return _says(field, named, f"{kind} {own}" if own else f"{target.host}, of no {kind} that is known")
        if region != target.region:
            return _says(field, f"{named} in {region}", f"{own} in {target.region}")
    return None


def _says(field: str, theirs: str, ours: str) -> str:
    return f"its {field} says that it is for {theirs}, and this is {ours}: no password was sent"


def _hosts(target: Target) -> set[str]:
    host, named, cluster = _plain(target.host), endpoint_name(target.host), _cluster(target)
    if named is None or cluster is None or named.kind not in _OF_A_DATABASE:
        return {host}
    # `<instance>.<account's part>.<Region>...`, of its cluster `<cluster>.cluster-<account's part>.<Region>...`.
    rest = host.partition(".")[2].removeprefix(named.kind)
    return {host, *(f"{cluster}.{kind}{rest}" for kind in (EndpointKind.CLUSTER, EndpointKind.READER))}


_OF_A_DATABASE = (EndpointKind.INSTANCE, EndpointKind.CLUSTER, EndpointKind.READER)


def _instance(target: Target) -> str | None:
    named = endpoint_name(target.host)
    if named is not None:
        return _plain(target.host).partition(".")[0] if named.kind is EndpointKind.INSTANCE else None
    arn = Arn.parse(target.arn)
    return arn.resource.removeprefix("db:").lower() if arn and arn.kind == "db" else None


def _cluster(target: Target) -> str | None:
    named = endpoint_name(target.host)
    if named is not None and named.kind in {EndpointKind.CLUSTER, EndpointKind.READER}:
        return _plain(target.host).partition(".")[0]
    return target.cluster.lower() if target.cluster else None


def _plain(host: str) -> str:
    return host.rstrip(".").lower()
