"""The RDS document: what the emulated account's RDS holds, by Region, in the shapes of the API's own answers.

    {"us-east-1": {
        "DBInstances": [DBInstance...], "DBClusters": [DBCluster...],
        "DBParameterGroups": {name: {"family": "postgres17", "parameters": {"rds.force_ssl": {Parameter...}}}},
        "DBClusterParameterGroups": {...the same...},
        "Certificates": [Certificate...], "DefaultCertificateForNewLaunches": "rds-ca-rsa2048-g1",
        "DBProxyTargets": {proxy name: [DBProxyTarget...]},
        "PendingMaintenanceActions": [...], "DBProxies": [...], "DBShardGroups": [...], any other list by the
            name that its Describe operation gives it,
        "Faults": {"DescribeDBClusters": {"code": "AccessDenied", "message": "...", "status": 403, "share": 0.5}},
        "Latency": 0.02}}

Times are ISO 8601 texts. `share` is the part of the calls that fail (1 when it is left out); a fault `with` a
member (`Filters`) is that of the calls that have it alone. `Latency` is the seconds that each call takes at least.
A Region that isn't named is empty. Every group named `default.<family>` exists, and so do the three current
certificate authorities where a Region names none.
"""

from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any

from botocore.model import ListShape, Shape
from ministack.core.responses import get_account_id

from tests.local_aws.emulator.gaps.rds import engine_versions, parameters, protocol, roots

type Record = dict[str, Any]

_SPECIAL = {
    "DBParameterGroups",
    "DBClusterParameterGroups",
    "DBProxyTargets",
    "DefaultCertificateForNewLaunches",
    "Faults",
    "Latency",
}
_GROUP_KINDS = ("DBParameterGroups", "DBClusterParameterGroups")


