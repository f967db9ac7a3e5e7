"""Texts that are connections wherever they stand: a URL, a JDBC URL, keywords of libpq or of Npgsql."""

import re

_URL = re.compile(
    r"(postgres|postgresql)(\+\w+)?://|(jdbc|JDBC):([\w-]+:)*(postgresql|aws-wrapper):|r2dbc:(pool:)?postgres(ql)?://"
    r"|r2dbcs?:(\w+:)?postgres(ql)?://|ecto://|postgis://|pgsql:\w+=|dbi:Pg:|awspostgres://",
    re.IGNORECASE,
)
_PAIRS = re.compile(r"\s*[A-Za-z][\w ]*=[^;]*(;|$)")
_NPGSQL = re.compile(
    r"(^|;)\s*(host\s*=|port\s*=\s*5432\b|ssl\s?mode\s*=|root\s?certificate\s*=|maximum pool size\s*=)",
    re.IGNORECASE,
)
_KEYWORDS = re.compile(r"(\s*[a-z_]+\s*=\s*('[^']*'|[^\s=]*)(?=\s|$)){2,}\s*")


def is_connection(text: str) -> bool:
    """Whether a text can be nothing else than a connection to PostgreSQL."""
    text = text.strip()
    if "\n" in text or len(text) > 10_000:
        return False
    if _URL.match(text):
        return True
    if ";" in text and _PAIRS.match(text):
        return _NPGSQL.search(text) is not None
    return bool(_KEYWORDS.fullmatch(text)) and bool(re.search(r"(^|\s)(host|hostaddr|service|sslmode)\s*=", text))


def within(text: str) -> str:
    """The connection that a text is, or that stands behind its `--option=` or `NAME=`; "" for none."""
    bare = re.sub(r"^(--?[A-Za-z][\w.-]*[= ]|(export )?[A-Z][A-Z0-9_]*=)", "", text.strip()).strip("\"'")
    return bare if is_connection(bare) else ""
