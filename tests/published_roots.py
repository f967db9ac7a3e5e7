"""Roots that pass for RDS's, and a local HTTPS server that publishes bundles of them."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
SILENT = -1
"""For an answer that does not say how long it is."""

Publish = Callable[[bytes, int | None], tuple[str, ssl.SSLContext]]


def certificate(
    key: Key,
    name: str,
    *,
    issuer: str = "",
    signer: Key | None = None,
    ca: bool = True,
    until: datetime | None = None,
) -> x509.Certificate:
    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    return (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer or name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2021, 5, 21, tzinfo=UTC))
        .not_valid_after(until or datetime(2061, 5, 21, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(signer or key, SHA256())
    )


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


def root_name(region: str, algorithm: str = "RSA2048") -> str:
    return f"Amazon RDS {region} Root CA {algorithm} G1"


@contextmanager
def publisher(folder: Path) -> Iterator[Publish]:
    """A local HTTPS server that answers what it is given; `announced` lies about the length, SILENT says none."""
    answer: list[tuple[bytes, int | None]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, announced = answer[-1]
            moved = body.startswith(b"http")
            self.send_response(302 if moved else 200)
            if moved:
                self.send_header("Location", body.decode())
            if announced != SILENT:
                self.send_header("Content-Length", str(len(body) if announced is None else announced))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    key = ec.generate_private_key(ec.SECP256R1())
    own = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.KeyUsage(True, False, False, False, False, True, False, False, False), critical=True)
        .sign(key, SHA256())
    )
    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    chain = folder / "server.pem"
    chain.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + pem(own))
    context.load_cert_chain(chain)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    trusting = ssl.create_default_context(cadata=own.public_bytes(Encoding.PEM).decode())

    def serve(body: bytes, announced: int | None) -> tuple[str, ssl.SSLContext]:
        answer.append((body, announced))
        return f"https://127.0.0.1:{server.server_port}/global-bundle.pem", trusting

    try:
        yield serve
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
