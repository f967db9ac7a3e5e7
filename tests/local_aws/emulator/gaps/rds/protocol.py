"""The AWS Query protocol, both ways, by botocore's own shapes of the RDS API.

Nothing of an operation is written down here: what a request may hold and how an answer looks come from the
service model that the clients themselves use.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from botocore.loaders import Loader
from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StructureShape

NAMESPACE = "http://rds.amazonaws.com/doc/2014-10-31/"


class ApiError(Exception):
    """What the API refuses: the error code and HTTP status that a client sees, and the message."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class WrongDocumentError(ValueError):
    """A document holds what the API could not have answered."""


@cache
def model() -> ServiceModel:
    """The RDS service model; loading it takes 0.1 s, so the first one who needs it does."""
    return ServiceModel(Loader().load_service_model("rds", "service-2"))


def operation(name: str) -> OperationModel:
    """Raise InvalidAction for a name that RDS doesn't know."""
    if name not in model().operation_names:
        raise ApiError("InvalidAction", f"Could not find operation {name} for version 2014-10-31")
    return model().operation_model(name)


def parse(shape: StructureShape, fields: Mapping[str, str]) -> dict[str, Any]:
    """Turn the fields of a form into the members of an input shape.

    Raises MissingParameter, InvalidParameterValue for a text that isn't of its type, and InvalidQueryParameter
    for a field that the operation doesn't have.
    """
    left = {name: value for name, value in fields.items() if name not in {"Action", "Version"}}
    parsed: dict[str, Any] = _parse_structure(shape, "", left)
    if left:
        raise ApiError("InvalidQueryParameter", f"Unknown parameter: {min(left)}")
    for required in shape.required_members:
        if required not in parsed:
            raise ApiError("MissingParameter", f"The request must contain the parameter {required}")
    return parsed


def _parse(shape: Shape, prefix: str, left: dict[str, str]) -> Any:
    if isinstance(shape, StructureShape):
        return _parse_structure(shape, f"{prefix}.", left)
    if isinstance(shape, ListShape):
        return _parse_list(shape, prefix, left)
    text = left.pop(prefix)
    try:
        if shape.type_name in {"integer", "long"}:
            return int(text)
    except ValueError:
        raise ApiError("InvalidParameterValue", f"{prefix} must be an integer, not {text}") from None
    if shape.type_name == "boolean":
        if text not in {"true", "false"}:
            raise ApiError("InvalidParameterValue", f"{prefix} must be true or false, not {text}")
        return text == "true"
    return text


def _parse_structure(shape: StructureShape, prefix: str, left: dict[str, str]) -> dict[str, Any]:
    names = {name: prefix + member.serialization.get("name", name) for name, member in shape.members.items()}
    return {
        name: _parse(shape.members[name], field, left)
        for name, field in names.items()
        if any(given == field or given.startswith(f"{field}.") for given in left)
    }


def _parse_list(shape: ListShape, prefix: str, left: dict[str, str]) -> list[Any]:
    element = prefix + "." + shape.member.serialization.get("name", "member")
    parsed: list[Any] = []
    while any(f"{given}.".startswith(f"{element}.{len(parsed) + 1}.") for given in left):
        parsed.append(_parse(shape.member, f"{element}.{len(parsed) + 1}", left))
    return parsed


def check(shape: Shape, value: Any, where: str) -> None:
    """Raise WrongDocumentError, naming the place, for a record that the API could not have answered."""
    if isinstance(shape, StructureShape):
        if not isinstance(value, dict):
            raise WrongDocumentError(f"{where} must be an object, not {type(value).__name__}")
        for name, member in value.items():
            if name not in shape.members:
                raise WrongDocumentError(f"{where} has a member {name} that {shape.name} doesn't know")
            check(shape.members[name], member, f"{where}.{name}")
    elif isinstance(shape, ListShape):
        if not isinstance(value, list):
            raise WrongDocumentError(f"{where} must be a list, not {type(value).__name__}")
        for position, element in enumerate(value):
            check(shape.member, element, f"{where}[{position}]")
    elif not isinstance(value, _PYTHON.get(shape.type_name, (str,))) or (
        isinstance(value, bool) != (shape.type_name == "boolean")
    ):
        raise WrongDocumentError(f"{where} must be {shape.type_name}, not {value!r}")


_PYTHON: dict[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "double": (float, int),
    "float": (float, int),
}


def answer(name: str, result: Mapping[str, str], request_id: str) -> bytes:
    """Wrap members that are XML already as the answer to operation `name`."""
    members = "".join(f"<{member}>{xml}</{member}>" for member, xml in result.items())
    return (
        f'<{name}Response xmlns="{NAMESPACE}"><{name}Result>{members}</{name}Result>'
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{name}Response>"
    ).encode()


def refusal(error: ApiError, request_id: str) -> bytes:
    """The answer that makes a client raise `error`."""
    return (
        f'<ErrorResponse xmlns="{NAMESPACE}"><Error><Type>Sender</Type><Code>{escape(error.code)}</Code>'
        f"<Message>{escape(error.message)}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    ).encode()


def serialise(shape: Shape, value: Any) -> str:
    """The inside of the element that holds `value`."""
    return "".join(_pieces(shape, value))


def _pieces(shape: Shape, value: Any) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        for name, member in value.items():
            inner = shape.members[name]
            tag = inner.serialization.get("name", name)
            yield f"<{tag}>"
            yield from _pieces(inner, member)
            yield f"</{tag}>"
    elif isinstance(shape, ListShape):
        tag = shape.member.serialization.get("name", "member")
        for element in value:
            yield f"<{tag}>"
            yield from _pieces(shape.member, element)
            yield f"</{tag}>"
    elif shape.type_name == "boolean":
        yield "true" if value else "false"
    else:
        yield escape(str(value))
