"""Names as pg_stat_activity has them, however long a line's are."""

LONGEST_NAME = 63
"""Bytes, of a name in pg_stat_activity."""


def bounded_name(name: str) -> str:
    """The name, cut to what pg_stat_activity holds of it, and between characters."""
    if len(name) <= LONGEST_NAME and (name.isascii() or len(name.encode(errors="replace")) <= LONGEST_NAME):
        return name
    return name.encode(errors="replace")[:LONGEST_NAME].decode(errors="ignore")
