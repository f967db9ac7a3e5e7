"""What logging connections would write, and what CloudWatch Logs takes for it: bytes of real lines, by version."""

from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.parameter_group import LOG_LINE_PREFIX
from tlscheck.inventory.settings import Settings
from tlscheck.verdict.evidence import Evidence

USD_A_GB = 0.50
"""List price of us-east-1, class Standard, for the first 10 TB a month (aws.amazon.com/cloudwatch/pricing)."""

EVENT = 26
"""Bytes that an event counts beside its text (API Reference of CloudWatch Logs, PutLogEvents)."""

_PREFIX = "2026-11-27 12:06:37 UTC:10.0.123.45(51724):orders_app@orders:[28341]:LOG:  "
_NEWER_PREFIX = (
    "2026-11-27 12:06:27.194 UTC:10.0.123.45(51724):orders_app@orders:[28221]:3:00000:2026-11-27 12:06:27 UTC:"
    "12/1843:0:6b097243.6e3d:[unknown]LOG:  "
)
_RECEIVED = "connection received: host=10.0.123.45 port=51724"
_AUTHENTICATED = (
    'connection authenticated: identity="orders_app" method=scram-sha-256 (/rdsdbdata/config/pg_hba.conf:13)'
)
_AUTHORIZED = (
    "connection authorized: user=orders_app database=orders application_name=orders-api SSL enabled "
    "(protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)"
)
_DAYS = 30


def is_list(database: Database) -> bool:
    """Whether log_connections is a list of what to log, and no boolean: from PostgreSQL 18 on."""
    return database.major is not None and database.major >= 18


def bytes_of_one(database: Database) -> int:
    """About what one new connection adds: `authorization` alone from 18 on; before that a line when it is
    received, one when it is authorized, and from 14 on one between."""
    texts: tuple[str, ...]
    if is_list(database):
        texts = (_AUTHORIZED,)
    elif database.major is not None and database.major < 14:
        texts = (_RECEIVED, _AUTHORIZED)
    else:
        texts = (_RECEIVED, _AUTHENTICATED, _AUTHORIZED)
    settings = database.settings
    is_newer = isinstance(settings, Settings) and "%c" in settings.values.get(LOG_LINE_PREFIX, "")
    prefix = _NEWER_PREFIX if is_newer else _PREFIX
    return sum(len(prefix) + len(text) + EVENT for text in texts)


def log_volume(evidence: Evidence) -> str:
    """What it writes here, as sentences; where it is not known how many connect anew, of a million of them."""
    one, a_day = bytes_of_one(evidence.database), _a_day(evidence)
    price = f"({USD_A_GB:.2f} USD a GB, list price of us-east-1)"
    each = f"It writes about {_rounded(one)} bytes into the log for each new connection."
    if a_day is None:
        million = one * 1_000_000 / 1e9
        return (
            f"{each} How many connect anew is not known here: a million of them are about {million:.1f} GB, for "
            f"which CloudWatch Logs takes {_usd(million)} {price}."
        )
    a_day = _rough(a_day)
    gigabytes = a_day * one / 1e9
    return (
        f"{each} With about {a_day:,} new connections a day, as {_whose(evidence)}, that is "
        f"{_size(gigabytes)} a day, for which CloudWatch Logs takes {_usd(gigabytes * _DAYS)} a month {price}."
    )


def month_of_log(evidence: Evidence) -> str:
    """The same in a few words, of a month: `about 40 MB a month here, 0.02 USD`."""
    one, a_day = bytes_of_one(evidence.database), _a_day(evidence)
    if a_day is None:
        million = one * 1_000_000 / 1e9
        return f"about {million:.1f} GB for a million new connections, {_usd(million)}"
    month = _rough(a_day) * one * _DAYS / 1e9
    size = _size(month)
    return f"{size if size.startswith('less') else f'about {size}'} a month here, {_usd(month)}"


def _whose(evidence: Evidence) -> str:
    return "its members' logs have them" if evidence.database.kind is Kind.CLUSTER else "its log has them"


def _a_day(evidence: Evidence) -> float | None:
    """New connections a day, of a cluster of all members together; None: not known, or not of each of them."""
    rates = [each.a_day for each in evidence.logs]
    known = [each for each in rates if each is not None]
    return sum(known) if known and len(known) == len(rates) else None


def _rounded(number: float) -> str:
    return f"{_rough(number):,}"


def _rough(number: float) -> int:
    """To one digit: what is measured differs from day to day, and what is said must not."""
    whole = round(number)
    return round(whole, 1 - len(str(whole)))


def _size(gigabytes: float) -> str:
    megabytes = gigabytes * 1000
    if megabytes < 1:
        return "less than 1 MB"
    return f"{_rounded(megabytes)} MB" if megabytes < 1000 else f"{_rounded(gigabytes)} GB"


def _usd(gigabytes: float) -> str:
    dollars = gigabytes * USD_A_GB
    if dollars < 0.01:
        return "less than 0.01 USD"
    return f"{dollars:.2f} USD" if dollars < 10 else f"{_rounded(dollars)} USD"
