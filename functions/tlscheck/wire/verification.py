"""Why a TLS handshake failed: what happened until then, and OpenSSL's words, as an outcome.

Source: OpenSSL, include/openssl/x509_vfy.h (X509_V_ERR_*) and include/openssl/sslerr.h (SSL_R_*; from 1000 on they
are alerts that the server sent). OpenSSL stops at its first objection: issuer, then the strict checks, then the
name, then the dates. Once a chain was seen and any other error ends the handshake, verification was content: a
client verifies the chain as soon as it has it (ssl/statem/statem_clnt.c, tls_post_process_server_certificate).
"""

import re
from collections.abc import Sequence

from tlscheck.inventory.ca_name import ca_of_subject
from tlscheck.wire.observation import Certificate, Handshake, HandshakeOutcome
from tlscheck.wording import quoted

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
    79: "a CA's certificate does not say that it is one (basic constraints)",
    85: "a certificate lacks its authority key identifier",
    86: "a certificate lacks its subject key identifier",
    89: "a CA's basic constraints are not marked as critical",
    92: "a CA's certificate lacks its key usage",
}
_STRICT_RULES = range(79, 95)
"""Of X509_V_ERR_*: what X509_V_FLAG_X509_STRICT asks for, and 79, which without it asks for less: an extension of
key usage that lets it sign certificates is enough then (crypto/x509/v3_purp.c, check_ca)."""

