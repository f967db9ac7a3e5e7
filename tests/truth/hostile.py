"""Verified servers that mean harm: each answers a login or a look with as much as it thinks the probe will bear.

`python -m tests.truth.hostile` reads `{"chain": PEM, "key": PEM, "copies": n}` from its standard input, writes the
ports of its servers as one line, by their sort, and serves until its standard input ends. So neither their memory
nor their processor time is the probe's.
"""

import json
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.local_aws.fleet.certificates import ServerCertificate
from tests.look_rows import text_of
from tests.scripted_postgres import (
    COLUMN,
    LOGGED_IN,
    ONE_COLUMN,
    READY,
    SCRAM,
    After,
    behind_tls,
    message,
    says,
)
from tests.scripted_server import Conversation, ScriptedServer

MIB = 1024 * 1024
GROUPS_BYTES = 1_500_000
"""As many as fit into a row of two mebibytes in base64."""

LONG_CHAIN = "a chain of a hundred kibibytes"
"""The sort that says it before the login: OpenSSL takes no more (SSL_MAX_CERT_LIST_DEFAULT)."""

END = message(b"C", b"SELECT 1\0") + READY


def row(text: bytes) -> bytes:
    """A DataRow of one column."""
    return message(b"D", b"\0\1" + len(text).to_bytes(4) + text)


def answer(groups: str) -> bytes:
    """The answer to a look, whatever its groups are."""
    known = '{"version": 170004, "hidden": 0, "sees_all": true, "member": true, "kinds": 5000, "sessions": 5000, '
    told = known + '"force_ssl": "on", "groups": ' + groups + "}"
    return ONE_COLUMN + row(text_of(told.encode())[: 2 * MIB - 10].encode()) + END


def many(entry: str) -> str:
    """A list of so many alike as fit."""
    return f"[{','.join([entry] * (GROUPS_BYTES // (len(entry.encode()) + 1)))}]"


def groups(count: int, *, addresses: int = 1) -> str:
    """Groups of names that have nothing in common, as long as fits."""
    places = [f"2001:db8::{number:x}" for number in range(addresses)]
    length = (GROUPS_BYTES // count - len(json.dumps(places)) - 60) // 3
    return json.dumps(
        [
            [
                *(_word(number, length), _word(number + 1, length), _word(number + 2, length)),
                *(False, None, "client backend", False, 1, addresses, places),
            ]
            for number in range(count)
        ]
    )


def _word(number: int, length: int) -> str:
    letters = str(number).translate(str.maketrans("0123456789", "bcdfghjklm"))
    return (letters + "xyzw" * length)[: max(1, length)]


def for_ever(data: bytes) -> After:
    """The same again, until the client is gone."""

    def after(conversation: Conversation) -> None:
        while conversation.send(data):
            pass

    return after


def crumbs(conversation: Conversation) -> None:
    """A record of TLS for each byte of a row of two mebibytes."""
    for byte in ONE_COLUMN + row(b"A" * (2 * MIB - 10)):
        if not conversation.send(bytes([byte])):
            return


def drips(conversation: Conversation) -> None:
    """All of the largest row but its end, which comes slowly."""
    conversation.send((ONE_COLUMN + row(b"A" * (2 * MIB - 10)))[:-100_000])
    while conversation.send(b"A"):
        time.sleep(0.05)


def costly(conversation: Conversation) -> None:
    """SCRAM with as many iterations as are taken."""
    nonce = conversation.receive().rpartition(b"r=")[2]
    conversation.send(message(b"R", (11).to_bytes(4) + b"r=" + nonce + b"x,s=AAAAAAAAAAAAAAAAAAAAAA==,i=200000"))
    conversation.receive()


def sorts() -> Mapping[str, After]:
    """What each does after the handshake."""
    look = (LOGGED_IN,)
    return {
        "65,535 columns": says(*look, message(b"T", b"\xff\xff" + COLUMN * 65535)),
        "empty notices": says(b"", then=for_ever(message(b"N") * 4000)),
        "large notices": says(*look, then=for_ever(message(b"N", b"M" + b"x" * (32 * 1024 - 6)))),
        "parameters": says(b"", then=for_ever(message(b"S", b"a\0b\0") * 4000)),
        "error of two mebibytes": says(*look, message(b"E", b"M" * (2 * MIB - 5))),
        "error of many fields": says(*look, message(b"E", b"M\0" * (16 * 1024 - 10)) + READY),
        "lists": says(*look, answer(many("[]"))),
        "objects": says(*look, answer(many('{"":0}'))),
        "numbers": says(*look, answer(many("1e1"))),
        "nested": says(*look, answer("[" * GROUPS_BYTES)),
        "one wide character": says(*look, answer(json.dumps("\U0001f600" + "x" * 1_400_000, ensure_ascii=False))),
        "12,000 groups": says(*look, answer(groups(12_000))),
        "long groups": says(*look, answer(groups(1_600))),
        "many addresses": says(*look, answer(groups(1_800, addresses=40))),
        "rows without an end": says(*look, ONE_COLUMN, then=for_ever(row(b"A" * MIB))),
        "crumbs": says(*look, then=crumbs),
        "drips": says(*look, then=drips),
        "iterations": says(SCRAM, then=costly),
        LONG_CHAIN: says(LOGGED_IN, answer(many("[]"))),
        "silence": says(b"", then=Conversation.receive),
    }


def shown_by(sort: str, certificate: ServerCertificate) -> ServerCertificate:
    """What a server of this sort proves itself with."""
    if sort != LONG_CHAIN:
        return certificate
    root = x509.load_pem_x509_certificates(certificate.chain_pem)[-1]
    copies = 95_000 // len(root.public_bytes(Encoding.DER))
    return replace(certificate, chain_pem=certificate.chain_pem + root.public_bytes(Encoding.PEM) * copies)


def serve(certificate: ServerCertificate, copies: int, lines: Iterable[str]) -> None:
    """So many servers of each sort until the lines end."""
    with ExitStack() as stack:
        ports = {
            sort: [stack.enter_context(ScriptedServer(script)).port for _ in range(copies)]
            for sort, script in (
                (sort, behind_tls(shown_by(sort, certificate), after)) for sort, after in sorts().items()
            )
        }
        print(json.dumps(ports), flush=True)
        for _ in lines:
            pass


if __name__ == "__main__":
    told = json.loads(sys.stdin.readline())
    chain = told["chain"].encode()
    serve(
        ServerCertificate(x509.load_pem_x509_certificate(chain), chain, told["key"].encode()),
        told["copies"],
        sys.stdin,
    )
