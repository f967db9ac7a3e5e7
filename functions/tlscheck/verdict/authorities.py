"""Which CA a database is moved to where it must leave its own, or its certificate can be renewed by nothing else.

As few clients as possible should notice: so one with a key of the same sort, of the newest generation, then the
one that most drivers take. What the Region offers and the engine version supports is asked of AWS's API.
"""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from tlscheck.inventory.ca_name import root_of
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import CIPHERS
from tlscheck.inventory.settings import Settings
from tlscheck.wording import plain, sentence

_NAMED = re.compile(r"rds-ca-([a-z]{1,10})([0-9]{1,10})-g([0-9]{1,2})", re.ASCII)


def next_authority(database: Database, wanted: str | None = None) -> str | None:
    """Another CA than it has, which the Region offers and its engine version supports; None: none is known.

    The one that is wanted, if it is among those.
    """
    own = database.certificate_authority.identifier
    possible = [each for each in _possible(database) if each != own]
    return wanted if wanted in possible else preferred(possible, own)


def common_authority(database: Database, until: datetime, wanted: str | None = None) -> str | None:
    """The CA that all members of a cluster can have: the one that is wanted, else that most of them have, if it is
    possible.

    None that is known to have expired by then.
    """
    ends = database.certificate_authority.ends
    possible = [each for each in _possible(database) if each not in ends or ends[each] > until]
    if wanted in possible:
        return wanted
    present = Counter(each for each in database.member_authorities.values() if each)
    numbers = {each: number for each, number in present.items() if each in possible}
    if not numbers:
        return preferred(possible, max(present, key=lambda each: (present[each], each), default=None))
    most = max(numbers.values())
    return preferred((each for each, number in numbers.items() if number == most), None)


def preferred(authorities: Iterable[str], present: str | None) -> str | None:
    """Of these the one that clients of the present one notice least; None where no name tells what it is."""
    named = {each: match for each in authorities if (match := _NAMED.fullmatch(each))}
    if not named:
        return None
    # The CAs of before had RSA keys: rds-ca-2019 and those before it.
    own = _NAMED.fullmatch(present or "")
    algorithm = own[1] if own else "rsa"
    return min(
        named, key=lambda each: (named[each][1] != algorithm, -int(named[each][3]), int(named[each][2]), each)
    )


def why_none(database: Database) -> str:
    """Why no CA to move to is known, and what to do then, in sentences."""
    supported = database.rotation.supported
    if not database.certificate_authority.offered:
        return "Which CAs the Region offers is not known: let rds:DescribeCertificates succeed there."
    if isinstance(supported, Gap):
        return (
            f"Which CAs its engine version supports is not known: {sentence(plain(supported.told))} "
            "Let that call succeed: the finding then names one."
        )
    if not supported:
        return (
            "AWS's API does not say which CAs its engine version supports: ask AWS Support for one that it does."
        )
    return (
        "The Region offers no other CA that its engine version supports, says AWS's API: ask AWS Support for one."
    )


def why_not(database: Database, wanted: str) -> str | None:
    """Why a database cannot be changed to this CA; None where it can, or has it."""
    offered, supported = database.certificate_authority.offered, database.rotation.supported
    if wanted == database.certificate_authority.identifier or wanted in _possible(database):
        return None
    if offered and wanted not in offered:
        return f"{database.region} does not offer it"
    if not offered or isinstance(supported, Gap):
        return "whether it can have it is not known"
    return "its engine version does not support it"


def of_another_key(database: Database, own: str | None, other: str) -> str:
    """That ciphers of its own choice must suit another sort of key, as a sentence; empty where they need not."""
    sorts = {match[1] for each in (own or "", other) if (match := _NAMED.fullmatch(each))}
    ciphers = database.settings.values.get(CIPHERS) if isinstance(database.settings, Settings) else ""
    if not ciphers or len(sorts) < 2:
        return ""
    return f"Its {CIPHERS} must hold ciphers for the other sort of key before that: see that they do."


def root_told(authority: str, region: str) -> str:
    """The root certificate of a CA, which clients must trust, by its own name where that is known."""
    root = root_of(authority, region)
    return f'"{root}"' if root else f"the root of {plain(authority)}"


def _possible(database: Database) -> tuple[str, ...]:
    supported = database.rotation.supported
    known = () if isinstance(supported, Gap) else supported
    return tuple(each for each in database.certificate_authority.offered if each in known)
