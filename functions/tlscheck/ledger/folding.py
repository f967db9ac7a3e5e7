"""Names that change with each process, container or login, as one pattern: `sidekiq # shop [# of # busy]`.

Rather too many are folded than too few: nothing is folded before its 21st spelling. The probe folds by this
function too, so that a look and the ledger agree; it needs nothing but `re`.
"""

import re
from functools import lru_cache

CHANGES = "#"
"""What stands in a pattern for what changes."""

_ORDINARY = """
a11y b2b b2c c2c d2c i18n l10n p2p web3 ec2 s3 k3s k8s neo4j mssql pgsql amd64 arm64 win32 win64 x64 x86
h2 http2 http3 https ipv4 ipv6 oauth2 base64 crc32 md5 sha1 sha256 sha512 utf8 utf16 utf32 log4j log4net
"""
"""Words that look as if they changed."""

# Kubernetes' names are without vowels, y, 0, 1 and 3 (k8s.io/apimachinery, util/rand).
_GIVEN = "(?:[bcdfghjklmnpqrstvwxz2456789]{5}|[bcdfghjklmnpqrstvwxz2456789]{8,10})"

_WORDS = frozenset(_ORDINARY.split())
_CHANGING = re.compile(
    rf"""
    (?<![^\W_])(?:
        # A uuid, or what a name of 63 bytes leaves of it.
        [0-9a-f]{{8}}-[0-9a-f]{{4}}(?:-[0-9a-f]{{4}}){{0,2}}(?:-[0-9a-f]{{1,12}})?(?![^\W_])
        # An IPv6 address, or a time.
        | [0-9a-f]{{1,4}}(?:::?[0-9a-f]{{1,4}}){{2,7}}(?![^\W_])
        | (?<=-)(?P<given>{_GIVEN})(?![^\W_])
        | (?=[^\W\d_]*\d)[^\W_]+
        | [A-Za-z]{{16,}}(?![^\W_])
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WORD_AND_NUMBER = re.compile(r"([^\W\d_]+)\d+")
_HEX = re.compile(r"[0-9a-f]{6,}", re.IGNORECASE)
_GIVEN_WORD = re.compile(_GIVEN)
_CASES = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[a-z])")
_TOGETHER = re.compile(r"#(?:[-._:]?#)+")


_MAY_CHANGE = re.compile(r"[\d:#-]|[A-Za-z]{16}").search
"""Without any of these nothing in a text changes."""

_MAY_STILL_CHANGE = re.compile(r"[\d:-]|[A-Za-z]{16}").search
_NUMBER = re.compile(r"\d(?<![\w:-]\d)\d*(?![\w:-])")
"""One that is part of nothing else: `_CHANGING` finds the same, in more time."""


@lru_cache(maxsize=4096)
def pattern(text: str) -> str:
    """The text with one `#` in place of each thing that changes; a pattern's pattern is itself."""
    if not _MAY_CHANGE(text):
        return text
    if " " in text:
        # Of a title of several words often numbers alone change.
        text, numbers = _NUMBER.subn(CHANGES, text)
        if numbers and not _MAY_STILL_CHANGE(text):
            return _TOGETHER.sub(CHANGES, text)
    return _TOGETHER.sub(CHANGES, _CHANGING.sub(_folded, text))


def _folded(found: re.Match[str]) -> str:
    token = found[0]
    if token.lower() in _WORDS:
        return token
    if found["given"] and token.islower():
        return CHANGES
    if token.isalpha():
        return CHANGES if _is_random(token) else token
    numbered = _WORD_AND_NUMBER.fullmatch(token)
    if not numbered or _HEX.fullmatch(token):
        return CHANGES
    word = numbered[1]
    return CHANGES if _is_random(word) or _GIVEN_WORD.fullmatch(word) else word + CHANGES


def _is_random(letters: str) -> bool:
    # Of Vault's 20 letters and digits one in 30 has no digit; camelCase changes its case less often.
    return len(letters) >= 16 and 5 * len(_CASES.findall(letters)) >= 2 * len(letters)
