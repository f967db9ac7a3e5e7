"""DescribeDBLogFiles and DownloadDBLogFilePortion: the files that a server writes its log to.

Cut as the service cuts: a portion has 10,000 lines and 1 MB at most, a line that does not fit any more ends in
` [Your log message was truncated]`, and what is left of it is in no portion; a Marker is `<number>:<byte>`
(aws/aws-cli, issue 3079; aws/aws-sdk, issue 20). Without a Marker it is the end of the file that comes.
"""

import re
import time
from dataclasses import dataclass
from typing import Any

from botocore.model import StructureShape

from tests.local_aws.emulator.gaps.rds import protocol, state
from tests.local_aws.emulator.gaps.rds.protocol import ApiError

type Request = dict[str, Any]

MOST_BYTES = 1024 * 1024
MOST_LINES = 10_000
TRUNCATED = b" [Your log message was truncated]\n"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass
class _File:
    content: bytes
    written: int
    """Milliseconds."""


_files: dict[tuple[str, str], dict[str, _File]] = {}
"""By Region and instance, then by name."""


def append(region: str, instance: str, name: str, text: str) -> None:
    """Let the server have written this to the file of this name."""
    file = _files.setdefault((region, instance), {}).setdefault(name, _File(b"", 0))
    file.content += text.encode()
    file.written = int(time.time() * 1_000)


def forget() -> None:
    """No server has a file any more."""
    _files.clear()


def answer(operation: str, request: Request, region: state.Region) -> dict[str, str]:
    """The members of the answer as XML. Raises ApiError as RDS does."""
    found = _describe if operation == "DescribeDBLogFiles" else _download
    output = protocol.operation(operation).output_shape
    assert isinstance(output, StructureShape)
    result = found(request, _of_instance(request["DBInstanceIdentifier"], region))
    return {name: protocol.serialise(output.members[name], value) for name, value in result.items()}


OPERATIONS = ("DescribeDBLogFiles", "DownloadDBLogFilePortion")


def _of_instance(identifier: str, region: state.Region) -> dict[str, _File]:
    for record in region.records("DBInstances"):
        if record["DBInstanceIdentifier"].lower() == identifier.lower():
            if record.get("DBInstanceStatus", "available") == "creating":
                raise ApiError("DBInstanceNotReady", f"DBInstance {identifier} is not ready")
            return _files.get((region.name, record["DBInstanceIdentifier"]), {})
    raise ApiError("DBInstanceNotFound", f"DBInstance {identifier} not found.", 404)


def _describe(request: Request, files: dict[str, _File]) -> dict[str, Any]:
    listed = [
        {"LogFileName": name, "LastWritten": file.written, "Size": len(file.content)}
        for name, file in sorted(files.items())
        if request.get("FilenameContains", "") in name
        and file.written >= request.get("FileLastWritten", 0)
        and len(file.content) >= request.get("FileSize", 0)
    ]
    start = int(request.get("Marker", 0))
    end = start + request.get("MaxRecords", 1_000)
    following = {"Marker": str(end)} if end < len(listed) else {}
    return {"DescribeDBLogFiles": listed[start:end], **following}


def _download(request: Request, files: dict[str, _File]) -> dict[str, Any]:
    name = request["LogFileName"]
    if name not in files:
        raise ApiError("DBLogFileNotFoundFault", f"DBLog File: {name}, is not found on the DB instance", 404)
    content = files[name].content
    lines = request.get("NumberOfLines", MOST_LINES)
    if not 1 <= lines <= MOST_LINES:
        raise ApiError("InvalidParameterValue", f"NumberOfLines must be 1 to {MOST_LINES}, not {lines}")
    if "Marker" in request:
        start = _position(request["Marker"])
    else:
        start = len(b"".join(_lines(content)[:-lines]))
        start = max(start, len(content) - MOST_BYTES)
    portion, end = _cut(content, start, lines)
    return {
        "LogFileData": _NO_XML.sub("\ufffd", portion.decode(errors="replace")),
        "Marker": f"{(re.findall(r'\d\d', name) or ['0'])[-1]}:{end}",
        "AdditionalDataPending": end < len(content),
    }


def _cut(content: bytes, start: int, lines: int) -> tuple[bytes, int]:
    portion = b"".join(_lines(content[start : start + MOST_BYTES + 1])[:lines])
    if len(portion) <= MOST_BYTES:
        return portion, start + len(portion)
    line_end = content.find(b"\n", start + MOST_BYTES)
    return portion[:MOST_BYTES] + TRUNCATED, len(content) if line_end < 0 else line_end + 1


def _lines(content: bytes) -> list[bytes]:
    """With their ends; the last may have none. A carriage return ends none: it stands in statements."""
    *whole, rest = content.split(b"\n")
    return [*(line + b"\n" for line in whole), *([rest] if rest else [])]


def _position(marker: str) -> int:
    found = re.fullmatch(r"(?:\d+:)?(\d+)", marker)
    if found is None:
        raise ApiError("InvalidParameterValue", f"Invalid marker: {marker}")
    return int(found[1])
