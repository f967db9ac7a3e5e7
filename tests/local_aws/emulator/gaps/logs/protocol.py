"""What a request and an answer of CloudWatch Logs may hold, by botocore's own shapes."""

import re
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StructureShape

from tests.local_aws.emulator.gaps.rds import protocol

type Record = dict[str, Any]


class RefusedError(Exception):
    """What the service refuses: the error code and HTTP status that a client sees, and the message."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


def invalid(message: str) -> RefusedError:
    """An InvalidParameterException."""
    return RefusedError("InvalidParameterException", message)


@cache
def _operation(name: str) -> OperationModel:
    model = ServiceModel(Loader().load_service_model("logs", "service-2"))
    return model.operation_model(name)


def check_request(name: str, request: Record) -> None:
    """Raise InvalidParameterException for what the input shape doesn't allow, ranges and enumerations included."""
    shape = _operation(name).input_shape
    assert isinstance(shape, StructureShape)
    try:
        protocol.check(shape, request, name)
    except protocol.WrongDocumentError as wrong:
        raise invalid(f"1 validation error detected: {wrong}") from None
    for required in shape.required_members:
        if required not in request:
            raise invalid(f"1 validation error detected: Value null at '{required}' must not be null")
    for member, value in request.items():
        _check_bounds(shape.members[member], value, member)


def _check_bounds(shape: Shape, value: Any, where: str) -> None:
    # botocore keeps a pattern only among what it doesn't name
    allowed = shape.metadata
    size = value if isinstance(value, int) else len(value)
    if size < allowed.get("min", size) or size > allowed.get("max", size):
        bounds = f"from {allowed.get('min')} to {allowed.get('max')}"
        raise invalid(f"1 validation error detected: Value {value!r} at '{where}' must be {bounds}")
    pattern = allowed.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        raise invalid(f"1 validation error detected: Value {value!r} at '{where}' must satisfy {pattern}")
    if shape.type_name == "string" and allowed.get("enum") and value not in allowed["enum"]:
        raise invalid(f"1 validation error detected: Value {value!r} at '{where}' must be of {allowed['enum']}")
    if isinstance(shape, ListShape):
        for each in value:
            _check_bounds(shape.member, each, where)


def checked_answer(name: str, answer: Record) -> Record:
    """The answer, once it is one that the service could have given; else WrongDocumentError."""
    shape = _operation(name).output_shape
    assert shape is not None
    protocol.check(shape, answer, name)
    return answer
