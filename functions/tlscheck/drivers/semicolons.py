"""Connection strings of `name=value;` pairs, as Npgsql and ODBC have them."""

from tlscheck.drivers.connection import cannot_be_read


def pairs(text: str, kind: str) -> dict[str, str]:
    """Names (in lower case, without spaces or underscores) and values, quoted by ", ' or braces.

    Raises BadRequest for a quote that is not closed or a part without =.
    """
    found: dict[str, str] = {}
    position = 0
    while position < len(text):
        if text[position] in "; \t\r\n":
            position += 1
            continue
        equals = text.find("=", position)
        if equals < 0:
            raise cannot_be_read(kind, "a part of it is no name=value")
        name = "".join(text[position:equals].lower().replace("_", "").split())
        value, position = _value(text, equals + 1, kind)
        found[name] = value
    return found


def _value(text: str, position: int, kind: str) -> tuple[str, int]:
    while text[position : position + 1] in {" ", "\t"}:
        position += 1
    closing = {"'": "'", '"': '"', "{": "}"}.get(text[position : position + 1])
    if not closing:
        end = text.find(";", position)
        end = len(text) if end < 0 else end
        return text[position:end].strip(), end + 1
    position += 1
    value: list[str] = []
    while position < len(text):
        if text[position] == closing:
            if text[position + 1 : position + 2] != closing:
                end = text.find(";", position)
                return "".join(value), len(text) if end < 0 else end + 1
            position += 1  # doubled: the character itself
        value.append(text[position])
        position += 1
    raise cannot_be_read(kind, "a quote or brace is not closed")
