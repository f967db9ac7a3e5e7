"""Code of languages with brackets as names, texts and signs, each with its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from tlscheck.drivers.placeholder import without_marks
from tlscheck.formats.literals.source import elsewhere


class TokenKind(Enum):
    """What a token is."""

    NAME = auto()
    TEXT = auto()
    NUMBER = auto()
    SIGN = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of code."""

    kind: TokenKind
    text: str
    """Of a text what it says, with marks in the places of what is computed in it."""

    line: int
    is_after_gap: bool
    """Whether white space or a comment stands before it."""


@dataclass(frozen=True, slots=True)
class Quote:
    """One way to write a text."""

    how: str
    """The expression that matches it, with the group `text` for what stands in it."""

    inner: str = ""
    """The expression that finds what is computed in it, with the group `name`; "" where nothing is."""

    has_escapes: bool = True

    doubled: str = ""
    """What stands twice where it stands for itself."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """How one language writes comments and texts."""

    comments: str
    """A regular expression, which matches what is never closed to its end."""

    texts: tuple[Quote, ...]
    name: str = r"[A-Za-z_$@][\w$]*[?!]?"
    signs: str = r"\?\?|\|\||//|&&|\?\.|\?:|=>|->|::|:=|\.\.\.|===?|!==?|<>|[<>]=|\|>"
    may_hold_patterns: bool = False
    """Whether `/.../` may be a regular expression, as in JavaScript."""


SLASHES = r"//[^\n]*|/\*.*?(?:\*/|\Z)"
HASHES = r"\#[^\n]*"
_ESCAPE = re.compile(r"\\(u\{?[0-9A-Fa-f]{1,6}\}?|x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "0": "", "\n": ""}
_PATTERN = re.compile(r"/(?![/*])(?:[^/\\\n\[]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n])*+\])++/[a-z]*")
_BEFORE_PATTERN = {*"(,=:[!&|?{};+>", "&&", "||", "??", "=>", "return", ""}


def quoted(quote: str, inner: str = "", prefix: str = "") -> Quote:
    """A text between these quotes, with escapes; one that is not closed ends with its line."""
    return Quote(rf"{prefix}{quote}(?P<text>(?:[^{quote}\\\n]|\\.)*+){quote}?", inner)


def over_lines(opening: str, closing: str, inner: str = "", *, has_escapes: bool = True) -> Quote:
    """A text that may go over several lines."""
    letter = r"(?:\\.|.)" if has_escapes else "."
    return Quote(rf"{opening}(?P<text>(?:(?!{closing}){letter})*+)(?:{closing})?", inner, has_escapes)


def tokens(text: str, lexicon: Lexicon) -> Iterator[Token]:
    """The code's tokens, and an END."""
    gap = re.compile(rf"(?:\s+|{lexicon.comments})+", re.DOTALL)
    texts = [(re.compile(quote.how, re.DOTALL), quote) for quote in lexicon.texts]
    plain = re.compile(
        rf"(?P<NAME>{lexicon.name})|(?P<NUMBER>\d\w*(?:\.\d\w*)*)|(?P<SIGN>{lexicon.signs}|.)", re.DOTALL
    )
    position, line, before = 0, 1, ""
    while position < len(text):
        passed = gap.match(text, position)
        if passed:
            line += text.count("\n", position, passed.end())
            position = passed.end()
            if position == len(text):
                break
        found = next(((match, quote) for how, quote in texts if (match := how.match(text, position))), None)
        if found:
            kind, word, end = TokenKind.TEXT, _said(found[0]["text"], found[1]), found[0].end()
        elif lexicon.may_hold_patterns and before in _BEFORE_PATTERN and (match := _PATTERN.match(text, position)):
            kind, word, end = TokenKind.TEXT, elsewhere("pattern"), match.end()
        else:
            other = plain.match(text, position)
            if other is None:  # its last alternative takes any letter
                break
            kind, word, end = TokenKind[str(other.lastgroup)], other.group(), other.end()
        yield Token(kind, word, line, bool(passed))
        line += text.count("\n", position, end)
        position, before = end, "a text" if kind is TokenKind.TEXT else word
    yield Token(TokenKind.END, "", line, True)


def _said(text: str, quote: Quote) -> str:
    """What a text says: without its escapes, and with marks for what is computed in it."""
    clean = without_marks(text)
    if quote.doubled:
        clean = clean.replace(quote.doubled * 2, quote.doubled)
    if quote.inner:
        clean = re.sub(quote.inner, _computed, clean)
    return _ESCAPE.sub(_unescaped, clean) if quote.has_escapes and "\\" in clean else clean


def _computed(found: re.Match[str]) -> str:
    name = next((each for each in found.groups() if each is not None), "")
    return elsewhere(re.sub(r"::|->|\?\.", ".", name.strip()))


def _unescaped(found: re.Match[str]) -> str:
    said = found[1]
    if said[0] in "ux" and len(said) > 1:
        number = int(said[1:].strip("{}"), 16)
        return chr(number) if number < 0xD800 or 0xE001 < number < 0x110000 else ""
    return _ESCAPED.get(said, said)
