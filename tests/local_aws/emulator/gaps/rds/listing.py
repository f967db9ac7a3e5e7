"""Describe operations: which records one answers with, after identifier, filters and paging."""

import base64
import binascii
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from botocore.model import ListShape, StructureShape

from tests.local_aws.emulator.gaps.rds import parameters, protocol
from tests.local_aws.emulator.gaps.rds.protocol import ApiError
from tests.local_aws.emulator.gaps.rds.state import Record, Region

type Request = dict[str, Any]
type Values = Callable[[Record], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Named:
    """An identifier that a request may give: its name there, the record's members, the error without a record."""

    request: str
    members: tuple[str, ...]
    missing: str


def _values(*members: str) -> Values:
    return lambda record: [str(record[member]) for member in members if member in record]


def _last_part_or_all(kind: str) -> Values:
    """A resource's ARN and, when it is of `kind` (db, cluster), its identifier."""

    def values(record: Record) -> list[str]:
        arn = str(record["ResourceIdentifier"])
        return [arn, arn.split(":")[6]] if arn.split(":")[5] == kind else []

    return values


@dataclass(frozen=True, slots=True)
class Rules:
    """What an operation understands beyond paging; `filters` gives a record's values under each filter name."""

    named: Named | None = None
    filters: dict[str, Values] = field(default_factory=dict)


_INSTANCE = Named("DBInstanceIdentifier", ("DBInstanceIdentifier", "DBInstanceArn"), "DBInstanceNotFound")
_CLUSTER = Named("DBClusterIdentifier", ("DBClusterIdentifier", "DBClusterArn"), "DBClusterNotFoundFault")
_PROXY = Named("DBProxyName", ("DBProxyName",), "DBProxyNotFoundFault")
_GROUP = "DBParameterGroupNotFound"
_PARAMETER_NAME = {"parameter-name": _values("ParameterName")}

_RULES = {
    "DescribeDBInstances": Rules(
        _INSTANCE,
        {
            "db-cluster-id": _values("DBClusterIdentifier"),
            "db-instance-id": _values("DBInstanceIdentifier", "DBInstanceArn"),
            "dbi-resource-id": _values("DbiResourceId"),
            "domain": _values(),
            "engine": _values("Engine"),
        },
    ),
    "DescribeDBClusters": Rules(
        _CLUSTER,
        {
            "clone-group-id": _values("CloneGroupId"),
            "db-cluster-id": _values("DBClusterIdentifier", "DBClusterArn"),
            "db-cluster-resource-id": _values("DbClusterResourceId"),
            "domain": _values(),
            "engine": _values("Engine"),
        },
    ),
    "DescribeCertificates": Rules(
        Named("CertificateIdentifier", ("CertificateIdentifier",), "CertificateNotFound")
    ),
    "DescribeDBParameterGroups": Rules(Named("DBParameterGroupName", ("DBParameterGroupName",), _GROUP)),
    "DescribeDBClusterParameterGroups": Rules(
        Named("DBClusterParameterGroupName", ("DBClusterParameterGroupName",), _GROUP)
    ),
    "DescribeDBParameters": Rules(filters=_PARAMETER_NAME),
    "DescribeDBClusterParameters": Rules(filters=_PARAMETER_NAME),
    "DescribeEngineDefaultParameters": Rules(filters=_PARAMETER_NAME),
    "DescribeDBProxies": Rules(_PROXY),
    "DescribeDBProxyTargetGroups": Rules(_PROXY),
    "DescribeDBProxyEndpoints": Rules(_PROXY),
    "DescribeDBShardGroups": Rules(
        Named("DBShardGroupIdentifier", ("DBShardGroupIdentifier", "DBShardGroupArn"), "DBShardGroupNotFound"),
        {"db-cluster-id": _values("DBClusterIdentifier")},
    ),
    "DescribePendingMaintenanceActions": Rules(
        Named("ResourceIdentifier", ("ResourceIdentifier",), "ResourceNotFoundFault"),
        {"db-instance-id": _last_part_or_all("db"), "db-cluster-id": _last_part_or_all("cluster")},
    ),
    "DescribeDBEngineVersions": Rules(
        filters={
            "db-parameter-group-family": _values("DBParameterGroupFamily"),
            "engine": _values("Engine"),
            "engine-version": _values("EngineVersion"),
            "status": _values("Status"),
        }
    ),
}


def describe(name: str, request: Request, region: Region) -> dict[str, str]:
    """Answer a Describe operation: its members as XML. Raises ApiError as RDS does."""
    output = protocol.operation(name).output_shape
    assert isinstance(output, StructureShape)
    rules = _RULES.get(name, Rules())
    if "EngineDefaults" in output.members:
        return _engine_defaults(name, request, rules, output)
    member, shape = next((m, s) for m, s in output.members.items() if isinstance(s, ListShape))
    records = _named(_all(name, member, request, region), rules.named, request)
    page, marker = _page(name, _filtered(records, rules, request), request)
    tag = shape.member.serialization.get("name", "member")
    listed = "".join(f"<{tag}>{region.xml(shape.member, record)}</{tag}>" for record in page)
    answer = {member: listed}
    if name == "DescribeCertificates":
        answer["DefaultCertificateForNewLaunches"] = region.default_certificate
    return answer | ({"Marker": marker} if marker else {})


def _all(name: str, member: str, request: Request, region: Region) -> Iterable[Record]:
    if name in {"DescribeDBParameters", "DescribeDBClusterParameters"}:
        kind = name.removeprefix("Describe").removesuffix("Parameters") + "ParameterGroups"
        group = request[kind.removesuffix("s") + "Name"]
        found = region.parameters(kind, group)
        if found is None:
            raise ApiError(_GROUP, f"DBParameterGroup not found: {group}", 404)
        source = request.get("Source")
        return [record for record in found if source in {None, record["Source"]}]
    if name == "DescribeDBProxyTargets":
        if request["DBProxyName"] not in {record["DBProxyName"] for record in region.records("DBProxies")}:
            raise ApiError("DBProxyNotFoundFault", f"DB proxy {request['DBProxyName']} not found", 404)
        return region.targets.get(request["DBProxyName"], [])
    if name == "DescribeDBEngineVersions":
        return _engine_versions(region.records(member), request)
    if name == "DescribeDBMajorEngineVersions":
        asked = {each: request[each] for each in ("Engine", "MajorEngineVersion") if each in request}
        return [record for record in region.records(member) if asked.items() <= record.items()]
    return region.records(member)


def _engine_versions(records: Iterable[Record], request: Request) -> Iterable[Record]:
    versions = [
        record
        for record in records
        if request.get("Engine") in {None, record["Engine"]}
        # 17 stands for every 17.x
        and f"{record['EngineVersion']}.".startswith(f"{request.get('EngineVersion', record['EngineVersion'])}.")
        and request.get("DBParameterGroupFamily") in {None, record.get("DBParameterGroupFamily")}
        and (request.get("IncludeAll") or record.get("Status", "available") == "available")
    ]
    return versions[-1:] if request.get("DefaultOnly") else versions


def _engine_defaults(name: str, request: Request, rules: Rules, output: StructureShape) -> dict[str, str]:
    shape = output.members["EngineDefaults"]
    family = request["DBParameterGroupFamily"]
    found = parameters.defaults(family, cluster=name == "DescribeEngineDefaultClusterParameters")
    page, marker = _page(name, _filtered(found, rules, request), request)
    defaults = {"DBParameterGroupFamily": family, "Parameters": page} | ({"Marker": marker} if marker else {})
    return {"EngineDefaults": protocol.serialise(shape, defaults)}


def _named(records: Iterable[Record], named: Named | None, request: Request) -> Iterable[Record]:
    if named is None or named.request not in request:
        return records
    asked = request[named.request].lower()
    found = [record for record in records if asked in {v.lower() for v in _values(*named.members)(record)}]
    if not found:
        raise ApiError(named.missing, f"{request[named.request]} not found", 404)
    return found


def _filtered(records: Iterable[Record], rules: Rules, request: Request) -> list[Record]:
    left = list(records)
    for asked in request.get("Filters", []):
        values = rules.filters.get(asked["Name"])
        if values is None:
            raise ApiError("InvalidParameterValue", f"Unrecognized filter name: {asked['Name']}")
        wanted = set(asked.get("Values", []))
        left = [record for record in left if wanted.intersection(values(record))]
    return left


def _page(name: str, records: list[Record], request: Request) -> tuple[list[Record], str | None]:
    size = request.get("MaxRecords", 100)
    if not 20 <= size <= 100:
        raise ApiError("InvalidParameterValue", f"Invalid value {size} for MaxRecords. Must be between 20 and 100")
    start = _position(name, request["Marker"]) if "Marker" in request else 0
    end = start + size
    following = base64.b64encode(f"{name} {end}".encode()).decode() if end < len(records) else None
    return records[start:end], following


def _position(name: str, marker: str) -> int:
    try:
        of, position = base64.b64decode(marker, validate=True).decode().split(" ")
        if of == name:
            return int(position)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        pass
    raise ApiError("InvalidParameterValue", "The request token is invalid or has expired.")
