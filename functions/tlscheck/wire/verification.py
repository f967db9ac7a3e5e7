"""Why a TLS handshake failed: OpenSSL's words as an outcome.

Source: OpenSSL, include/openssl/x509_vfy.h (X509_V_ERR_*) and include/openssl/sslerr.h (SSL_R_*).
OpenSSL stops at its first objection: issuer, then the strict checks, then the name, then the dates.
"""

from tlscheck.wire.observation import Handshake, HandshakeOutcome

_BY_VERIFY_CODE = {
    2: (HandshakeOutcome.UNKNOWN_ISSUER, "the issuer's certificate could not be found"),
    9: (HandshakeOutcome.NOT_YET_VALID, "a certificate of the chain is not yet valid"),
    10: (HandshakeOutcome.EXPIRED, "a certificate of the chain has expired"),
    18: (HandshakeOutcome.UNKNOWN_ISSUER, "the certificate is self-signed"),
    19: (HandshakeOutcome.UNKNOWN_ISSUER, "the chain ends in a root that is not one of the Region's"),
    20: (HandshakeOutcome.UNKNOWN_ISSUER, "no root of the Region issued the chain"),
    21: (HandshakeOutcome.UNKNOWN_ISSUER, "no root of the Region issued the certificate"),
    62: (HandshakeOutcome.WRONG_NAME, "the certificate does not carry the endpoint's name"),
    64: (HandshakeOutcome.WRONG_NAME, "the certificate does not carry the endpoint's address"),
    66: (HandshakeOutcome.UNTRUSTED, "the server's key is too short"),
    67: (HandshakeOutcome.UNTRUSTED, "a CA's key is too short"),
    68: (HandshakeOutcome.UNTRUSTED, "a CA signed with a digest that is too weak"),
    85: (
        HandshakeOutcome.UNTRUSTED,
        "a certificate lacks its authority key identifier, which strict clients demand",
    ),
    86: (
        HandshakeOutcome.UNTRUSTED,
        "a certificate lacks its subject key identifier, which strict clients demand",
    ),
}

_NOT_TLS = frozenset(
    {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "PACKET_LENGTH_TOO_LONG", "UNEXPECTED_MESSAGE"}
    | {"BAD_RECORD_TYPE", "RECORD_LAYER_FAILURE", "INVALID_ALERT", "NOT_SSL_RECORD_OR_HANDSHAKE"}
)
_CLOSED = frozenset({"UNEXPECTED_EOF_WHILE_READING"})


def refused(verify_code: int, message: str) -> Handshake:
    """The outcome of a failed verification; an objection that we have no name for keeps OpenSSL's own words."""
    outcome, why = _BY_VERIFY_CODE.get(verify_code, (HandshakeOutcome.UNTRUSTED, message or "no reason was given"))
    return Handshake(outcome, f"Verification failed: {why} (OpenSSL {verify_code}).")


def broken(reason: str | None) -> Handshake:
    """The outcome of a handshake that failed before or beside verification; `reason` is SSLError.reason."""
    if reason in _CLOSED or reason is None:
        return Handshake(HandshakeOutcome.CLOSED, "The server closed the connection during the TLS handshake.")
    if reason in _NOT_TLS:
        return Handshake(
            HandshakeOutcome.NOT_POSTGRESQL, f"The server agreed to TLS and then did not speak it ({reason})."
        )
    if "_ALERT_" in reason:
        return Handshake(HandshakeOutcome.CLOSED, f"The server broke off the TLS handshake ({reason}).")
    return Handshake(HandshakeOutcome.UNTRUSTED, f"The TLS handshake failed: {reason}.")
