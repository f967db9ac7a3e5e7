"""Files of languages with brackets: what is called, named and exported in them."""

from tlscheck.formats.literals.expressions import Expressions
from tlscheck.formats.literals.folding import Items
from tlscheck.formats.literals.language import Language
from tlscheck.formats.literals.signs import CHAINS, ENDS
from tlscheck.formats.literals.source import SPREAD, Call, Code, elsewhere, given, settled
from tlscheck.formats.literals.tokens import TokenKind
from tlscheck.formats.node import Node

_BEFORE_A_NAME = {"const", "var", "mut"}
"""Words that would be taken for a name with a type, or for one before a value; all others are passed."""

_EXPORTS = (["export", "default"], ["module", ".", "exports", "="], ["return"])
_ADDS = {"+", "-", ".", "*", "|", "||", "??"}
_LONGEST_TYPE = 40


def source(text: str, language: Language) -> Code:
    """What stands in a file. Raises BadRequest for what is nested too deep."""
    file = _File(text, language)
    while file.token.kind is not TokenKind.END:
        file.statement()
    return settled(Code(tuple(file.calls), file.names, tuple(file.exported)))


class _File(Expressions):
    def __init__(self, text: str, language: Language) -> None:
        super().__init__(text, language)
        self.names: dict[str, Node] = {}
        self.exported: list[Node] = []
        self._is_whole = True

    def statement(self) -> None:
        """One step, which may be a part of a statement only."""
        before = self.at
        if self._is_export():
            self.exported.append(self.value())
        elif name := self._assigned():
            is_sure = self._is_whole  # what stands within the value may be another's part
            given(self.names, name.lstrip("$@"), self.value(), is_sure=is_sure)
        elif self._block() is None:
            self.value()
        if self.at == before:
            self.next()

    def items(self, closing: str) -> Items:
        """Values and pairs; in a block of statements, what these hold."""
        positional: list[Node] = []
        named: dict[str, Node] = {}
        ends = {closing} if closing else ENDS - {","}
        while self.token.kind is not TokenKind.END and not self.is_sign(*ends):
            before = self.at
            if self.is_sign(",", ";"):
                self.next()
                continue
            if key := self._key(closing):
                named[self._spread(key, named)] = self.value()
            elif self._shorthand(closing):
                name = self.next()
                named[name.text] = Node(elsewhere(name.text), name.line)
            elif block := self._block():
                # A block in a block is one of its settings, too.
                named[block.name] = block.positional[-1]
            elif closing == "}":
                self.statement()
            else:
                positional.append(self.value())
            if self.at == before:
                self.next()
            if not closing and not self.is_sign(","):
                break  # what takes no brackets goes on behind a comma alone
        if closing and self.is_sign(closing):
            self.next()
        is_empty_mapping = closing == "}" and not positional
        return Items(tuple(positional), named if named or is_empty_mapping else None)

    def _key(self, closing: str) -> str:
        """The key that stands here, with what stands behind it passed; "" where there is none."""
        token, pairs = self.token, self.language.pairs
        if token.text in {"...", "**"} and token.kind is TokenKind.SIGN:
            self.next()
            return SPREAD
        at = 0
        if token.text == ":" and "=>" in pairs and self.ahead().kind is TokenKind.NAME:  # Ruby's :key => value
            at = 1
        key = self.ahead(at)
        if key.text == "[" and closing == "}" and key.kind is TokenKind.SIGN and self.ahead(2).text == "]":
            at, key = at + 2, self.ahead(1)  # a computed key
        is_pair = self.ahead(at + 1).kind is TokenKind.SIGN and self.ahead(at + 1).text in pairs
        if key.kind not in {TokenKind.NAME, TokenKind.TEXT, TokenKind.NUMBER} or not is_pair:
            return ""
        if self.ahead(at + 1).text == ":" and closing == ")" and ":" in pairs and self._is_ternary_or_type():
            return ""
        self.at += at + 2
        return key.text or "key"

    def _is_ternary_or_type(self) -> bool:
        # In brackets of a call only Ruby, Elixir and C# write `key: value`; TypeScript writes types there.
        return "=" not in self.language.assigns or self.language.lexicon.may_hold_patterns

    @staticmethod
    def _spread(key: str, named: dict[str, Node]) -> str:
        return f"{SPREAD}{len(named)}" if key == SPREAD else key

    def _shorthand(self, closing: str) -> bool:
        """`{ connectionString, ssl }`."""
        is_possible = closing == "}" and ":" in self.language.pairs and self.token.kind is TokenKind.NAME
        return is_possible and self.ahead().text in {",", "}"} and self.ahead(-1).text in {"{", ","}

    def _is_export(self) -> bool:
        for words in _EXPORTS:
            if (
                self.token.kind is TokenKind.NAME
                and [self.ahead(each).text for each in range(len(words))] == words
            ):
                self.at += len(words)
                return True
        return False

    def _assigned(self) -> str:
        """The name to which a value is given here, and what stands before the value is passed."""
        at, parts = 0, list[str]()
        is_one_of_several = self.language.gives_several and self.ahead(-1).text == ","
        while self.ahead(at).text in _BEFORE_A_NAME and self.ahead(at).kind is TokenKind.NAME:
            at += 1
        while self.ahead(at).kind is TokenKind.NAME and len(parts) < 6:
            parts.append(self.ahead(at).text)
            at += 1
            if self.ahead(at).text not in CHAINS or self.ahead(at + 1).kind is not TokenKind.NAME:
                break
            at += 1
        while parts and self.ahead(at).text == "[" and self.ahead(at + 2).text == "]" and len(parts) < 6:
            parts.append(self.ahead(at + 1).text)
            at += 3
        if parts and self.ahead(at).text == ":":  # a type
            at = self._behind_type(at)
        elif parts and self._is_typed(at):
            at += 1
        # `x += ...` says a part of it.
        is_added = self.ahead(at).text in _ADDS and self.ahead(at + 1).text == "="
        at += is_added
        self._is_whole = not is_added and not is_one_of_several
        if (
            not parts
            or self.ahead(at).kind is not TokenKind.SIGN
            or self.ahead(at).text not in self.language.assigns
        ):
            return ""
        self.at += at + 1
        return ".".join(parts)

    def _is_typed(self, at: int) -> bool:
        """Go's `var x string = ...`."""
        is_named = self.ahead(at).kind is TokenKind.NAME and self.ahead(at).line == self.token.line
        return is_named and ":=" in self.language.assigns and self.ahead(at + 1).text == "="

    def _behind_type(self, at: int) -> int:
        depth = 0
        for count in range(at, at + _LONGEST_TYPE):
            token = self.ahead(count)
            depth += (token.text in {"(", "[", "{"}) - (token.text in {")", "]", "}"})
            if depth < 0 or (not depth and token.text in {"=", ";", ","}):
                return count
        return at

    def _block(self) -> Call | None:
        """`provider "postgresql" { ... }`, `datasource db { ... }`."""
        token, at = self.token, 1
        while (
            self.ahead(at).kind in {TokenKind.TEXT, TokenKind.NAME}
            and at < 4
            and self.ahead(at).line == token.line
        ):
            at += 1
        is_block = (
            self.language.has_blocks and token.kind is TokenKind.NAME and self.ahead(at).kind is TokenKind.SIGN
        )
        if not is_block or self.ahead(at).text != "{":
            return None
        labels = [Node(self.ahead(each).text, token.line) for each in range(1, at)]
        self.at += at
        inside = self.between("}").named or {}
        self.calls.append(Call(token.text, (*labels, Node(inside, token.line)), {}, token.line))
        return self.calls[-1]
