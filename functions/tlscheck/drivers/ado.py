"""Connection strings of .NET: `Name=value;` pairs, as DbConnectionStringBuilder takes them apart.

A name may have spaces in it, and == for a =; a value may stand in ' or ", doubled for one of them. Braces are
letters like all others.

Source: .NET, System.Data.Common, DbConnectionOptions.Common.cs (GetKeyValuePair).
"""

from tlscheck.drivers.connection import cannot_be_read


def pairs(text: str, kind: str) -> list[tuple[str, str]]:
    """Names as they stand and values, in their order. Raises BadRequest where .NET gives an error."""
    found: list[tuple[str, str]] = []
    position = 0
    while position < len(text):
        if text[position] == ";" or text[position].isspace():
            position += 1
            continue
        name, position = _name(text, position, kind)
        value, position = _value(text, position, kind)
        found.append((name, value))
    return found


def quoted(value: str) -> str:
    """A value as it may be written."""
    if value and value == value.strip() and not set(value) & set(";'\""):
        return value
    return '"' + value.replace('"', '""') + '"'


def _name(text: str, position: int, kind: str) -> tuple[str, int]:
    name: list[str] = []
    while position < len(text):
        letter = text[position]
        if letter == "=":
            if text[position + 1 : position + 2] != "=":
                break
            position += 1
        elif ord(letter) < 32 and not letter.isspace():
            raise cannot_be_read(kind, "a control character is in a name of it")
        name.append(letter)
        position += 1
    else:
        raise cannot_be_read(kind, "a part of it is no name=value")
    if not (found := "".join(name).strip()):
        raise cannot_be_read(kind, "a part of it has no name before its =")
    return found, position + 1


def _value(text: str, position: int, kind: str) -> tuple[str, int]:
    while text[position : position + 1].isspace():
        position += 1
    quote = text[position : position + 1]
    if quote in {"'", '"'}:
        return _in_quotes(text, position + 1, quote, kind)
    end = text.find(";", position)
    end = len(text) if end < 0 else end
    value = text[position:end].strip()
    if value.endswith(("'", '"')):
        raise cannot_be_read(kind, "a value of it ends with a quote that it does not begin with")
    return value, end + 1


def _in_quotes(text: str, position: int, quote: str, kind: str) -> tuple[str, int]:
    value: list[str] = []
    while position < len(text):
        if text[position] == quote:
            if text[position + 1 : position + 2] != quote:
                rest = text[position + 1 :].partition(";")[0]
                if rest.strip():
                    raise cannot_be_read(kind, "something stands between a closing quote of it and the ;")
                return "".join(value), position + 1 + len(rest) + 1
            position += 1  # doubled: the quote itself
        value.append(text[position])
        position += 1
    raise cannot_be_read(kind, "a quote is not closed")
