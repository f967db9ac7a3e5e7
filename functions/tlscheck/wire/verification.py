"""Why a TLS handshake failed: OpenSSL's words as an outcome.

Source: OpenSSL, include/openssl/x509_vfy.h (X509_V_ERR_*) and include/openssl/sslerr.h (SSL_R_*).
OpenSSL stops at its first objection: issuer, then the strict checks, then the name, then the dates.
"""

from tlscheck.wire.observation import Handshake, HandshakeOutcome

_BY_VERIFY_CODE = {
    2: (HandshakeOutcome.UNKNOWN_ISSUER, "the issuer's certificate could not be found"),
    9: (HandshakeOutcome.NOT_YET_VALID, "a certificate of the chain is not yet valid"),
    10: (HandshakeOutcome.EXPIRED, "a certificate of the chain has expired"),
    18: (HandshakeOutcome.SELF_SIGNED, "the certificate signed itself"),
    19: (HandshakeOutcome.UNKNOWN_ISSUER, "the chain ends in a root that is not one of the Region's"),
    20: (HandshakeOutcome.UNKNOWN_ISSUER, "no root of the Region issued the chain"),
    21: (HandshakeOutcome.UNKNOWN_ISSUER, "no root of the Region issued the certificate"),
    62: (HandshakeOutcome.WRONG_NAME, "the certificate does not carry the endpoint's name"),
    64: (HandshakeOutcome.WRONG_NAME, "the certificate does not carry the endpoint's address"),
    66: (HandshakeOutcome.WEAK, "the server's key is too short"),
    67: (HandshakeOutcome.WEAK, "a CA's key is too short"),
    79: (HandshakeOutcome.UNTRUSTED, "a certificate of the chain was issued by one that is no CA"),
    68: (HandshakeOutcome.WEAK, "a CA signed with a digest that is too weak"),
}

_BY_STRICT_RULE = {
    85: "a certificate lacks its authority key identifier",
    86: "a certificate lacks its subject key identifier",
    89: "a CA's basic constraints are not marked as critical",
    92: "a CA's certificate lacks its key usage",
}
_STRICT_RULES = range(80, 95)
"""Of X509_V_ERR_*: what only X509_V_FLAG_X509_STRICT asks for."""

_NOT_TLS = frozenset(
    {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "PACKET_LENGTH_TOO_LONG", "UNEXPECTED_MESSAGE"}
    | {"BAD_RECORD_TYPE", "RECORD_LAYER_FAILURE", "INVALID_ALERT", "NOT_SSL_RECORD_OR_HANDSHAKE"}
)
_WEAK = frozenset(
    {"DH_KEY_TOO_SMALL", "EE_KEY_TOO_SMALL", "CA_KEY_TOO_SMALL", "CA_MD_TOO_WEAK", "WRONG_SIGNATURE_TYPE"}
)
_CLOSED = frozenset({"UNEXPECTED_EOF_WHILE_READING"})


def refused(verify_code: int, message: str) -> Handshake:
    """The outcome of a failed verification; an objection that we have no name for keeps OpenSSL's own words."""
    if verify_code in _STRICT_RULES:
        why = _BY_STRICT_RULE.get(verify_code, message)
        return Handshake(
            HandshakeOutcome.NOT_STRICT,
            f"Verification failed: {why}, which strict clients demand (OpenSSL {verify_code}).",
        )
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
    if reason in _WEAK:
        return Handshake(HandshakeOutcome.WEAK, f"The TLS handshake failed: {reason}.")
    return Handshake(HandshakeOutcome.UNTRUSTED, f"The TLS handshake failed: {reason}.")
