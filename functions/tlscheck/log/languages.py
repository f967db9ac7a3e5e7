"""How a message of PostgreSQL in another language (lc_messages) is recognised: by what no translation changes.

Names, addresses, OpenSSL's words and `pg_hba.conf` stay; words may be there in any spelling, transliterated where
LC_CTYPE is C (`pidklyuchennya avtorizovano: koristuvach=app`), or as question marks. What is translated in part
begins in English: in Chinese `connection authorized` stands untranslated after `日志`, and is read. A connection
that breaks off says neither a name nor an address; but of a client that has not said yet who it is, the beginning
of the line has `[unbekannt]` where English has `[unknown]`, or in Ukrainian a level that is none of English.
Source: PostgreSQL's translations (src/backend/po), and what 15 writes in eleven languages (tests/log_lines).
"""

import re

LOG = ("LOG", "日志")
FATAL = ("FATAL", "致命错误")

_BESIDE_A_MESSAGE = ("STATEMENT", "DETAIL", "HINT", "CONTEXT", "QUERY", "LOCATION", "ERROR", "WARNING", "NOTICE")
_AUTHORIZED = re.compile(r"[^=:\"']{3,80}: [^=:\"'\s]{1,60}=")
_ALERT = re.compile(r"[^=:\"]{3,80}: (?:tlsv1|sslv3|tlsv13|ssl/tls) alert [a-z ]+")
_HANDSHAKE = re.compile(r"(?!could not |failed to |unrecognized |SSL error)(?=[^:]*SSL)[^=:\"]{3,80}: .")
_BREAKING_OFF = re.compile(r"[^=:\"\d]{3,120}: [^=:\"\d]{3,120}")
_NOBODY = re.compile(r"\[(?!unknown\]|local\]).{1,30}\]")
"""Who has not said yet who it is, in another language."""

_LEVELS = re.compile(r".*(?:LOG|FATAL|PANIC|INFO|DEBUG[1-5]?)", re.DOTALL)
"""In English; log_line_prefix may end with %a, and nothing between that and the level."""

_HBA = "pg_hba.conf"
_ENGLISH = ("pg_hba.conf rejects ", "no pg_hba.conf entry ")


def is_translated(level: str, message: str, user: str | None, address: str) -> bool:
    """Whether it plainly is one of those that are read, in another language."""
    if level.endswith(_BESIDE_A_MESSAGE):
        return False
    if _ALERT.fullmatch(message) or (address and _is_broken_off(level, message, user)):
        return True
    if not user:
        return False
    if _HBA in message and not level.endswith(LOG) and not message.startswith(_ENGLISH):
        return user in message and address in message
    named = _AUTHORIZED.match(message)
    return named is not None and message.startswith(user, named.end())


def _is_broken_off(level: str, message: str, user: str | None) -> bool:
    """Whether a client ended a handshake, or the connection after it: it is not known yet who it is."""
    if user is not None and not (user.startswith("[") and user.endswith("]")):
        return False
    if _HANDSHAKE.match(message):
        return True
    # PostgreSQL's own messages in English are ASCII; of a session they quote what is not.
    is_told = user is not None and (_NOBODY.fullmatch(user) is not None or not message.isascii())
    is_foreign = is_told or _LEVELS.fullmatch(level) is None
    return is_foreign and not level.endswith(FATAL) and _BREAKING_OFF.fullmatch(message) is not None
