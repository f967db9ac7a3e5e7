"""What OpenSSL takes for a certificate, a list or a key, part by part: Python's own OpenSSL judges each."""

import base64
import ssl
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.keystores import openssl
from tlscheck.keystores.openssl_certificate import is_key_taken, is_list_taken, is_taken

from tests.der_writer import element, integer, octets, oid, sequence

ALGORITHM = sequence(oid("1.2.840.113549.1.1.11"))
SIGNATURE = element(0x03, b"\0ab")
KEY = sequence(ALGORITHM, element(0x03, b"\0key"))
TIME = element(0x17, b"261101000000Z")
TIMES = sequence(TIME, element(0x18, b"20501101000000Z"))
VERSION = element(0xA0, integer(2))
KIND = oid("2.5.29.15")
USE = sequence(KIND, octets(b"\x03\x02\x01\x06"))
ROOT = roots()[0].der


def named(value: bytes, kind: bytes | None = None) -> bytes:
    return sequence(element(0x31, sequence(oid("2.5.4.3") if kind is None else kind, value)))


NAME = named(element(0x0C, b"a"))
PARTS = {
    "version": VERSION,
    "serial": integer(1),
    "algorithm": ALGORITHM,
    "issuer": NAME,
    "times": TIMES,
    "subject": NAME,
    "key": KEY,
    "behind": b"",
}


def certificate(
    *, outer: bytes = ALGORITHM, signature: bytes = SIGNATURE, rest: bytes = b"", **of: bytes
) -> bytes:
    assert of.keys() <= PARTS.keys()
    return sequence(sequence(*(PARTS | of).values()), outer, signature, rest)


def extended(*extensions: bytes) -> bytes:
    return certificate(behind=element(0xA3, sequence(*extensions)))


def signed_with(parameters: bytes) -> bytes:
    return certificate(algorithm=sequence(oid("1.2.840.113549.1.1.11"), parameters))


def text_of(label: str, der: bytes) -> bytes:
    encoded = base64.b64encode(der).decode()
    lines = "\n".join(encoded[at : at + 64] for at in range(0, len(encoded), 64))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n".encode()


def taken_by_openssl(text: bytes, folder: Path) -> bool:
    """Whether Python's own OpenSSL takes a whole file with this in it."""
    path = folder / "file.pem"
    path.write_bytes(text)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        return False
    return True


