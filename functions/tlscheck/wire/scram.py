"""SCRAM as PostgreSQL speaks it, where the library that speaks it for us would do otherwise.

Source: PostgreSQL, src/common/saslprep.c (pg_saslprep), src/interfaces/libpq/fe-auth-scram.c and
fe-secure-openssl.c (pgtls_get_peer_certificate_hash); RFC 5802, RFC 5929 and RFC 7677.
"""

import hashlib
import re
import stringprep
import unicodedata
from binascii import a2b_base64

from tlscheck.wire.login import quoted
from tlscheck.wire.messages import ProtocolBroken

LEAST_ITERATIONS = 4096
"""RFC 7677 asks for at least so many, and scramp refuses fewer; libpq takes any number."""

MOST_ITERATIONS = 10_000_000
"""scramp's own bound, some ten seconds of a whole processor: below it the deadline of a look is the bound."""

LEAST_SALT = 12
"""Bytes. scramp refuses fewer; PostgreSQL makes 16 (src/include/common/scram-common.h, SCRAM_DEFAULT_SALT_LEN)."""

_FIRST = re.compile(rb"r=[!-+\--~]+,s=([A-Za-z0-9+/]+={0,2}),i=(0|[1-9][0-9]{0,9})")
"""libpq takes nothing behind it either (fe-auth-scram.c, read_server_first_message)."""

_PROHIBITED = (
    *(stringprep.in_table_c12, stringprep.in_table_c21_c22, stringprep.in_table_c3, stringprep.in_table_c4),
    *(stringprep.in_table_c5, stringprep.in_table_c6, stringprep.in_table_c7, stringprep.in_table_c8),
    *(stringprep.in_table_c9, stringprep.in_table_a1),
)


class OtherHash(ProtocolBroken):
    """The role's password was hashed otherwise than can be spoken here, or in the time that there is."""


class ScramFailed(ProtocolBroken):
    """The exchange cannot go on: its own words say at which step."""


def iterations_of(first: bytes) -> int:
    """What a server's first message asks for. Raises ProtocolBroken, which is OtherHash where it can be mended."""
    found = _FIRST.fullmatch(first)
    if not found:
        raise ProtocolBroken("the server's first SCRAM message is malformed")
    try:
        salt = a2b_base64(found[1], strict_mode=True)
    except ValueError:
        raise ProtocolBroken("the server's first SCRAM message is malformed") from None
    iterations = int(found[2])
    if len(salt) < LEAST_SALT:
        raise OtherHash(f"the server's SCRAM salt has {len(salt)} bytes, fewer than {LEAST_SALT}")
    if iterations < LEAST_ITERATIONS:
        raise OtherHash(f"the server asks for {iterations} SCRAM iterations, fewer than {LEAST_ITERATIONS}")
    if iterations > MOST_ITERATIONS:
        raise too_many(iterations)
    return iterations


def too_many(iterations: int) -> OtherHash:
    """For as many as do not fit into the time that is left of a look."""
    return OtherHash(f"the server asks for {iterations} SCRAM iterations, more than the time suffices for")


def hash_again(user: str) -> str:
    """What gives a role's password another hash; scram_iterations there is in PostgreSQL 16 and later."""
    return f"With scram_iterations = 4096, ALTER ROLE {quoted(user)} PASSWORD to what the secret holds."


def prepared(password: str) -> bytes:
    """A password as its hash was made of it: SASLprep's, or its own bytes where SASLprep refuses it.

    As PostgreSQL does it, and not as RFC 4013: ASCII is left as it is, control characters and all; what is
    prohibited is looked for before normalisation, which is of today's Unicode.
    """
    as_it_is = password.encode("utf-8", "surrogatepass")
    if password.isascii():
        return as_it_is
    mapped = "".join(
        " " if stringprep.in_table_c12(each) else "" if stringprep.in_table_b1(each) else each for each in password
    )
    if not mapped or any(is_in(each) for each in mapped for is_in in _PROHIBITED) or _mixes_directions(mapped):
        return as_it_is
    return unicodedata.normalize("NFKC", mapped).encode()


def end_point(certificate: bytes, digest: str) -> bytes | None:
    """What binds a login to the TLS connection of this certificate (DER), of whose signature the digest is.

    RFC 5929, "tls-server-end-point". None where the signature has no digest of its own (Ed25519), for which none
    is defined: a login is then not bound, where libpq fails with `could not find digest for NID UNDEF`.
    """
    if not digest:
        return None
    name = digest.lower().replace("-", "_")
    try:
        return hashlib.new("sha256" if name in {"md5", "sha1"} else name, certificate).digest()
    except ValueError:
        return None


def _mixes_directions(text: str) -> bool:
    if not any(map(stringprep.in_table_d1, text)):
        return False
    ends_are_one = stringprep.in_table_d1(text[0]) and stringprep.in_table_d1(text[-1])
    return not ends_are_one or any(map(stringprep.in_table_d2, text))
