"""Files of roots as they come to be between a download and a driver: some whole, most damaged, in ways that people
damage them."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs7,
)
from cryptography.x509.oid import NameOID
from tlscheck.edges.stores.ciphers import write_pkcs12
from tlscheck.keystores import jks

_PRIME = bytes.fromhex(
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd"
    "ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed"
    "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff"
)
"""RFC 2409, 6.2: the prime of DH parameters."""

_SERVER, _CLIENT = bytes.fromhex("06082b06010505070301"), bytes.fromhex("06082b06010505070302")


@dataclass(frozen=True, slots=True)
class Mangle:
    """One file of roots, and what was done to it."""

    name: str
    content: bytes
    is_directory: bool = False
    """Whether the content lies in a directory of that name, as one file of it."""


def text_of(label: str, der: bytes, width: int = 64, end: str = "\n") -> bytes:
    """A block of PEM."""
    encoded = base64.b64encode(der).decode()
    lines = [encoded[at : at + width] for at in range(0, len(encoded), width)]
    return (end.join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----"]) + end).encode()


def mangles(good: x509.Certificate, other: x509.Certificate) -> Iterator[Mangle]:
    """Files that hold, or once held, `good`; `other` is a whole root that nobody needs."""
    der, pem, beside = _der(good), text_of("CERTIFICATE", _der(good)), text_of("CERTIFICATE", _der(other))
    yield from _whole(good, other)
    for name, change in _TEXT:
        yield Mangle(name, change(pem))
        yield Mangle(f"{name}, behind another", beside + change(pem))
        yield Mangle(f"{name}, before another", change(beside) + pem)
    for label in _LABELS:
        yield Mangle(f"called {label}", text_of(label, der))
        yield Mangle(f"called {label}, with a good one", text_of(label, _der(other)) + pem)
    for name, block in _strangers():
        yield Mangle(f"{name} before it", block + pem)
        yield Mangle(f"{name} behind it", pem + block)
    for name, damaged in _odd_ders(_der(other)):
        block = text_of("CERTIFICATE", damaged)
        yield Mangle(f"DER: {name}, before it", block + pem)
        yield Mangle(f"DER: {name}, behind it", pem + block)
    for name, damaged in _odd_ders(der):
        yield Mangle(f"its own DER: {name}", text_of("CERTIFICATE", damaged))
    for name, trust in _TRUST:
        yield Mangle(f"TRUSTED, {name}", text_of("TRUSTED CERTIFICATE", der + trust))
        yield Mangle(f"TRUSTED, {name}, beside it", text_of("TRUSTED CERTIFICATE", _der(other) + trust) + pem)
        yield Mangle(f"CERTIFICATE with trust, {name}", text_of("CERTIFICATE", der + trust))
    yield from _binary(good, other)


def _whole(good: x509.Certificate, other: x509.Certificate) -> Iterator[Mangle]:
    der, pem, beside = _der(good), text_of("CERTIFICATE", _der(good)), text_of("CERTIFICATE", _der(other))
    yield Mangle("as it is", pem)
    yield Mangle("another alone", beside)
    yield Mangle("both", beside + pem)
    yield Mangle("twice", pem + pem)
    yield Mangle("a hundred times", pem * 100)
    for width in (1, 4, 48, 63, 65, 76, 252, 253, 254, 255, 256, 300, 508, 509, 5000):
        yield Mangle(f"lines of {width}", text_of("CERTIFICATE", der, width))
    yield Mangle("a hash before each line", b"# a\n" + pem)
    yield Mangle("openssl's text before", b"Certificate:\n    Data:\n        Version: 3 (0x2)\n\n" + pem)
    yield Mangle("s_client's lines", b" 0 s:CN = a\n   i:CN = b\n" + pem)
    yield Mangle("s_client's lines, cut", b"0 s:CN = a\n   i:CN = b\n" + pem)
    yield Mangle("a 0 between", pem + b"0 s:CN = a\n" + beside)
    yield Mangle("bag attributes", b"Bag Attributes\n    friendlyName: a\nsubject=CN = a\n\n" + pem)
    yield Mangle("a name of Windows-1252 before", "# Größe\n".encode("cp1252") + pem)
    yield Mangle("a name of UTF-8 before", "# Größe\n".encode() + pem)
    yield Mangle("a long comment", b"# " + b"x" * 600 + b"\n" + pem)
    yield Mangle("a long comment that ends as a block begins", b"# " + b"x" * 252 + pem)
    yield Mangle("dashes before", b"-----\n" + pem)
    yield Mangle("a heading of dashes", b"------ roots ------\n" + pem)
    yield Mangle("a rule of dashes between", pem + b"----------\n" + beside)
    yield Mangle("a sentence about a block", b"# it begins with -----BEGIN CERTIFICATE-----\n" + pem)
    yield Mangle("PEM of JSON", b'{"ca": "' + pem.replace(b"\n", b"\\n") + b'"}')
    yield Mangle("PEM of a .env", b'CA="' + pem + b'"\n')
    yield Mangle("a page of HTML", b"<html><body>Access Denied</body></html>\n")
    yield Mangle("nothing", b"")
    yield Mangle("one newline", b"\n")
    yield Mangle("words", b"no certificate is in here\n")


def _lines(text: bytes) -> list[bytes]:
    return text.splitlines(keepends=True)


def _swapped(text: bytes, at: int, to: bytes, size: int = 1) -> bytes:
    return text[:at] + to + text[at + size :]


_TEXT = (
    ("CR LF", lambda text: text.replace(b"\n", b"\r\n")),
    ("CR alone", lambda text: text.replace(b"\n", b"\r")),
    ("LF CR", lambda text: text.replace(b"\n", b"\n\r")),
    ("CR CR LF", lambda text: text.replace(b"\n", b"\r\r\n")),
    ("no newline at the end", lambda text: text.rstrip(b"\n")),
    ("all on one line", lambda text: text.replace(b"\n", b"")),
    ("all on one line with spaces", lambda text: text.replace(b"\n", b" ")),
    ("an empty line after each", lambda text: text.replace(b"\n", b"\n\n")),
    ("an empty line after BEGIN", lambda text: text.replace(b"-\n", b"-\n\n", 1)),
    ("a line of spaces after BEGIN", lambda text: text.replace(b"-\n", b"-\n   \n", 1)),
    ("an empty line before END", lambda text: text.replace(b"-----END", b"\n-----END")),
    ("an empty line in the middle", lambda text: b"".join([*_lines(text)[:5], b"\n", *_lines(text)[5:]])),
    ("two empty lines after BEGIN", lambda text: text.replace(b"-\n", b"-\n\n\n", 1)),
    ("text before BEGIN on its line", lambda text: b"x " + text),
    ("a space before BEGIN", lambda text: b" " + text),
    ("a tab before BEGIN", lambda text: b"\t" + text),
    ("each line indented", lambda text: re.sub(rb"(?m)^(?=.)", b"  ", text)),
    ("base64 indented", lambda text: re.sub(rb"(?m)^(?=[A-Za-z0-9+/])", b"    ", text)),
    ("END indented", lambda text: text.replace(b"-----END", b"  -----END")),
    ("spaces behind each line", lambda text: text.replace(b"\n", b"  \n")),
    ("a tab behind each line", lambda text: text.replace(b"\n", b"\t\n")),
    ("text behind BEGIN", lambda text: text.replace(b"-----\n", b"----- x\n", 1)),
    ("text behind END", lambda text: text.rstrip(b"\n") + b" x\n"),
    ("letters behind END", lambda text: text.rstrip(b"\n") + b"x\n"),
    ("a high byte behind BEGIN", lambda text: text.replace(b"-----\n", b"-----\xa0\n", 1)),
    (
        "a high byte behind a line",
        lambda text: b"".join([*_lines(text)[:3], _lines(text)[3].replace(b"\n", b"\xa0\n"), *_lines(text)[4:]]),
    ),
    ("BOM", lambda text: b"\xef\xbb\xbf" + text),
    ("two BOMs", lambda text: b"\xef\xbb\xbf" * 2 + text),
    ("UTF-16 with BOM", lambda text: text.decode("latin-1").encode("utf-16")),
    ("UTF-16 without", lambda text: text.decode("latin-1").encode("utf-16-le")),
    ("NUL before", lambda text: b"\0" + text),
    ("a line of NUL before", lambda text: b"\0\n" + text),
    ("NUL behind", lambda text: text + b"\0"),
    ("NUL in the base64", lambda text: _swapped(text, 200, b"\0")),
    ("a letter for another", lambda text: _swapped(text, 200, b"A" if text[200:201] != b"A" else b"B")),
    ("a letter taken out", lambda text: _swapped(text, 200, b"")),
    ("a star in the base64", lambda text: _swapped(text, 200, b"*")),
    ("a dash in the base64", lambda text: _swapped(text, 200, b"-")),
    (
        "URL-safe base64",
        lambda text: re.sub(
            rb"(?m)^[A-Za-z0-9+/=]+$", lambda line: line[0].replace(b"+", b"-").replace(b"/", b"_"), text
        ),
    ),
    ("a space in the base64", lambda text: _swapped(text, 200, b" ", 0)),
    ("an equals sign in the middle", lambda text: _swapped(text, 200, b"=")),
    ("no padding", lambda text: text.replace(b"=", b"")),
    ("padding too much", lambda text: text.replace(b"\n-----END", b"=\n-----END")),
    ("no base64 at all", lambda text: b"".join([_lines(text)[0], _lines(text)[-1]])),
    ("cut before END", lambda text: text[: text.index(b"-----END")]),
    ("cut in END", lambda text: text[: text.index(b"-----END") + 12]),
    ("cut in the base64", lambda text: text[:400]),
    ("cut at a line", lambda text: b"".join(_lines(text)[:6])),
    ("no BEGIN", lambda text: b"".join(_lines(text)[1:])),
    ("a line lost", lambda text: b"".join([*_lines(text)[:4], *_lines(text)[5:]])),
    (
        "two lines swapped",
        lambda text: b"".join([*_lines(text)[:2], _lines(text)[3], _lines(text)[2], *_lines(text)[4:]]),
    ),
    ("four dashes before BEGIN", lambda text: text[1:]),
    ("six dashes before BEGIN", lambda text: b"-" + text),
    ("four dashes behind BEGIN", lambda text: text.replace(b"-----\n", b"----\n", 1)),
    ("six dashes behind BEGIN", lambda text: text.replace(b"-----\n", b"------\n", 1)),
    ("four dashes behind END", lambda text: text.rstrip(b"\n")[:-1] + b"\n"),
    ("six dashes behind END", lambda text: text.rstrip(b"\n") + b"-\n"),
    ("long dashes", lambda text: text.replace(b"-----", "—".encode())),
    ("no space behind BEGIN", lambda text: text.replace(b"BEGIN ", b"BEGIN", 1)),
    ("two spaces behind BEGIN", lambda text: text.replace(b"BEGIN ", b"BEGIN  ", 1)),
    (
        "lower case",
        lambda text: text.replace(b"BEGIN CERTIFICATE", b"BEGIN certificate").replace(
            b"END CERTIFICATE", b"END certificate"
        ),
    ),
    ("begin in lower case", lambda text: text.replace(b"BEGIN", b"begin").replace(b"END", b"end")),
    ("another END", lambda text: text.replace(b"END CERTIFICATE", b"END X509 CERTIFICATE")),
    ("a header", lambda text: text.replace(b"-\n", b"-\nName: a\n\n", 1)),
    ("a header without an empty line", lambda text: text.replace(b"-\n", b"-\nName: a\n", 1)),
    (
        "Proc-Type",
        lambda text: text.replace(
            b"-\n", b"-\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00000000000000000000000000000000\n\n", 1
        ),
    ),
    ("a comment within", lambda text: b"".join([*_lines(text)[:3], b"# a\n", *_lines(text)[3:]])),
    ("quoted lines", lambda text: re.sub(rb"(?m)^(?=.)", b"> ", text)),
    ("quoted-printable", lambda text: text.replace(b"=", b"=3D")),
    ("joined to what comes next", lambda text: text.rstrip(b"\n")),
    ("line numbers", lambda text: b"".join(b"%d %s" % pair for pair in enumerate(_lines(text), 1))),
    ("trailing Ctrl-Z", lambda text: text + b"\x1a"),
    ("form feeds", lambda text: text.replace(b"\n", b"\n\x0c", 1)),
    ("vertical tabs", lambda text: _swapped(text, 200, b"\x0b", 0)),
)

_LABELS = (
    *("X509 CERTIFICATE", "TRUSTED CERTIFICATE", "CERTIFICATE REQUEST", "PKCS7", "X509 CRL", "PUBLIC KEY", "CERT"),
    *(
        "PRIVATE KEY",
        "RSA PRIVATE KEY",
        "",
        " CERTIFICATE",
        "CERTIFICATE ",
        "certificate",
        "NEW CERTIFICATE REQUEST",
    ),
    *("ATTRIBUTE CERTIFICATE", "X.509 CERTIFICATE", "CERTIFICATE-CHAIN"),
)
_TRUST = (
    ("for nothing said", b"\x30\x00"),
    ("for servers", b"\x30\x0c\x30\x0a" + _SERVER),
    ("for clients alone", b"\x30\x0c\x30\x0a" + _CLIENT),
    ("not for servers", b"\x30\x0c\xa0\x0a" + _SERVER),
    ("not for clients", b"\x30\x0c\xa0\x0a" + _CLIENT),
    ("for both", b"\x30\x16\x30\x14" + _SERVER + _CLIENT),
    ("for clients, not for servers", b"\x30\x18\x30\x0a" + _CLIENT + b"\xa0\x0a" + _SERVER),
    ("for any use", b"\x30\x08\x30\x06\x06\x04\x55\x1d\x25\x00"),
    ("with a name", b"\x30\x03\x0c\x01a"),
    ("with rubbish", b"rubbish"),
)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _strangers() -> Iterator[tuple[str, bytes]]:
    """Blocks that are no certificate, as they lie beside one."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    curve = ec.generate_private_key(ec.SECP256R1())
    yield "a private key", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    yield "an RSA key", key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    yield "an EC key", curve.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    sealed = BestAvailableEncryption(b"secret")
    yield "a sealed key", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealed)
    yield "a sealed RSA key", key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, sealed)
    yield "a broken RSA key", text_of("RSA PRIVATE KEY", b"\x30\x03abc")
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    yield "a public key", public
    yield "DH parameters", text_of("DH PARAMETERS", b"\x30\x81\x87\x02\x81\x81\0" + _PRIME + b"\x02\x01\x02")
    yield "EC parameters", text_of("EC PARAMETERS", bytes.fromhex("06082a8648ce3d030107"))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a")])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(curve, hashes.SHA256())
    yield "a request", request.public_bytes(Encoding.PEM)
    now = datetime(2026, 11, 1, tzinfo=UTC)
    crl = x509.CertificateRevocationListBuilder().issuer_name(name).last_update(now)
    made = crl.next_update(now + timedelta(days=3650)).sign(curve, hashes.SHA256())
    yield "a CRL", made.public_bytes(Encoding.PEM)
    yield "a broken CRL", text_of("X509 CRL", b"\x30\x03abc")
    yield "an unknown block", text_of("SOMETHING ELSE", b"abc")
    yield "an unknown block of nothing", b"-----BEGIN SOMETHING-----\n-----END SOMETHING-----\n"
    yield "an unknown block of no base64", b"-----BEGIN SOMETHING-----\n***\n-----END SOMETHING-----\n"
    yield "an unknown block without an end", b"-----BEGIN SOMETHING-----\nAAAA\n"
    yield (
        "OpenSSH's key",
        b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk=\n-----END OPENSSH PRIVATE KEY-----\n",
    )
    yield (
        "a PGP block",
        b"-----BEGIN PGP PUBLIC KEY BLOCK-----\nVersion: 1\n\nAAAA\n=AAAA\n-----END PGP PUBLIC KEY BLOCK-----\n",
    )


