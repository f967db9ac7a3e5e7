"""How a server is set up to speak TLS, with a certificate that is well; and what answers without speaking it."""

import ssl
import tempfile
from base64 import encodebytes
from collections.abc import Callable
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import dsa

from tests.der_writer import integer, sequence
from tests.scripted_server import Conversation, Setup
from tests.truth.issuing import Issued, key, leaf, root
from tests.truth.served import Case, certified, scripted

TLS = ssl.TLSVersion
RSA_CIPHERS = (
    *("ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-CHACHA20-POLY1305"),
    *("ECDHE-RSA-AES256-SHA384", "ECDHE-RSA-AES128-SHA256", "ECDHE-RSA-AES256-SHA", "ECDHE-RSA-AES128-SHA"),
    *("AES256-GCM-SHA384", "AES128-GCM-SHA256", "AES256-SHA256", "AES128-SHA256", "AES256-SHA", "AES128-SHA"),
    *("AES256-CCM", "AES128-CCM8", "CAMELLIA256-SHA", "CAMELLIA128-SHA256", "ECDHE-RSA-CAMELLIA256-SHA384"),
    *("ARIA256-GCM-SHA384", "ECDHE-ARIA128-GCM-SHA256", "NULL-SHA256", "ECDHE-RSA-NULL-SHA", "AECDH-AES128-SHA"),
    *("DHE-RSA-AES128-GCM-SHA256", "DHE-RSA-AES256-SHA", "DHE-RSA-CHACHA20-POLY1305", "DHE-RSA-AES128-CCM"),
)
EC_CIPHERS = (
    *("ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-CHACHA20-POLY1305"),
    *("ECDHE-ECDSA-AES128-CCM", "ECDHE-ECDSA-ARIA128-GCM-SHA256", "ECDHE-ECDSA-AES256-SHA384"),
)
VERSIONS: tuple[tuple[TLS, TLS], ...] = (
    *((TLS.TLSv1, TLS.TLSv1), (TLS.TLSv1, TLS.TLSv1_1), (TLS.TLSv1_1, TLS.TLSv1_1), (TLS.TLSv1, TLS.TLSv1_2)),
    *(
        (TLS.TLSv1_2, TLS.TLSv1_2),
        (TLS.TLSv1_2, TLS.TLSv1_3),
        (TLS.TLSv1_3, TLS.TLSv1_3),
        (TLS.TLSv1, TLS.TLSv1_3),
    ),
)
CURVES = ("prime256v1", "secp384r1", "secp521r1", "secp224r1", "secp256k1", "X25519", "X448", "brainpoolP256r1")


def speaks(oldest: TLS, newest: TLS, ciphers: str = "ALL:@SECLEVEL=0") -> Setup:
    def setup(context: ssl.SSLContext) -> None:
        context.minimum_version, context.maximum_version = oldest, newest
        context.set_ciphers(ciphers)

    return setup


def takes(ciphers: str) -> Setup:
    return speaks(TLS.TLSv1_2, TLS.TLSv1_2, f"{ciphers}:@SECLEVEL=0")


def agrees_on(curve: str, newest: TLS) -> Setup:
    def setup(context: ssl.SSLContext) -> None:
        context.maximum_version = newest
        context.set_ciphers("ECDHE:@SECLEVEL=0")
        context.set_ecdh_curve(curve)

    return setup


@cache
def parameters(bits: int) -> bytes:
    """Of Diffie and Hellman's exchange, of a subgroup as DSA's are, which are found fast."""
    found = dsa.generate_parameters(bits).parameter_numbers()
    der = sequence(integer(found.p), integer(found.g))
    return b"-----BEGIN DH PARAMETERS-----\n" + encodebytes(der) + b"-----END DH PARAMETERS-----\n"


def exchanges(bits: int) -> Setup:
    def setup(context: ssl.SSLContext) -> None:
        takes("DHE-RSA-AES256-GCM-SHA384")(context)
        with tempfile.NamedTemporaryFile() as file:
            Path(file.name).write_bytes(parameters(bits))
            context.load_dh_params(file.name)

    return setup


def wants_one(mode: ssl.VerifyMode, newest: TLS) -> Setup:
    def setup(context: ssl.SSLContext) -> None:
        context.maximum_version = newest
        context.load_verify_locations(cadata=root().pem.decode())
        context.verify_mode = mode

    return setup


