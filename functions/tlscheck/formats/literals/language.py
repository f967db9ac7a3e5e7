"""What of a language's syntax decides where its literals are, and what is known of its functions."""

from dataclasses import dataclass

from tlscheck.formats.literals.tokens import Lexicon

_NEVER = r"(?!)"


@dataclass(frozen=True, slots=True)
class Language:
    """Regular expressions are for whole names with dots, as Call.name."""

    name: str
    lexicon: Lexicon
    pairs: frozenset[str]
    """What stands between key and value of a mapping."""

    environment: str = _NEVER
    """Calls that read a variable of the environment: its name, and perhaps a default."""

    variables: str = _NEVER
    """What is indexed with the name of such a variable, as `ENV["X"]`."""

    keeps: frozenset[str] = frozenset()
    """Methods that give back what they are called on, more or less."""

    reads: str = _NEVER
    """Calls that give a file's content: they become `fs.readFileSync('path')`, as drivers' readers take it."""

    joins: frozenset[str] = frozenset({"+"})
    """Signs that put texts together."""

    fills: str = _NEVER
    """Calls that fill a text's holes with values."""

    bare: str = _NEVER
    """Names that are called without brackets."""

    assigns: frozenset[str] = frozenset({"="})
    has_blocks: bool = False
    """Whether `name "label" { ... }` is a block, as in HCL and Prisma."""

    gives_several: bool = False
    """Whether `a, b = 1, 2` gives a value to each of two names."""
