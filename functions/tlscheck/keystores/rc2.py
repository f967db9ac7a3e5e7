"""RC2 in CBC mode (RFC 2268), deciphering only: Java wrote the certificates of a PKCS12 so until JDK 15."""

import struct

BLOCK = 8

ROUNDS = 50
"""What a block costs, in rounds of a key derivation that take as long: this is Python, not a library."""

# RFC 2268, section 2: digits of pi.
_PI = bytes.fromhex(
    "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2"
    "179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82"
    "54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626"
    "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7"
    "08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec"
    "c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731"
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9"
    "0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad"
)


def decipher(key: bytes, iv: bytes, data: bytes) -> bytes:
    """The plain text with its padding; the key's own length is its strength. ValueError for half a block."""
    if len(data) % BLOCK:
        raise ValueError("its last block is incomplete")
    words = _expanded(key)
    previous, plain = iv, bytearray()
    for start in range(0, len(data), BLOCK):
        block = data[start : start + BLOCK]
        piece = _block(words, block)
        plain += bytes(a ^ b for a, b in zip(piece, previous, strict=True))
        previous = block
    return bytes(plain)


def _expanded(key: bytes) -> list[int]:
    table = bytearray(key)
    for place in range(len(key), 128):
        table.append(_PI[table[place - 1] + table[place - len(key)] & 0xFF])
    table[128 - len(key)] = _PI[table[128 - len(key)]]
    for place in range(127 - len(key), -1, -1):
        table[place] = _PI[table[place + 1] ^ table[place + len(key)]]
    return list(struct.unpack("<64H", table))


def _block(words: list[int], block: bytes) -> bytes:
    r = list(struct.unpack("<4H", block))
    place = 63
    for mixing_round in range(16):
        for index, rotation in ((3, 5), (2, 3), (1, 2), (0, 1)):
            value = (r[index] >> rotation | r[index] << 16 - rotation) & 0xFFFF
            value -= words[place] + (r[index - 1] & r[index - 2]) + (~r[index - 1] & r[index - 3])
            r[index] = value & 0xFFFF
            place -= 1
        if mixing_round in {4, 10}:
            for index in (3, 2, 1, 0):
                r[index] = r[index] - words[r[index - 1] & 63] & 0xFFFF
    return struct.pack("<4H", *r)
