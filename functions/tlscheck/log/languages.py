"""How a message of PostgreSQL in another language (lc_messages) is recognised: by what no translation changes.

Names, addresses, OpenSSL's words and `pg_hba.conf` stay; words may be there in any spelling, transliterated where
LC_CTYPE is C (`pidklyuchennya avtorizovano: koristuvach=app`), or as question marks. What is translated in part
begins in English: in Chinese `connection authorized` stands untranslated after `日志`, and is read.
Source: PostgreSQL's translations (src/backend/po), and what 15 writes in eleven languages (tests/log_lines).
"""

import re

LOG = ("LOG", "日志")
FATAL = ("FATAL", "致命错误")

_BESIDE_A_MESSAGE = ("STATEMENT", "DETAIL", "HINT", "CONTEXT", "QUERY", "LOCATION", "ERROR", "WARNING", "NOTICE")
_AUTHORIZED = re.compile(r"[^=:\"']{3,80}: [^=:\"'\s]{1,60}=")
_ALERT = re.compile(r"[^=:\"]{3,80}: (?:tlsv1|sslv3|tlsv13|ssl/tls) alert [a-z ]+")
_HBA = "pg_hba.conf"
_ENGLISH = ("pg_hba.conf rejects ", "no pg_hba.conf entry ")


def is_translated(level: str, message: str, user: str | None, address: str) -> bool:
    """Whether it plainly is one of those that are read, in another language."""
    if level.endswith(_BESIDE_A_MESSAGE):
        return False
    if _ALERT.fullmatch(message):
        return True
    if not user:
        return False
    if _HBA in message and not level.endswith(LOG) and not message.startswith(_ENGLISH):
        return user in message and address in message
    named = _AUTHORIZED.match(message)
    return named is not None and message.startswith(user, named.end())
