"""DER for keystores that no tool would write."""

import hashlib
import hmac


def element(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(length)]) + length + content


def sequence(*parts: bytes) -> bytes:
    return element(0x30, *parts)


def octets(content: bytes) -> bytes:
    return element(0x04, content)


def integer(value: int) -> bytes:
    return element(0x02, value.to_bytes(value.bit_length() // 8 + 1, signed=True))


def oid(text: str) -> bytes:
    first, second, *rest = map(int, text.split("."))
    content = bytearray()
    for number in (40 * first + second, *rest):
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(number & 0x7F | 0x80)
        content += bytes(reversed(groups))
    return element(0x06, bytes(content))


DATA, ENCRYPTED_DATA = oid("1.2.840.113549.1.7.1"), oid("1.2.840.113549.1.7.6")
SHA256 = sequence(oid("2.16.840.1.101.3.4.2.1"))
HMAC_SHA256 = sequence(oid("1.2.840.113549.2.9"))
TRUSTED = sequence(
    oid("2.16.840.1.113894.746875.1.1"), element(0x31, oid("2.5.29.37.0"))
)  # what keytool writes: trusted for any use


def content(kind: bytes, value: bytes) -> bytes:
    return sequence(kind, element(0xA0, value))


def bag(der: bytes, *attributes: bytes) -> bytes:
    """A certificate with its attributes."""
    certificate = sequence(oid("1.2.840.113549.1.9.22.1"), element(0xA0, octets(der)))
    return sequence(oid("1.2.840.113549.1.12.10.1.3"), element(0xA0, certificate), element(0x31, *attributes))


def named(alias: str) -> bytes:
    return sequence(oid("1.2.840.113549.1.9.20"), element(0x31, element(0x1E, alias.encode("utf-16-be"))))


def pkcs12(*bags: bytes, mac: bytes = b"") -> bytes:
    """A keystore of these bags, unsealed."""
    return pkcs12_of(content(DATA, octets(sequence(*bags))), mac=mac)


def pkcs12_of(*safes: bytes, mac: bytes = b"") -> bytes:
    return sequence(integer(3), content(DATA, octets(sequence(*safes))), mac)


def pbkdf2(salt: bytes, rounds: int) -> bytes:
    return sequence(
        oid("1.2.840.113549.1.5.12"), sequence(octets(salt), integer(rounds), integer(32), HMAC_SHA256)
    )


def pbmac1(safes: bytes, password: str, rounds: int = 2048) -> bytes:
    """MacData of RFC 9579, which openssl writes since 3.4."""
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), b"pepper", rounds, 32)
    scheme = sequence(oid("1.2.840.113549.1.5.14"), sequence(pbkdf2(b"pepper", rounds), HMAC_SHA256))
    return sequence(sequence(scheme, octets(hmac.digest(key, safes, "sha256"))), octets(b"unused"), integer(1))


def old_mac(rounds: int) -> bytes:
    """MacData that agrees with no password."""
    return sequence(sequence(SHA256, octets(bytes(32))), octets(b"pepper"), integer(rounds))


def sealed(rounds: int, data: bytes = bytes(32), cipher: str = "2.16.840.1.101.3.4.1.42") -> bytes:
    """A safe under PBES2 and AES-256, or another cipher, that no password opens."""
    algorithm = sequence(oid(cipher), octets(bytes(16)))
    scheme = sequence(oid("1.2.840.113549.1.5.13"), sequence(pbkdf2(b"pepper", rounds), algorithm))
    return content(ENCRYPTED_DATA, sequence(integer(0), sequence(DATA, scheme, element(0x80, data))))
