"""Expressions of languages with brackets as trees: literals as they stand, marks for what is computed."""

import re
from abc import ABC, abstractmethod
from dataclasses import replace

from tlscheck.drivers.connection import cannot_be_read
from tlscheck.drivers.placeholder import without_marks
from tlscheck.formats.literals import signs
from tlscheck.formats.literals.folding import Items, as_text, filled, gathered, otherwise, unmarked
from tlscheck.formats.literals.language import Language
from tlscheck.formats.literals.source import DEEPEST, Call, computed, elsewhere, of_environment
from tlscheck.formats.literals.tokens import Token, TokenKind, tokens
from tlscheck.formats.node import Node


class Expressions(ABC):
    """Goes over each token once, and notes the calls on its way."""

    def __init__(self, text: str, language: Language) -> None:
        self.language = language
        self.calls: list[Call] = []
        self._tokens, self.at, self._depth = list(tokens(text, language.lexicon)), 0, 0

    @abstractmethod
    def items(self, closing: str) -> Items:
        """What stands until this bracket, or after a name that takes none."""

    @property
    def token(self) -> Token:
        """Where the reading stands."""
        return self._tokens[self.at]

    def ahead(self, count: int = 1) -> Token:
        """What comes later; the END where nothing does."""
        return self._tokens[min(self.at + count, len(self._tokens) - 1)]

    def next(self) -> Token:
        """Passes a token."""
        token = self.token
        self.at += token.kind is not TokenKind.END
        return token

    def is_sign(self, *signs: str) -> bool:
        """Whether one of these stands here, as itself and not as a text."""
        return self.token.kind in {TokenKind.SIGN, TokenKind.NAME} and self.token.text in signs

    def deeper(self) -> None:
        """Counts. Raises BadRequest."""
        self._depth += 1
        if self._depth > 2 * DEEPEST:
            raise cannot_be_read(self.language.name, f"line {self.token.line}: it is nested deeper than {DEEPEST}")

    def value(self) -> Node:
        """The value that stands here; where none does, nothing is passed."""
        self.deeper()
        node = self._continued(self._operand())
        self._depth -= 1
        return node

    def between(self, closing: str) -> Items:
        """The items behind an opening bracket, which is passed."""
        self.next()
        self.deeper()
        found = self.items(closing)
        self._depth -= 1
        return found

    def _operand(self) -> Node:
        is_changed = False
        while self.is_sign(*signs.PASSED) or (
            self.is_sign(*signs.WORDS_BEFORE) and self.ahead().kind is not TokenKind.SIGN
        ):
            is_changed |= self.next().text in signs.CHANGES
        node = self._plain_operand()
        return Node(elsewhere(""), node.line) if is_changed else node

    def _plain_operand(self) -> Node:  # noqa: PLR0911 - one return for each kind
        token = self.token
        if token.kind is TokenKind.TEXT:
            return self._chained("", Node(self.next().text, token.line))
        if token.kind is TokenKind.NUMBER:
            digits = self.next().text.replace("_", "")
            return Node(int(digits) if re.fullmatch(r"\d{1,18}", digits, re.ASCII) else digits, token.line)
        if token.kind is TokenKind.NAME:
            return self._name()
        if token.text in {"{", "["}:
            return gathered(self.between(signs.CLOSING[token.text]), token.line)
        if token.text == "(":
            inside = self.between(")")
            is_one = len(inside.positional) == 1 and inside.named is None
            return self._chained("", inside.positional[0] if is_one else Node(elsewhere(""), token.line))
        if token.text == ":" and self.ahead().kind is TokenKind.NAME and not self.ahead().is_after_gap:  # an atom
            self.next()
            return self._atom(token.line)
        return Node(elsewhere(""), token.line)

    def _atom(self, line: int) -> Node:
        """`:verify_peer`; `:public_key.cacerts_get()` is told as it stands."""
        name = self.next().text
        if not self.is_sign(".") or self.ahead().kind is not TokenKind.NAME:
            return Node(name, line)
        self.next()
        name = f":{name}.{self.next().text}"
        if self.is_sign("("):
            self.between(")")
        return Node(f"{name}()", line)

    def _name(self) -> Node:
        is_defined = self.ahead(-1).kind is TokenKind.NAME and self.ahead(-1).text in signs.DEFINES
        first = self.next()
        name = first.text
        if is_defined and self.is_sign("("):
            self.between(")")  # what it takes: nothing is called
            return Node(elsewhere(name), first.line)
        if name in signs.WORDS and not self.is_sign(*signs.CHAINS, "("):
            return Node(signs.WORDS[name], first.line)
        if name == "new" and self.token.kind is TokenKind.NAME:
            name = f"new {self.next().text}"
        if name == "array" and self.is_sign("("):
            return gathered(self.between(")"), first.line)
        return self._chained(name, self._bare(name, Node(elsewhere(name), first.line)))

    def _bare(self, name: str, node: Node) -> Node:
        token = self.token
        starts = token.kind in {TokenKind.TEXT, TokenKind.NAME} or token.text in {":", "["}
        is_called = starts and token.line == self.ahead(-1).line and re.fullmatch(self.language.bare, name)
        return self._called(name, self.items(""), node.line) if is_called else node

    def _chained(self, name: str, node: Node) -> Node:  # noqa: C901 - one branch for each thing that may follow
        """What follows a name or a value: members, indexes, calls."""
        while True:
            token, next_one = self.token, self.ahead()
            is_beside = token.line == self.ahead(-1).line
            if self._is_chain(token) and next_one.kind is TokenKind.NAME:
                self.next()
                member = self.next().text
                if member.rstrip("?!") in self.language.keeps:
                    if self.is_sign("("):
                        self.between(")")
                    continue
                name = f"{name}.{member}" if name else member
                node = self._bare(name, Node(elsewhere(name), node.line))
            elif (
                token.kind is TokenKind.NAME
                and token.text in {"as", "satisfies"}
                and next_one.kind is TokenKind.NAME
            ):
                self.next()
                self.next()
            elif token.kind is not TokenKind.SIGN or not is_beside:
                return node
            elif token.text == "<" and self._has_types():
                continue
            elif token.text == "(" and name:
                node = self._called(name, self.between(")"), node.line)
            elif token.text in {"[", "{"} and re.fullmatch(self.language.variables, name):
                node = Node(of_environment(self._index()), node.line)
            elif token.text == "[" and name:
                self.between("]")
                node = Node(computed(name), node.line)
            elif token.text in {"!", "?"} and next_one.text in {".", ",", ")", "]", "}", ";", "?"}:
                self.next()
            else:
                return node

    def _index(self) -> str:
        """The name that stands in these brackets; "" where it is computed."""
        closing, name = signs.CLOSING[self.next().text], self.token
        is_text = name.kind is TokenKind.TEXT and name.text == without_marks(name.text)
        is_word = closing == "}" and re.fullmatch(r"\w+", name.text)  # Perl's $ENV{X}
        self.at -= 1
        is_alone = self.ahead(2).text == closing
        self.between(closing)
        return name.text if is_alone and (is_text or is_word) else ""

    def _is_chain(self, token: Token) -> bool:
        # In PHP and Perl a point joins texts.
        return token.kind is TokenKind.SIGN and token.text in signs.CHAINS - self.language.joins

    def _has_types(self) -> bool:
        """Whether these are the types of a call, `drizzle<typeof schema>(`, which are passed."""
        for count in range(1, 12):
            if self.ahead(count).text == ">" and self.ahead(count + 1).text == "(":
                self.at += count + 1
                return True
            if self.ahead(count).text in {"(", ")", ";", "{"}:
                break
        return False

    def _called(self, name: str, given: Items, line: int) -> Node:
        language, positional, named = self.language, given.positional, given.named or {}
        if re.fullmatch(language.environment, name) and positional:
            default = positional[1] if len(positional) > 1 else None
            key = positional[0].content
            if not isinstance(key, str) or key != without_marks(key):
                return Node(elsewhere(""), line)
            is_said = default is not None and default.content is not None
            return replace(default, default_of=key) if default and is_said else Node(of_environment(key), line)
        if re.fullmatch(signs.CASTS, name) and positional:
            return positional[0]
        self.calls.append(Call(name, positional, named, line))
        first = positional[0].content if positional else None
        if re.fullmatch(language.reads, name) and isinstance(first, str) and first == without_marks(first):
            return Node(f"fs.readFileSync({first!r})", line)
        if re.fullmatch(language.fills, name) and isinstance(first, str):
            return Node(filled(first, positional[1:]), line)
        return Node(elsewhere(name), line)

    def _continued(self, left: Node) -> Node:
        """What follows an operand, until something ends the value."""
        while True:
            token = self.token
            if (
                token.kind in {TokenKind.END, TokenKind.TEXT}
                or token.text in signs.ENDS
                or token.text in self.language.pairs
            ):
                return left
            if token.kind is TokenKind.SIGN and token.text in self.language.joins:
                self.next()
                left = Node(as_text(left) + as_text(self._operand()), left.line)
            elif token.text in signs.OTHERWISE:
                self.next()
                left = otherwise(left, self._operand())
            elif token.text == "=>":
                # An arrow's body is its value where it is no block.
                self.next()
                left = self.value() if self.is_sign("(") else left
            elif token.text == "?":
                left = self._ternary(left)
            elif token.kind is TokenKind.SIGN and token.text in signs.OPERATORS:
                self.next()
                self._operand()
                left = Node(computed(unmarked(left)), left.line)
            else:
                return left

    def _ternary(self, condition: Node) -> Node:
        self.next()
        self.value()
        if self.is_sign(":"):
            self.next()
            self.value()
        return Node(computed(unmarked(condition)), condition.line)
