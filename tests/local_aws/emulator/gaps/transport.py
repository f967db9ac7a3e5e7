"""Stands in for TLS between a client and AWS's endpoints: what arrives on loopback counts as sent over TLS.

ministack serves plain HTTP here, so that aws:SecureTransport would be false and the bucket's policy deny all.
"""

from ministack import app


def fill() -> None:
    """Let every request's aws:SecureTransport be true."""
    pin = app.pin_request_origin

    def pin_as_secure(source_ip: str, secure_transport: bool) -> None:  # noqa: ARG001 - what it stands in for
        pin(source_ip, True)

    app.pin_request_origin = pin_as_secure
