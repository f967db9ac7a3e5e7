"""PEM: which blocks are certificates, what is said of the others, and what is written."""

import base64

import pytest
from tlscheck.keystores import pem
from tlscheck.keystores.pem import Blocks

DER = b"\x30\x03abc"
BASE64 = base64.b64encode(DER).decode()


def framed(label: str, body: str = BASE64, end: str | None = None) -> str:
    return f"-----BEGIN {label}-----\n{body}\n-----END {label if end is None else end}-----\n"


@pytest.mark.parametrize(
    ("text", "certificates", "notes"),
    [
        ("", (), ()),
        ("no block", (), ()),
        (framed("CERTIFICATE"), (DER,), ()),
        (framed("X509 CERTIFICATE"), (DER,), ()),
        (
            framed("TRUSTED CERTIFICATE", base64.b64encode(DER + b"\x30\x00").decode()),
            (DER,),
            ("block 1 is OpenSSL's own TRUSTED CERTIFICATE: Java reads nothing of the file",),
        ),
        (
            framed("TRUSTED CERTIFICATE", base64.b64encode(b"\x30\x09abc").decode()),
            (b"\x30\x09abc",),
            ("block 1 is OpenSSL's own TRUSTED CERTIFICATE: Java reads nothing of the file",),
        ),
        (f"before\n{framed('CERTIFICATE')}between\n{framed('CERTIFICATE')}behind", (DER, DER), ()),
        (framed("CERTIFICATE", f" {BASE64[:2]}\r\n\t{BASE64[2:]}"), (DER,), ()),
        (
            framed("CERTIFICATE") + framed("CERTIFICATE", BASE64 + "!"),
            (DER,),
            ("block 2 is no base64: libpq and Java refuse the whole file",),
        ),
        (
            framed("CERTIFICATE", "AAA"),
            (),
            ("block 1 is no base64: libpq and Java refuse the whole file",),
        ),
        (
            framed("CERTIFICATE", ""),
            (),
            ("block 1 is no base64: libpq and Java refuse the whole file",),
        ),
        (
            framed("CERTIFICATE", end="X509 CERTIFICATE"),
            (),
            ("block 1 begins as CERTIFICATE and ends as X509 CERTIFICATE",),
        ),
        *(
            (
                framed(label) + framed("CERTIFICATE"),
                (DER,),
                ("block 1 is a private key: it has no place in a trust store",),
            )
            for label in ("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY")
        ),
        (framed("X509 CRL"), (), ("block 1 is a X509 CRL and no certificate",)),
        (framed("CERTIFICATE REQUEST"), (), ("block 1 is a CERTIFICATE REQUEST and no certificate",)),
        (framed("PKCS7"), (), ("block 1 is a PKCS7 and no certificate",)),
        (
            framed("CERTIFICATE") + framed("CERTIFICATE")[:-10],
            (DER,),
            ("cut short or damaged: 2 blocks begin, 1 of them are whole",),
        ),
        (
            framed("CERTIFICATE")[:-10],
            (),
            ("cut short or damaged: 1 blocks begin, 0 of them are whole",),
        ),
        (framed("A" * 40), (), (f"block 1 is a {'A' * 40} and no certificate",)),
        (framed("A" * 41), (), ("cut short or damaged: 1 blocks begin, 0 of them are whole",)),
        (framed("certificate"), (), ("cut short or damaged: 1 blocks begin, 0 of them are whole",)),
    ],
)
def test_a_text_and_what_is_found_in_it(
    text: str, certificates: tuple[bytes, ...], notes: tuple[str, ...]
) -> None:
    assert pem.read(text.encode()) == Blocks(certificates, notes)


def test_twenty_notes_are_made() -> None:
    assert pem.read(framed("PKCS7").encode() * 21).notes == tuple(
        f"block {number} is a PKCS7 and no certificate" for number in range(1, 21)
    )


@pytest.mark.parametrize(
    ("data", "is_pem"),
    [
        (b"", False),
        (b"-----BEGIN", False),
        (b"-----BEGIN ", True),
        (b"# comment\n-----BEGIN X", True),
        (b"----BEGIN X", False),
    ],
)
def test_where_a_block_begins_there_is_pem(data: bytes, is_pem: bool) -> None:
    assert pem.is_pem(data) is is_pem


def test_a_block_has_lines_of_64_characters() -> None:
    assert pem.block(bytes(49)) == (f"-----BEGIN CERTIFICATE-----\n{'A' * 64}\nAA==\n-----END CERTIFICATE-----\n")
    assert pem.block(bytes(48)) == f"-----BEGIN CERTIFICATE-----\n{'A' * 64}\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize(
    ("name", "comment"),
    [
        ("CN=Amazon RDS eu-central-1 Root CA RSA2048 G1", "CN=Amazon RDS eu-central-1 Root CA RSA2048 G1"),
        ("", ""),
        (" ~", " ~"),
        ("größe\n\x1f\x7f\t", "gr??e????"),
        ("a-----b", "a?b"),
        ("a----b", "a----b"),
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 200),
    ],
)
def test_before_each_certificate_stands_its_name_made_harmless(name: str, comment: str) -> None:
    block = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
    assert pem.write([(name, b"\0"), ("b", b"\0")]) == f"# {comment}\n{block}# b\n{block}".encode()