class Region:
    """What RDS holds in one Region; raises WrongDocumentError for what the API couldn't answer."""

    def __init__(self, name: str, document: Record) -> None:
        self.name = name
        self.faults: dict[str, Record] = document.get("Faults", {})
        self.latency = float(document.get("Latency", 0))
        self.default_certificate = document.get("DefaultCertificateForNewLaunches", "rds-ca-rsa2048-g1")
        self.targets: dict[str, list[Record]] = document.get("DBProxyTargets", {})
        self._groups = {kind: document.get(kind, {}) for kind in _GROUP_KINDS}
        self._lists: dict[str, list[Record]] = {}
        self._xml: dict[int, tuple[Record, str]] = {}
        self._parameters: dict[tuple[str, str], tuple[Record, ...]] = {}
        self._asked: dict[str, int] = {}
        for member, records in document.items():
            if member not in _SPECIAL:
                protocol.check(_list_shape(member), records, f"{name}.{member}")
                self._lists[member] = records
        for proxy, targets in self.targets.items():
            protocol.check(_list_shape("Targets"), targets, f"{name}.DBProxyTargets.{proxy}")
        for kind, groups in self._groups.items():
            for group, content in groups.items():
                for parameter, members in content.get("parameters", {}).items():
                    where = f"{name}.{kind}.{group}.{parameter}"
                    protocol.check(_list_shape("Parameters").member, members, where)

    def records(self, member: str) -> list[Record]:
        """The list that the member of an answer is made from, in the document's order."""
        if member == "Certificates":
            return self._lists.get(member, self._current_authorities)
        if member == "DBMajorEngineVersions":
            return self._lists.get(member, engine_versions.major_versions())
        if member == "DBEngineVersions":
            return self._lists.get(member, self._engine_versions)
        if member in self._groups:
            return self._group_records[member]
        return self._lists.get(member, [])

    def parameters(self, kind: str, group: str) -> tuple[Record, ...] | None:
        """Parameters of a group, by name; None when there is no such group. `kind` is the answers' member."""
        cluster = kind == "DBClusterParameterGroups"
        if group in self._groups[kind]:
            if (kind, group) not in self._parameters:
                content = self._groups[kind][group]
                changed = content.get("parameters", {})
                self._parameters[kind, group] = parameters.of_group(content["family"], changed, cluster=cluster)
            return self._parameters[kind, group]
        if group.startswith("default."):
            return parameters.defaults(group.removeprefix("default."), cluster=cluster)
        return None

    def fault(self, operation: str, fields: Mapping[str, str]) -> protocol.ApiError | None:
        """The error that this call of `operation`, with these fields, is to fail with, if any."""
        fault = self.faults.get(operation)
        if fault is None or not any(name.startswith(fault.get("with", "")) for name in fields):
            return None
        before = self._asked.get(operation, 0)
        self._asked[operation] = before + 1
        share = float(fault.get("share", 1))
        if int((before + 1) * share) == int(before * share):
            return None
        message = fault.get("message", f"{fault['code']} injected into {operation}")
        return protocol.ApiError(fault["code"], message, int(fault.get("status", 403)))

    def xml(self, shape: Shape, record: Record) -> str:
        """The record as XML; kept, because a large account is asked for the same records again and again."""
        kept = self._xml.get(id(record))
        if kept is None:
            # Kept with the record, so that no other record can come to have the same id.
            kept = self._xml[id(record)] = (record, protocol.serialise(shape, record))
        return kept[1]

    @cached_property
    def _current_authorities(self) -> list[Record]:
        return [
            {
                "CertificateIdentifier": identifier,
                "CertificateType": "CA",
                "Thumbprint": roots.thumbprint(self.name, identifier),
                "ValidFrom": "2021-05-25T00:00:00Z",
                "ValidTill": "2061-05-25T00:00:00Z",
                "CertificateArn": f"arn:aws:rds:{self.name}::cert:{identifier}",
                "CustomerOverride": False,
            }
            for identifier in engine_versions.CERTIFICATE_AUTHORITIES
        ]

    @cached_property
    def _engine_versions(self) -> list[Record]:
        return engine_versions.all_versions()

    @cached_property
    def _group_records(self) -> dict[str, list[Record]]:
        return {
            "DBParameterGroups": self._records_of_groups("DBParameterGroups", "DB", "pg"),
            "DBClusterParameterGroups": self._records_of_groups(
                "DBClusterParameterGroups", "DBCluster", "cluster-pg"
            ),
        }

    def _records_of_groups(self, kind: str, prefix: str, arn_type: str) -> list[Record]:
        families = {
            parameters.family_of(record["Engine"], record["EngineVersion"])
            for record in [*self._lists.get("DBInstances", []), *self._lists.get("DBClusters", [])]
            if "Engine" in record and "EngineVersion" in record
        }
        named = {f"default.{family}": family for family in sorted(families)}
        named |= {group: content["family"] for group, content in self._groups[kind].items()}
        return [
            {
                f"{prefix}ParameterGroupName": group,
                "DBParameterGroupFamily": family,
                "Description": f"Parameter group for {family}",
                f"{prefix}ParameterGroupArn": f"arn:aws:rds:{self.name}:{get_account_id()}:{arn_type}:{group}",
            }
            for group, family in named.items()
        ]


@cache
def _list_shape(member: str) -> ListShape:
    for name in protocol.model().operation_names:
        if name.startswith("Describe"):
            output = protocol.operation(name).output_shape
            found = output.members.get(member) if output is not None else None
            if isinstance(found, ListShape):
                return found
    raise protocol.WrongDocumentError(f"no Describe operation of RDS answers with a list {member}")


_regions: dict[str, Region] = {}


def replace(document: Record) -> None:
    """Make the account hold what `document` says and nothing else; if that is wrong, raise and change nothing."""
    regions = {name: Region(name, content) for name, content in document.items()}
    _regions.clear()
    _regions.update(regions)


def region(name: str) -> Region:
    """What RDS holds in a Region, which may be nothing."""
    return _regions.setdefault(name, Region(name, {}))
