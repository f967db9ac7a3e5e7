"""What the name of one of RDS's CA certificates says: which CA it belongs to, and which Region's it is.

Source: the subjects of RDS's certificate bundles: `Amazon RDS eu-west-1 Root CA RSA2048 G1` is the root of what
DescribeCertificates calls rds-ca-rsa2048-g1, and `Amazon RDS Root 2019 CA` that of rds-ca-2019. A name is a claim
only: a fingerprint or a verified chain says whether it is true.
"""

import re
from dataclasses import dataclass

from tlscheck.inventory.names import is_region

_REGION = "([a-z][a-z0-9-]{1,39})"
_TODAYS = rf"{_REGION} (?:Root|Subordinate) CA ([A-Z0-9]{{1,20}}) (G[0-9]{{1,2}})(?:\.\S{{1,20}})?"
_RETIRED = rf"(?:{_REGION} )?(?:Root )?(?:(20[0-9]{{2}}) )?(?:Root )?CA"
_BEGINNING = "Amazon RDS ((?:Beta|Preview) )?"

_LONGEST = 128
"""Characters of a common name that is looked at: twice what X.520 allows one. Anybody may write a longer one."""


@dataclass(frozen=True, slots=True)
class CaName:
    """What a name says."""

    identifier: str | None
    """As DescribeCertificates has it; None where a retired CA's name tells no year."""

    region: str | None
    """None where the name tells none, and of what is not in production."""

    is_retired: bool
    """Whether it is of the CAs before `G1`: all of them expired."""

    is_production: bool
    """False of Beta and Preview, environments of RDS with roots of their own: no Region's, whatever they name."""


def ca_name(common_name: str) -> CaName | None:
    """What the common name of a certificate says; None if it is no CA of RDS's."""
    if len(common_name) > _LONGEST:
        return None
    named = re.fullmatch(_BEGINNING + _TODAYS, common_name)
    if named:
        if not is_region(named[2]):
            return None
        identifier = f"rds-ca-{named[3]}-{named[4]}".lower()
        return CaName(identifier, None if named[1] else named[2], is_retired=False, is_production=not named[1])
    named = re.fullmatch(_BEGINNING + _RETIRED, common_name)
    if named and (not named[2] or is_region(named[2])):
        retired = f"rds-ca-{named[3]}" if named[3] else None
        return CaName(retired, None if named[1] else named[2], is_retired=True, is_production=not named[1])
    return None


def name_in(subject: str) -> str:
    """The common name in a subject or issuer (RFC 4514); "" where it has none that can be RDS's."""
    named = re.search(rf"(?:^|(?<!\\),)CN=([^,+\\]{{1,{_LONGEST + 1}}})", subject)
    return named[1] if named else ""


def ca_of_subject(subject: str) -> CaName | None:
    """What the common name of a whole subject or issuer (RFC 4514) says; None if it is no CA of RDS's."""
    return ca_name(name_in(subject))


def root_of(identifier: str, region: str) -> str | None:
    """The name of a CA's root certificate, which clients must trust: a Region has one of its own for each CA.

    None of a retired CA, and where the identifier is of another form.
    """
    named = re.fullmatch(r"rds-ca-([a-z]{1,10}[0-9]{1,10})-(g[0-9]{1,2})", identifier, re.ASCII)
    return f"Amazon RDS {region} Root CA {named[1].upper()} {named[2].upper()}" if named else None