def _odd_ders(der: bytes) -> Iterator[tuple[str, bytes]]:
    """What is no certificate, or one that is taken by some."""
    yield "version 98", der.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x62", 1)
    yield "version 1 with extensions", der.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x00", 1)
    yield "cut by one byte", der[:-1]
    yield "cut in half", der[: len(der) // 2]
    yield "a byte too many", der + b"\0"
    yield "two of them", der + der
    yield "rubbish", b"rubbish that is no DER at all"
    yield "an empty sequence", b"\x30\x00"
    yield "zero bytes", bytes(40)
    yield "another tag", b"\x31" + der[1:]
    yield "a serial number of no bytes", der.replace(b"\xa0\x03\x02\x01\x02\x02", b"\xa0\x03\x02\x01\x02\x05", 1)
    for place in range(8, len(der), max(1, len(der) // 40)):
        yield f"byte {place} changed", der[:place] + bytes([der[place] ^ 0x20]) + der[place + 1 :]


def _binary(good: x509.Certificate, other: x509.Certificate) -> Iterator[Mangle]:
    der, pem = _der(good), text_of("CERTIFICATE", _der(good))
    yield Mangle("DER", der)
    yield Mangle("two of DER", _der(other) + der)
    yield Mangle("DER and rubbish", der + b"rubbish")
    yield Mangle("DER and PEM", _der(other) + pem)
    yield Mangle("DER, cut", der[:-5])
    yield Mangle("base64 alone", base64.b64encode(der))
    yield Mangle("hexadecimal digits", der.hex().encode())
    signed = pkcs7.serialize_certificates([other, good], Encoding.PEM)
    yield Mangle("PKCS7", signed)
    yield Mangle("PKCS7 called PKCS #7", signed.replace(b"PKCS7", b"PKCS #7 SIGNED DATA"))
    yield Mangle("PKCS7 in binary", pkcs7.serialize_certificates([good], Encoding.DER))
    yield Mangle("PKCS7 and PEM", signed + pem)
    yield Mangle("PEM and PKCS7", pem + signed)
    yield Mangle("PKCS12", write_pkcs12([("a", der)], "changeit"))
    yield Mangle("JKS", jks.write([("a", der)], "changeit", datetime(2026, 11, 1, tzinfo=UTC)))
    yield Mangle("a directory", pem, is_directory=True)