@pytest.mark.parametrize(
    ("der", "expected"),
    [
        pytest.param(ROOT, True, id="a root of RDS"),
        pytest.param(certificate(), True, id="the least"),
        pytest.param(b"", False, id="nothing"),
        pytest.param(sequence(), False, id="an empty sequence"),
        pytest.param(b"\x31" + certificate()[1:], False, id="a set"),
        pytest.param(sequence(sequence(*PARTS.values()), ALGORITHM), False, id="no signature"),
        pytest.param(certificate(rest=integer(1)), False, id="something behind the signature"),
        pytest.param(certificate(outer=integer(1)), False, id="no algorithm of the signature"),
        pytest.param(certificate(signature=octets(b"\0ab")), False, id="a signature of octets"),
        pytest.param(certificate(signature=element(0x03)), False, id="a signature of nothing"),
        pytest.param(certificate(signature=element(0x03, b"\0")), True, id="a signature of no bits"),
        pytest.param(certificate(signature=element(0x03, b"\x07\x80")), True, id="seven bits unused"),
        pytest.param(certificate(signature=element(0x03, b"\x08ab")), False, id="eight bits unused"),
        pytest.param(certificate(version=b""), True, id="no version"),
        pytest.param(certificate(version=element(0xA0, integer(98))), True, id="version 99"),
        pytest.param(certificate(version=element(0xA0, octets(b"a"))), False, id="a version of octets"),
        pytest.param(certificate(version=element(0xA0)), False, id="an empty version"),
        pytest.param(certificate(version=element(0xA0, integer(1), integer(1))), False, id="two versions"),
        pytest.param(certificate(version=element(0xA0, element(0x02, b"\0\1"))), False, id="a long version"),
        pytest.param(certificate(serial=b""), False, id="no serial number"),
        pytest.param(certificate(serial=octets(b"a")), False, id="a serial number of octets"),
        pytest.param(certificate(serial=element(0x02)), False, id="a serial number of no bytes"),
        pytest.param(certificate(serial=element(0x02, b"\0")), True, id="serial number 0"),
        pytest.param(certificate(serial=element(0x02, b"\xff")), True, id="serial number -1"),
        pytest.param(certificate(serial=element(0x02, b"\0\x80")), True, id="serial number 128"),
        pytest.param(certificate(serial=element(0x02, b"\0\x7f")), False, id="127 in two bytes"),
        pytest.param(certificate(serial=element(0x02, b"\xff\x7f")), True, id="serial number -129"),
        pytest.param(certificate(serial=element(0x02, b"\xff\x80")), False, id="-128 in two bytes"),
        pytest.param(certificate(serial=element(0x02, b"\x01\x80")), True, id="serial number 384"),
        pytest.param(certificate(serial=element(0x02, b"\xfe\xff")), True, id="serial number -257"),
        pytest.param(certificate(serial=integer(1 << 300)), True, id="a serial number of 38 bytes"),
        pytest.param(certificate(algorithm=sequence()), False, id="an empty algorithm"),
        pytest.param(certificate(algorithm=sequence(octets(b"a"))), False, id="an algorithm of octets"),
        pytest.param(signed_with(b"\x05\0"), True, id="an algorithm with null"),
        pytest.param(signed_with(b"\x05\1a"), False, id="a null with a byte"),
        pytest.param(signed_with(sequence(integer(1))), True, id="an algorithm with a sequence"),
        pytest.param(signed_with(oid("1.2.840.10045.3.1.7")), True, id="an algorithm with a curve"),
        pytest.param(signed_with(element(0x06, b"\x80\1")), False, id="a curve that is no identifier"),
        pytest.param(signed_with(b"\x05\0\x05\0"), False, id="two parameters"),
        pytest.param(certificate(algorithm=sequence(element(0x06))), False, id="an empty identifier"),
        pytest.param(certificate(algorithm=sequence(element(0x06, b"\x2a\x86"))), False, id="one cut short"),
        pytest.param(certificate(algorithm=sequence(element(0x06, b"\x80\x2a"))), False, id="0 in front"),
        pytest.param(certificate(algorithm=sequence(element(0x06, b"\x2a\x80\x01"))), False, id="0 between"),
        pytest.param(certificate(algorithm=sequence(element(0x06, b"\x2a\x81\x80\x01"))), True, id="0 within one"),
        pytest.param(certificate(issuer=integer(1)), False, id="an issuer that is no name"),
        pytest.param(certificate(subject=integer(1)), False, id="a subject that is no name"),
        pytest.param(certificate(issuer=sequence(), subject=sequence()), True, id="empty names"),
        pytest.param(certificate(subject=sequence(sequence())), False, id="a part of a name that is no set"),
        pytest.param(certificate(subject=sequence(element(0x31, integer(1)))), False, id="one that is no pair"),
        pytest.param(certificate(subject=named(NAME[-3:], integer(1))), False, id="one of no kind"),
        pytest.param(certificate(subject=named(NAME[-3:] * 2)), False, id="one of two values"),
        pytest.param(certificate(subject=named(integer(1))), False, id="a name that is a number"),
        *(
            pytest.param(certificate(subject=named(element(tag, b"a"))), True, id=f"a name of tag {tag:#x}")
            for tag in (0x0C, 0x12, 0x13, 0x14, 0x16)
        ),
        pytest.param(certificate(subject=named(element(0x1E, b"\0a"))), True, id="a name in UTF-16"),
        pytest.param(certificate(subject=named(element(0x1E, b"\0ab"))), False, id="UTF-16 of three bytes"),
        pytest.param(certificate(subject=named(element(0x1C, b"\0\0\0a"))), True, id="a name in UTF-32"),
        pytest.param(certificate(subject=named(element(0x1C, b"\0\0a"))), False, id="UTF-32 of three bytes"),
        pytest.param(certificate(subject=named(element(0x0C, b"\xff"))), False, id="UTF-8 that is none"),
        pytest.param(certificate(subject=named(element(0x14, b"\xff"))), True, id="T61 of any byte"),
        pytest.param(certificate(times=TIME), False, id="one time"),
        pytest.param(certificate(times=sequence(TIME)), False, id="a sequence of one time"),
        pytest.param(certificate(times=sequence(TIME, TIME, TIME)), False, id="three times"),
        pytest.param(certificate(times=sequence(TIME, integer(1))), False, id="a number for a time"),
        pytest.param(certificate(times=sequence(TIME, element(0x17, b"when?"))), True, id="a time of other words"),
        pytest.param(certificate(key=b""), False, id="no key"),
        pytest.param(certificate(key=sequence(ALGORITHM)), False, id="a key of an algorithm alone"),
        pytest.param(certificate(key=sequence(integer(1), element(0x03, b"\0a"))), False, id="a key of none"),
        pytest.param(certificate(key=sequence(ALGORITHM, octets(b"a"))), False, id="a key of octets"),
        pytest.param(certificate(behind=integer(1)), False, id="a number behind the key"),
        pytest.param(certificate(behind=element(0x81, b"\0a")), True, id="an issuer's identifier"),
        pytest.param(certificate(behind=element(0x82, b"\0a")), True, id="a subject's identifier"),
        pytest.param(certificate(behind=element(0x81, b"\0a") + element(0x82, b"\0a")), True, id="both"),
        pytest.param(certificate(behind=element(0x82, b"\0a") + element(0x81, b"\0a")), False, id="the wrong way"),
        pytest.param(certificate(behind=element(0x81, b"\0a") * 2), False, id="an identifier twice"),
        pytest.param(extended(), True, id="no extensions in their place"),
        pytest.param(extended(USE), True, id="an extension"),
        pytest.param(extended(USE, USE), True, id="an extension twice"),
        pytest.param(certificate(behind=element(0xA3)), False, id="an empty place of extensions"),
        pytest.param(certificate(behind=element(0xA3, integer(1))), False, id="a number for extensions"),
        pytest.param(certificate(behind=element(0xA3, sequence(), sequence())), False, id="extensions twice"),
        pytest.param(extended(integer(1)), False, id="a number for one"),
        pytest.param(extended(sequence(integer(1), octets(b"a"))), False, id="one of no kind"),
        pytest.param(extended(sequence(KIND)), False, id="one of a kind alone"),
        pytest.param(extended(sequence(KIND, integer(1))), False, id="one of a number"),
        pytest.param(extended(sequence(KIND, b"\x01\x01\xff", octets(b"a"))), True, id="a critical one"),
        pytest.param(extended(sequence(KIND, b"\x01\x01\x01", octets(b"a"))), True, id="another true"),
        pytest.param(extended(sequence(KIND, b"\x01\x00", octets(b"a"))), False, id="an empty boolean"),
        pytest.param(extended(sequence(KIND, integer(1), octets(b"a"))), False, id="critical by number"),
        pytest.param(
            extended(sequence(KIND, b"\x01\x01\xff", integer(1))), False, id="a critical one of a number"
        ),
        pytest.param(
            extended(sequence(KIND, b"\x01\x01\xff", octets(b"a"), octets(b"a"))),
            False,
            id="one of two values",
        ),
    ],
)  # fmt: skip
def test_a_certificate_is_taken_as_openssl_takes_it(der: bytes, expected: bool, tmp_path: Path) -> None:
    assert taken_by_openssl(text_of("CERTIFICATE", der), tmp_path) is expected
    assert is_taken(der) is expected
    assert (der in openssl.load_file(text_of("CERTIFICATE", der), lambda _: True).certificates) is expected


