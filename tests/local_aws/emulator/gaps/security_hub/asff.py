"""What Security Hub demands of a finding in the AWS Security Finding Format, and more than botocore checks.

Types, patterns, enumerations and required members come from botocore's AwsSecurityFinding; the lengths and
numbers below only from the documentation (ASFF syntax and its required attributes).
"""

import json
import re
from collections.abc import Iterator, Sized
from datetime import datetime
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

type Finding = dict[str, Any]

_SCHEMA = "2018-10-08"
_LARGEST = 240 * 1024
_LONGEST = {
    "Id": 512,
    "ProductArn": 2048,
    "GeneratorId": 512,
    "Title": 256,
    "Description": 1024,
    "CompanyName": 128,
    "ProductName": 128,
    "Resources[].Type": 256,
    "Resources[].Id": 512,
    "Remediation.Recommendation.Text": 512,
    "Remediation.Recommendation.Url": 2048,
    "FindingProviderFields.Severity.Original": 64,
    "Severity.Original": 64,
    "Compliance.RelatedRequirements[]": 64,
    "Compliance.StatusReasons[].ReasonCode": 128,
    "Compliance.StatusReasons[].Description": 1024,
    "ProductFields{}": 2048,
    "UserDefinedFields{}": 1024,
    "Resources[].Details.Other{}": 1024,
    # Tag Editor user guide, "Tag naming limits and requirements"
    "Resources[].Tags{}": 256,
}
_MOST = {
    "Resources": 32,
    "Types": 50,
    "FindingProviderFields.Types": 50,
    "RelatedFindings": 10,
    "FindingProviderFields.RelatedFindings": 10,
    "ProductFields": 50,
    "UserDefinedFields": 50,
    "Resources[].Details.Other": 50,
    "Resources[].Tags": 50,
    "Compliance.RelatedRequirements": 32,
}
_LONGEST_KEY = 128
_TIMES = {"CreatedAt", "UpdatedAt", "FirstObservedAt", "LastObservedAt"}
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
_TYPE = re.compile(
    r"(Software and Configuration Checks|TTPs|Effects|Unusual Behaviors|Sensitive Data Identifications)"
    r"(/[^/]+){0,2}"
)
_PYTHON = {"string": (str,), "boolean": (bool,), "integer": (int,), "long": (int,), "double": (int, float)}


@cache
def _finding_shape() -> Shape:
    return ServiceModel(Loader().load_service_model("securityhub", "service-2")).shape_for("AwsSecurityFinding")


def problems(finding: Any, account: str) -> list[str]:
    """Everything that makes Security Hub refuse this finding from this account, in its own words."""
    found = list(_of_shape(_finding_shape(), finding, ""))
    if found:
        return found
    found += _of_times(finding)
    if finding["SchemaVersion"] != _SCHEMA:
        found.append(f"data.SchemaVersion should be equal to {_SCHEMA}")
    if not re.fullmatch(r"\d{12}", finding["AwsAccountId"]) or finding["AwsAccountId"] != account:
        found.append("data.AwsAccountId should be the account that imports the finding")
    provider = finding.get("FindingProviderFields", {})
    if not ({"Label", "Normalized"} & {**finding.get("Severity", {}), **provider.get("Severity", {})}.keys()):
        found.append("data should have required property 'Severity'")
    types = finding.get("Types", []) + provider.get("Types", [])
    if not types:
        found.append("data should have required property 'Types'")
    found += [
        f"data.Types: {name} is not of the form namespace/category/classifier"
        for name in types
        if not _TYPE.fullmatch(name)
    ]
    if len(json.dumps(finding).encode()) > _LARGEST:
        found.append(f"the finding is larger than {_LARGEST} bytes")
    return found


def moment(text: str) -> datetime:
    """A timestamp of a finding that has no problems."""
    return datetime.fromisoformat(text)


def _of_times(finding: Finding) -> Iterator[str]:
    for name in _TIMES & finding.keys():
        try:
            valid = bool(_RFC3339.fullmatch(finding[name])) and moment(finding[name]).tzinfo is not None
        except ValueError:
            valid = False
        if not valid:
            yield f'data.{name} should match format "date-time"'


def _of_shape(shape: Shape, value: Any, path: str) -> Iterator[str]:
    data = f"data.{path}" if path else "data"
    if isinstance(shape, StructureShape):
        if not isinstance(value, dict):
            yield f"{data} should be object"
            return
        for name in shape.required_members:
            if name not in value:
                yield f"{data} should have required property '{name}'"
        for name, member in value.items():
            if name in shape.members:
                yield from _of_shape(shape.members[name], member, f"{path}.{name}" if path else name)
            else:
                yield f"{data} should NOT have additional properties: {name}"
    elif isinstance(shape, MapShape):
        yield from _of_map(shape, value, path, data)
    elif isinstance(shape, ListShape):
        yield from _of_list(shape, value, path, data)
    else:
        yield from _of_scalar(shape, value, path, data)


def _of_map(shape: MapShape, value: Any, path: str, data: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{data} should be object"
        return
    yield from _of_number(value, path, data)
    for key, element in value.items():
        if not key.strip() or len(key) > _LONGEST_KEY:
            yield f"{data} has a key that is empty or longer than {_LONGEST_KEY} characters"
        yield from _of_shape(shape.value, element, path + "{}")


def _of_list(shape: ListShape, value: Any, path: str, data: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{data} should be array"
        return
    yield from _of_number(value, path, data)
    if path == "Resources" and not value:
        yield f"{data} should NOT have fewer than 1 items"
    for element in value:
        yield from _of_shape(shape.member, element, path + "[]")


def _of_number(value: Sized, path: str, data: str) -> Iterator[str]:
    if len(value) > _MOST.get(path, len(value)):
        yield f"{data} should NOT have more than {_MOST[path]} items"


def _of_scalar(shape: Shape, value: Any, path: str, data: str) -> Iterator[str]:
    expected = _PYTHON.get(shape.type_name, (str,))
    if not isinstance(value, expected) or isinstance(value, bool) != (shape.type_name == "boolean"):
        yield f"{data} should be {shape.type_name}"
        return
    enum = shape.metadata.get("enum")
    if enum and value not in enum:
        yield f"{data} should be equal to one of the allowed values: {', '.join(enum)}"
    if isinstance(value, str):
        pattern = shape.metadata.get("pattern")
        if pattern and not re.search(pattern, value):
            yield f'{data} should match pattern "{pattern}"'
        if len(value) > _LONGEST.get(path, len(value)):
            yield f"{data} should NOT be longer than {_LONGEST[path]} characters"
    elif not shape.metadata.get("min", value) <= value <= shape.metadata.get("max", value):
        yield f"{data} should be between {shape.metadata['min']} and {shape.metadata['max']}"
