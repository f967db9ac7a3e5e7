"""Stands in for the whole RDS control plane, read only.

ministack has no DescribeCertificates, no DescribeEngineDefault* and no default.* parameter groups, knows only a
few parameters and engine versions, and gives no instance CertificateDetails or a pending maintenance action.
Here every Describe operation answers from one document (state.py) in botocore's own shapes (protocol.py), and
what RDS refuses is refused with its codes (listing.py). Its servers' log files are in log_files.py.
"""

import asyncio
import os
import uuid
from urllib.parse import parse_qsl

from botocore.model import StructureShape
from ministack.core.responses import get_account_id, get_region

from tests.local_aws.emulator.gaps import calls, regions, registration
from tests.local_aws.emulator.gaps.rds import listing, log_files, protocol, resources, state
from tests.local_aws.emulator.gaps.rds.protocol import ApiError

_ACCOUNT = os.environ.get("MINISTACK_ACCOUNT_ID", "111122223333").encode()
"""The account that the document's ARNs name."""


def fill() -> None:
    """Take the place of ministack's RDS."""
    registration.serve("rds", handle, resources.arn_of)


async def handle(
    _method: str, _path: str, _headers: dict[str, str], body: bytes, query: dict[str, list[str]]
) -> registration.Response:
    """Answer one request of the Query protocol."""
    fields = {name: values[0] for name, values in query.items()} | dict(parse_qsl(body.decode(), True))
    name = fields.get("Action", "")
    request_id = str(uuid.uuid4())
    region = state.region(get_region())
    calls.count("rds", region.name, name)
    if region.latency:
        await asyncio.sleep(region.latency)
    try:
        status, content = 200, protocol.answer(name, _result(name, fields, region), request_id)
    except ApiError as error:
        status, content = error.status, protocol.refusal(error, request_id)
    # Whichever account asks: the records are its own.
    return status, {"Content-Type": "text/xml"}, content.replace(_ACCOUNT, get_account_id().encode())


def _result(name: str, fields: dict[str, str], region: state.Region) -> dict[str, str]:
    if region.name in regions.NOT_OPTED_IN:
        raise ApiError("InvalidClientTokenId", "The security token included in the request is invalid.", 403)
    fault = region.fault(name, fields)
    if fault is not None:
        raise fault
    operation = protocol.operation(name)
    assert isinstance(operation.input_shape, StructureShape)
    request = protocol.parse(operation.input_shape, fields)
    if name in log_files.OPERATIONS:
        return log_files.answer(name, request, region)
    if name == "ListTagsForResource":
        return _tags(request["ResourceName"], region)
    if not name.startswith("Describe"):
        raise ApiError("InvalidAction", f"{name}: the emulated account's RDS is read only")
    return listing.describe(name, request, region)


def _tags(arn: str, region: state.Region) -> dict[str, str]:
    tag_list = protocol.model().shape_for("TagList")
    for member, name in (("DBInstances", "DBInstanceArn"), ("DBClusters", "DBClusterArn")):
        for record in region.records(member):
            if record.get(name) == arn:
                return {"TagList": protocol.serialise(tag_list, record.get("TagList", []))}
    raise ApiError("DBInstanceNotFound", f"{arn} not found", 404)
