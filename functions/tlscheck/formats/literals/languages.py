"""The languages with brackets that clients are written in."""

from tlscheck.formats.literals.language import Language
from tlscheck.formats.literals.tokens import HASHES, SLASHES, Lexicon, Quote, over_lines, quoted

_BRACES = r"\$\{([^{}]*)\}"
_HASH_BRACES = r"\#\{([^{}]*)\}"
_TEMPLATE = Quote(r"`(?P<text>(?:[^`\\$]|\\.|\$(?!\{)|\$\{(?:[^{}`]|`[^`]*`|\{[^{}]*\})*+\})*+)`?", _BRACES)
_KEEPS = frozenset({"toString", "trim", "to_string", "to_owned", "into", "as_str", "unwrap", "expect", "as_ref"})

JAVASCRIPT = Language(
    "JavaScript",
    Lexicon(
        SLASHES,
        (quoted("'"), quoted('"'), _TEMPLATE),
        name=r"[A-Za-z_$][\w$]*",
        may_hold_patterns=True,
    ),
    frozenset({":"}),
    environment=r"(Deno\.env\.get|env|(\w+\.)*(config|configService|ConfigService)\.(get|getOrThrow))",
    variables=r"(process|import\.meta)\.env",
    keeps=_KEEPS,
    reads=r"(fs\.)?(promises\.)?readFile(Sync)?",
)
PHP = Language(
    "PHP",
    Lexicon(
        rf"{SLASHES}|\#(?!\[)[^\n]*",
        (
            Quote(r"'(?P<text>(?:[^'\\]|\\.)*+)'?", has_escapes=False),
            Quote(r'"(?P<text>(?:[^"\\]|\\.)*+)"?', r"\{\$([^{}]*)\}|\$\{?(\w+)\}?"),
        ),
        name=r"\$?\\?[A-Za-z_][\w\\]*",
    ),
    frozenset({"=>"}),
    environment=r"env|getenv|\\?Env\.get",
    variables=r"\$_(ENV|SERVER)",
    joins=frozenset({"."}),
    fills=r"sprintf",
)
PERL = Language(
    "Perl",
    Lexicon(
        HASHES,
        (
            Quote(r"'(?P<text>(?:[^'\\]|\\.)*+)'?", has_escapes=False),
            Quote(r'"(?P<text>(?:[^"\\]|\\.)*+)"?', r"\$\{?(\w+)\}?"),
        ),
        name=r"[$@%]?[A-Za-z_]\w*",
    ),
    frozenset({"=>"}),
    variables=r"\$ENV",
    joins=frozenset({"."}),
)
RUBY = Language(
    "Ruby",
    Lexicon(HASHES, (quoted("'"), quoted('"', _HASH_BRACES)), name=r"[@$]*[A-Za-z_]\w*[?!]?"),
    frozenset({":", "=>"}),
    environment=r"ENV\.fetch",
    variables=r"ENV",
    keeps=_KEEPS | {"to_s"},
    gives_several=True,
    bare=r"(PG|PG\.Connection|Sequel)\.(connect|new|open|postgres)",
)
ELIXIR = Language(
    "Elixir",
    Lexicon(
        HASHES,
        (
            over_lines('"""', '"""', _HASH_BRACES),
            quoted('"', _HASH_BRACES, prefix="(?:~[cs])?"),
            quoted("'", _HASH_BRACES),
        ),
        name=r"[A-Za-z_@][\w]*[?!]?",
    ),
    frozenset({":", "=>"}),
    environment=r"System\.(get_env|fetch_env!)",
    joins=frozenset({"<>"}),
    bare=r"config|use",
    gives_several=True,
)
GO = Language(
    "Go",
    Lexicon(SLASHES, (quoted('"'), over_lines("`", "`", has_escapes=False), quoted("'"))),
    frozenset({":"}),
    environment=r"os\.Getenv",
    gives_several=True,
    fills=r"fmt\.Sprintf",
    assigns=frozenset({"=", ":="}),
)
RUST = Language(
    "Rust",
    Lexicon(
        SLASHES,
        (
            over_lines('r(?P<hashes>#+)"', '"(?P=hashes)', has_escapes=False),
            over_lines('r"', '"', has_escapes=False),
            over_lines('b?"', '"'),
            Quote(r"'(?P<text>[^'\\\n]|\\[^\n]{1,9})'"),
        ),
        name=r"[A-Za-z_]\w*!?",
    ),
    frozenset({":"}),
    environment=r"(std\.)?env\.var|(std\.)?env!|dotenv!|dotenvy\.var",
    keeps=_KEEPS,
    fills=r"format!",
)
CSHARP = Language(
    "C#",
    Lexicon(
        SLASHES,
        (
            Quote(r'\$?@\$?"(?P<text>(?:[^"]|"")*+)"?', r"\{([^{}]*)\}", has_escapes=False, doubled='"'),
            quoted('"', r"\{([^{}]*)\}", prefix=r"\$"),
            quoted('"'),
            quoted("'"),
        ),
        name=r"[A-Za-z_]\w*",
    ),
    frozenset({":"}),
    environment=r"(\w+\.)*(GetEnvironmentVariable|GetConnectionString)",
    variables=r"(\w+\.)*Configuration",
)
HCL = Language(
    "HCL",
    Lexicon(
        rf"{SLASHES}|{HASHES}",
        (Quote(r'"(?P<text>(?:[^"\\\n$]|\\.|\$(?!\{)|\$\{(?:[^{}"]|"[^"\n]*")*+\})*+)"?', _BRACES),),
        name=r"[A-Za-z_][\w-]*",
    ),
    frozenset({"=", ":"}),
    reads=r"file",
    assigns=frozenset(),
    has_blocks=True,
)
PRISMA = Language(
    "Prisma's schema",
    Lexicon(SLASHES, (quoted('"'),), name=r"@{0,2}[A-Za-z_][\w]*[?!]?"),
    frozenset({"="}),
    environment=r"env",
    assigns=frozenset(),
    has_blocks=True,
)