_NOTHING_IN_COMMON = frozenset(
    {"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "WRONG_SSL_VERSION", "VERSION_TOO_LOW"}
    | {"SSLV3_ALERT_HANDSHAKE_FAILURE", "TLSV1_ALERT_INSUFFICIENT_SECURITY"}
    | {"WRONG_CIPHER_RETURNED", "UNKNOWN_CIPHER_RETURNED", "NO_CIPHERS_AVAILABLE"}
)
"""Before any certificate: the server takes no version, cipher or group of those that were offered. Which of them,
its alert does not tell (RFC 8446, handshake_failure)."""

_NOT_TLS = frozenset(
    {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "PACKET_LENGTH_TOO_LONG", "UNEXPECTED_MESSAGE"}
    | {"BAD_RECORD_TYPE", "RECORD_LAYER_FAILURE", "INVALID_ALERT", "NOT_SSL_RECORD_OR_HANDSHAKE"}
)
"""Before any certificate: what came is no TLS."""

_WANTS_OURS = frozenset(
    {"TLSV13_ALERT_CERTIFICATE_REQUIRED", "SSLV3_ALERT_NO_CERTIFICATE", "SSLV3_ALERT_BAD_CERTIFICATE"}
    | {"SSLV3_ALERT_UNSUPPORTED_CERTIFICATE", "SSLV3_ALERT_CERTIFICATE_UNKNOWN", "TLSV1_ALERT_UNKNOWN_CA"}
)
"""Of a client's certificate a server says these; its own it never judges."""

_ALERTS = ("SSLV3_ALERT_", "TLSV1_", "TLSV13_ALERT_")
"""How the names of alerts begin, of which TLSV1_UNRECOGNIZED_NAME and four others have no `ALERT` in them."""

_WEAK_CERTIFICATE = frozenset({"EE_KEY_TOO_SMALL", "CA_KEY_TOO_SMALL", "CA_MD_TOO_WEAK"})
_UNFIT_CERTIFICATE = frozenset(
    {"WRONG_CERTIFICATE_TYPE", "UNKNOWN_CERTIFICATE_TYPE", "UNABLE_TO_FIND_PUBLIC_KEY_PARAMETERS", "BAD_ECC_CERT"}
)
"""A certificate whose key is not one that this handshake can use."""

_UNPROVEN = frozenset({"BAD_SIGNATURE"})
"""A signature in the handshake, which only the key of the certificate can make."""

_WEAK_EXCHANGE = frozenset({"DH_KEY_TOO_SMALL", "BAD_DH_VALUE", "WRONG_CURVE", "BAD_ECPOINT", "BAD_KEY_SHARE"})


def refused(verify_code: int, message: str, *, strict: bool = True) -> Handshake:
    """The outcome of a failed verification; an objection that we have no name for keeps OpenSSL's own words.

    `strict` is whether it was made with X509_V_FLAG_X509_STRICT.
    """
    if strict and verify_code in _STRICT_RULES:
        why = _BY_STRICT_RULE.get(verify_code, message)
        return Handshake(
            HandshakeOutcome.NOT_STRICT,
            f"Verification failed: {why}, which strict clients demand (OpenSSL {verify_code}).",
        )
    outcome, why = _BY_VERIFY_CODE.get(verify_code, (HandshakeOutcome.UNTRUSTED, message or "no reason was given"))
    return Handshake(outcome, f"Verification failed: {why} (OpenSSL {verify_code}).")


def closed(*, has_chain: bool) -> Handshake:
    """The outcome of a connection that ended without a word during the handshake."""
    verified = " after its certificate was verified" if has_chain else ""
    return Handshake(
        HandshakeOutcome.CLOSED, f"The server closed the connection during the TLS handshake{verified}."
    )


def broken(reason: str | None, *, has_chain: bool) -> Handshake:
    """The outcome of a handshake that failed beside verification.

    `reason` is SSLError.reason, or OpenSSL's words in the same form where Python knows no name for the error;
    `has_chain` is whether the server had sent its certificates by then. Without one, nothing is said of them.
    """
    reason = reason or "no reason was given"
    if has_chain:
        return _broken_after_the_certificate(reason)
    if reason in _NOTHING_IN_COMMON:
        return Handshake(
            HandshakeOutcome.NO_COMMON_TLS,
            "The server takes no TLS version, no cipher or no curve of the key exchange of those that were "
            f"offered ({reason}).",
        )
    if reason in _NOT_TLS:
        return Handshake(
            HandshakeOutcome.NOT_POSTGRESQL, f"The server agreed to TLS and then did not speak it ({reason})."
        )
    how = "was broken off by the server" if reason.startswith(_ALERTS) else "failed"
    return Handshake(
        HandshakeOutcome.FAILED, f"The TLS handshake {how} before any certificate was seen ({reason})."
    )


def _broken_after_the_certificate(reason: str) -> Handshake:
    if reason in _WEAK_CERTIFICATE:
        return Handshake(HandshakeOutcome.WEAK, f"The TLS handshake failed: {reason}.")
    if reason in _UNFIT_CERTIFICATE:
        return Handshake(
            HandshakeOutcome.UNTRUSTED, f"The certificate's key does not fit the TLS handshake ({reason})."
        )
    if reason in _UNPROVEN:
        return Handshake(
            HandshakeOutcome.UNPROVEN,
            f"The certificate verifies, but what the server signed does not fit its key ({reason}).",
        )
    if reason in _WANTS_OURS:
        why = "the server wanted one of the client's"
    elif reason == "SSLV3_ALERT_HANDSHAKE_FAILURE":
        why = "the server broke off, as one does that wants one of the client's"
    elif reason.startswith(_ALERTS):
        why = "the server broke off"
    elif reason in _WEAK_EXCHANGE:
        why = "its key exchange was too weak or wrong"
    else:
        why = "the handshake failed"
    return Handshake(HandshakeOutcome.FAILED, f"The certificate was verified, but then {why} ({reason}).")


def followed(shown: Handshake, chain: Sequence[Certificate]) -> Handshake:
    """The same, told for what was sent: where the chain stops short, who its next certificate is missing of."""
    if shown.outcome is not HandshakeOutcome.UNKNOWN_ISSUER or not chain:
        return shown
    last = _last_of_chain(chain)
    if last.self_issued or not last.issuer:
        return shown
    named = ca_of_subject(last.issuer)
    issuer, subject = quoted(_common_name(last.issuer)), quoted(_common_name(last.subject))
    missing = f"the server did not send the certificate of {issuer}, which is to have issued that of {subject}"
    if named and " Subordinate CA " in last.issuer:
        return Handshake(HandshakeOutcome.INCOMPLETE_CHAIN, f"Verification failed: {missing}.")
    return Handshake(shown.outcome, f"{shown.detail.removesuffix('.')}: {missing}.")


def _last_of_chain(chain: Sequence[Certificate]) -> Certificate:
    """The certificate up to which issuers follow each other, whatever the order in which they were sent."""
    last, others = chain[0], list(chain[1:])
    while above := next((each for each in others if each.subject == last.issuer), None):
        others.remove(above)
        last = above
        if last.self_issued:
            break
    return last


def _common_name(name: str) -> str:
    """Of a name in RFC 4514 form, or all of it where it has none."""
    named = re.search(r"(?:^|(?<!\\),)CN=((?:[^,+\\]|\\.)+)", name)
    return named[1] if named else name
