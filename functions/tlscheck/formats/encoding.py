"""The text that a file's bytes are, whoever's editor or shell wrote them."""

import codecs

from tlscheck.drivers.connection import cannot_be_read

_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
"""What PowerShell and Windows' editors put before a text, to say how it is encoded."""


def decoded(content: bytes) -> str:
    """The text, without a mark before it; what is no UTF-8 in it is replaced. Raises BadRequest for no text."""
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    if b"\0" in content:
        raise cannot_be_read("a text", "a zero byte is in it")
    return content.decode("utf-8", "replace")