GONE = sequence(sequence(integer(7), TIME))
LISTED = (integer(1), ALGORITHM, NAME, TIME)


def revoked(*fields: bytes, outer: bytes = ALGORITHM, signature: bytes = SIGNATURE) -> bytes:
    return sequence(sequence(*fields), outer, signature)


@pytest.mark.parametrize(
    ("der", "expected"),
    [
        pytest.param(revoked(*LISTED), True, id="the least"),
        pytest.param(revoked(*LISTED[1:]), True, id="no version"),
        pytest.param(revoked(*LISTED, element(0x18, b"20501101000000Z"), GONE), True, id="with what is revoked"),
        pytest.param(revoked(*LISTED, TIME), True, id="with the next time"),
        pytest.param(revoked(*LISTED, TIME, GONE, element(0xA0, sequence(USE))), True, id="with extensions"),
        pytest.param(revoked(*LISTED, integer(1)), False, id="a number behind it"),
        pytest.param(revoked(element(0x02, b"\0\1"), *LISTED[1:]), False, id="a long version"),
        pytest.param(revoked(), False, id="nothing in it"),
        pytest.param(revoked(*LISTED[:1]), False, id="a version alone"),
        pytest.param(revoked(*LISTED[:3]), False, id="no time"),
        pytest.param(revoked(*LISTED[:3], integer(1)), False, id="a number for a time"),
        pytest.param(revoked(integer(1), ALGORITHM, element(0x30, integer(1)), TIME), False, id="a bad name"),
        pytest.param(revoked(integer(1), sequence(), NAME, TIME), False, id="a bad algorithm"),
        pytest.param(revoked(*LISTED, outer=sequence()), False, id="a bad algorithm of the signature"),
        pytest.param(revoked(*LISTED, signature=element(0x03)), False, id="a signature of nothing"),
        pytest.param(sequence(sequence(*LISTED), ALGORITHM), False, id="no signature"),
    ],
)
def test_a_list_is_taken_as_openssl_takes_it(der: bytes, expected: bool, tmp_path: Path) -> None:
    text = text_of("CERTIFICATE", ROOT) + text_of("X509 CRL", der)
    assert taken_by_openssl(text, tmp_path) is expected
    assert is_list_taken(der) is expected
    assert openssl.load_file(text, lambda _: True).certificates == ((ROOT,) if expected else ())


CURVE = ec.derive_private_key(5, ec.SECP256R1())
SEC1 = CURVE.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
PKCS8 = CURVE.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    ("label", "der", "expected"),
    [
        ("EC PRIVATE KEY", SEC1, True),
        ("PRIVATE KEY", PKCS8, True),
        ("PRIVATE KEY", sequence(integer(0)), False),
        ("PRIVATE KEY", sequence(integer(0), octets(b"")[:1]), False),
        ("PRIVATE KEY", b"", False),
        ("EC PRIVATE KEY", sequence(octets(b"a"), integer(1)), False),
    ],
)
def test_a_key_beside_a_root(label: str, der: bytes, expected: bool, tmp_path: Path) -> None:
    text = text_of("CERTIFICATE", ROOT) + text_of(label, der)
    assert taken_by_openssl(text, tmp_path) is expected
    assert is_key_taken(der) is expected
    assert openssl.load_file(text, lambda _: True).certificates == ((ROOT,) if expected else ())