def refuses_names(alert: int) -> Setup:
    def setup(context: ssl.SSLContext) -> None:
        context.sni_callback = lambda *_: alert

    return setup


def with_option(option: int) -> Setup:
    def setup(context: ssl.SSLContext) -> None:
        context.options |= option

    return setup


def speaks_for(*protocols: str) -> Setup:
    def setup(context: ssl.SSLContext) -> None:
        context.set_alpn_protocols(protocols)

    return setup


def gives_tickets(number: int) -> Setup:
    def setup(context: ssl.SSLContext) -> None:
        context.num_tickets = number

    return setup


def answers(answer: bytes) -> Callable[[Conversation], None]:
    """To the ClientHello."""

    def script(conversation: Conversation) -> None:
        conversation.receive(8)
        conversation.send(b"S")
        conversation.receive()
        conversation.send(answer)
        if answer:
            conversation.receive()

    return script


def says(answer: bytes) -> Callable[[Conversation], None]:
    """To the SSLRequest."""

    def script(conversation: Conversation) -> None:
        conversation.receive(8)
        conversation.send(answer)
        if answer:
            conversation.receive()

    return script


NO_TLS: tuple[tuple[str, Callable[[Conversation], None]], ...] = (
    *((f"alert {number}", answers(b"\x15\x03\x03\x00\x02\x02" + bytes([number]))) for number in (0, 40, 42, 48)),
    *(
        (f"alert {number}", answers(b"\x15\x03\x03\x00\x02\x02" + bytes([number])))
        for number in (70, 80, 112, 120)
    ),
    ("no TLS after S", answers(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
    ("nothing after S", answers(b"")),
    ("N", says(b"N")),
    ("an error", says(b"E\0\0\0\x30SFATAL\0C53300\0Msorry, too many clients already\0\0")),
    ("nothing", says(b"")),
    ("more than S", says(b"SS")),
    ("another protocol", says(b"SSH-2.0-OpenSSH_9.2\r\n")),
)


def _setups() -> list[tuple[str, str, Setup]]:
    rows: list[tuple[str, str, Setup]] = [("rsa2048", f"ciphers {each}", takes(each)) for each in RSA_CIPHERS]
    rows += [("p256", f"ciphers {each}", takes(each)) for each in EC_CIPHERS]
    rows += [
        (kind, f"{kind} from {oldest.name} to {newest.name}", speaks(oldest, newest))
        for kind in ("rsa2048", "p256")
        for oldest, newest in VERSIONS
    ]
    rows += [("rsa2048", f"curve {each} in TLS 1.2", agrees_on(each, TLS.TLSv1_2)) for each in CURVES]
    rows += [("rsa2048", f"curve {each}", agrees_on(each, TLS.TLSv1_3)) for each in CURVES[:3]]
    rows += [("rsa2048", f"exchange of {bits} bits", exchanges(bits)) for bits in (1024, 2048)]
    for newest in (TLS.TLSv1_2, TLS.TLSv1_3):
        for mode in (ssl.CERT_OPTIONAL, ssl.CERT_REQUIRED):
            rows.append(("p256", f"client certificate {mode.name} in {newest.name}", wants_one(mode, newest)))
    rows += [
        ("p256", "alert 112 for the name", refuses_names(ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME)),
        ("p256", "alert 80 for the name", refuses_names(ssl.ALERT_DESCRIPTION_INTERNAL_ERROR)),
        ("p256", "no tickets", with_option(ssl.OP_NO_TICKET)),
        ("p256", "the server's order", with_option(ssl.OP_CIPHER_SERVER_PREFERENCE)),
        ("p256", "no tickets in TLS 1.3", gives_tickets(0)),
        ("p256", "ten tickets", gives_tickets(10)),
        ("p256", "PostgreSQL over ALPN", speaks_for("postgresql")),
        ("p256", "HTTP over ALPN", speaks_for("http/1.1", "h2")),
    ]
    return rows


def cases() -> list[Case]:
    """All of them; each certificate is as the strictest client wants it."""
    authority = root()
    chains: dict[str, Issued] = {kind: leaf(authority, of=key(kind, 3)) for kind in ("rsa2048", "p256")}
    made = [certified(f"TLS: {what}", authority, chains[kind], setup=setup) for kind, what, setup in _setups()]
    return [*made, *(scripted(f"no TLS: {what}", authority.pem, script) for what, script in NO_TLS)]
