"""What stands where a value comes from elsewhere, in every tongue of templates: the value, its default, or a mark.

Source: docker compose (interpolation); Spring (property placeholders); Kubernetes (`$(VAR)`); Rails (ERB); dbt
(env_var); Helm; Kafka Connect (config providers); serverless and Python's configparser.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tlscheck.drivers.placeholder import mark

_TEMPLATE = re.compile(
    r"<%=?(?P<erb>.*?)-?%>|\$?\{\{-?(?P<braces>[^{}]*?)-?\}\}|\{%(?P<control>[^\n]*?)%\}|\{#[^\n]*?#\}", re.DOTALL
)
_CONTROL = re.compile(
    r"\s*(/\*|#|(if|else|elsif|elif|end\w*|range|with|define|include|template|for|set|unless)\b)"
)
_WITHIN = (
    re.compile(r"(?<!\$)\$\{(?P<name>[A-Za-z_][\w.\-\[\]]*)(?:(?P<how>:?[-=]|:?\?|:?\+|:)(?P<rest>[^{}]*))?\}"),
    re.compile(r"(?<!\$)\$\((?P<name>[A-Za-z_]\w*)\)"),
    re.compile(r"(?<!\$)\$(?P<name>[A-Za-z_]\w*)"),
    re.compile(r"%\((?P<name>\w+)\)s|%(?P<env>env\([A-Za-z_:]+\))%|#\{(?P<token>[A-Za-z_][\w.\-]*)\}#"),
)
_PROVIDERS = frozenset(
    {
        "env",
        "file",
        "secrets",
        "secret",
        "vault",
        "configmaps",
        "directory",
        "ssm",
        "self",
        "opt",
        "cf",
        "s3",
        "sm",
    }
)
"""What stands before a colon where no default follows but a place: `${file:/opt/kafka/db.properties:host}`."""

_ENV = (
    re.compile(r"""ENV\[\s*['"](?P<name>\w+)['"]\s*\](?:\.presence)?(?:\s*(?:\|\||or)\s*(?P<value>.+))?"""),
    re.compile(r"""ENV\.fetch\(?\s*['"](?P<name>\w+)['"]\s*\)?\s*\{\s*(?P<value>[^}]*?)\s*\}"""),
    re.compile(r"""ENV\.fetch\(?\s*['"](?P<name>\w+)['"]\s*(?:,\s*(?P<value>.+?))?\s*\)?"""),
    re.compile(r"""env_var\(\s*['"](?P<name>\w+)['"]\s*(?:,\s*(?P<value>.+?))?\s*\)(?:\s*\|\s*\w+)?"""),
    re.compile(
        r"""\s*(?P<name>\.Values(?:\.\w+)+)\s*\|\s*default\s+(?P<value>.+)|default\s+(?P<value2>\S+)\s+(?P<name2>\.Values(?:\.\w+)+)"""
    ),
)
_QUOTED = re.compile(r"""['"](?P<text>[^'"]*)['"]|(?P<number>\d+)""")


@dataclass(frozen=True, slots=True)
class Placeholders:
    """What is known of the values that others say. A default that is taken carries the name that it stands for."""

    known: Mapping[str, str] = field(default_factory=dict, repr=False)

    def in_document(self, text: str) -> str:
        """A template without its `<%= %>` and `{{ }}`, line for line: they stand outside of what YAML allows."""

        def one(found: re.Match[str]) -> str:
            is_statement = found["control"] is not None or (found["erb"] is not None and found[0][2] != "=")
            inner = (found["erb"] or found["braces"] or "").strip()
            lines = "\n" * found[0].count("\n")
            if (
                is_statement
                or (found["braces"] is not None and _CONTROL.match(inner))
                or found[0].startswith("{#")
            ):
                return lines
            return self._expression(inner) + lines

        return _TEMPLATE.sub(one, text)

    def in_value(self, text: str) -> str:
        """A value with what its `${...}`, `$(...)`, `$X` and `%(...)s` say; innermost first."""
        for pattern in _WITHIN:
            for _ in range(8):  # defaults in defaults
                changed = _outside_of_marks(text, pattern, self._one)
                if changed == text:
                    break
                text = changed
            # What is left says itself.
            text = _outside_of_marks(text, pattern, lambda found: mark(found[0]))
        return text

    def _one(self, found: re.Match[str]) -> str:
        groups = found.groupdict()
        name = groups.get("name") or groups.get("env") or groups.get("token") or ""
        how, rest = groups.get("how") or "", groups.get("rest") or ""
        if how.endswith("+"):
            return mark(f"${{{name}}}")
        if how == ":" and name.lower() in _PROVIDERS:
            return mark(f"${{{name}}}")
        return self._said(
            name,
            _shown(found[0], name) if not how else f"${{{name}}}",
            rest if how in {":-", "-", ":=", "=", ":"} else None,
        )

    def _expression(self, text: str) -> str:
        for pattern in _ENV:
            if found := pattern.fullmatch(text):
                groups = found.groupdict()
                name, value = (
                    groups.get("name") or groups.get("name2") or "",
                    groups.get("value") or groups.get("value2"),
                )
                plain = _QUOTED.fullmatch(value.strip()) if value else None
                if value and not plain:
                    return mark(name)
                return self._said(name, name, (plain["text"] or plain["number"] or "") if plain else None)
        word = re.search(r"[A-Za-z_.$][\w.]{0,60}", text)
        return mark(word[0] if word else "a template")

    def _said(self, name: str, shown: str, default: str | None) -> str:
        if name in self.known:
            return self.known[name]
        if default is None:
            return mark(shown)
        return f"\ue002{name}\ue003{default}"


def _shown(written: str, name: str) -> str:
    # What a URL would take for its own signs does not stand in a mark.
    return written if written.startswith("$") else name


def _outside_of_marks(text: str, pattern: re.Pattern[str], change: Callable[[re.Match[str]], str]) -> str:
    # What is marked already shows its name as it was written.
    parts = re.split("(\ue000[^\ue001]*\ue001)", text)
    return "".join(part if number % 2 else pattern.sub(change, part) for number, part in enumerate(parts))


_DEFAULT = re.compile("\ue002([^\ue003]*)\ue003")


def without_names(text: str) -> str:
    """A text without the names that its defaults carry."""
    return _DEFAULT.sub("", text)


def names_in(value: object) -> tuple[str, ...]:
    """Names whose defaults a value is made of, all through it."""
    found: list[str] = []

    def look(text: str) -> str:
        found.extend(_DEFAULT.findall(text))
        return text

    deeply(value, look)
    return tuple(dict.fromkeys(found))


def of_a_person(text: str) -> str:
    """A text that was given, in which neither a mark nor such a name can stand."""
    return re.sub("[\ue000-\ue003]", "", text)


def deeply(value: object, change: Callable[[str], str]) -> object:
    """The same mappings and lists with each text changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {name: deeply(each, change) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [deeply(each, change) for each in value]
    return value
