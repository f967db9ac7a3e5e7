"""What is said, word for word, of a handshake, a login, a look and a plaintext try that did not go well."""

import pytest
from tlscheck.wire.authority import authority
from tlscheck.wire.login import failed, grant_pg_monitor, refused
from tlscheck.wire.messages import Message
from tlscheck.wire.plaintext import meaning
from tlscheck.wire.ssl_request import refusal
from tlscheck.wire.target import Login
from tlscheck.wire.verification import broken, closed
from tlscheck.wire.verification import refused as unverified

from tests.examples import leaf


@pytest.mark.parametrize(
    ("code", "outcome", "said"),
    [
        # OpenSSL, include/openssl/x509_vfy.h (X509_V_ERR_*)
        (2, "UNKNOWN_ISSUER", "the issuer's certificate could not be found (OpenSSL 2)."),
        (9, "NOT_YET_VALID", "a certificate of the chain is not yet valid (OpenSSL 9)."),
        (10, "EXPIRED", "a certificate of the chain has expired (OpenSSL 10)."),
        (18, "SELF_SIGNED", "the certificate signed itself (OpenSSL 18)."),
        (19, "UNKNOWN_ISSUER", "the chain ends in a root that is not one of the Region's (OpenSSL 19)."),
        (20, "UNKNOWN_ISSUER", "no root of the Region issued the chain (OpenSSL 20)."),
        (21, "UNKNOWN_ISSUER", "no root of the Region issued the certificate (OpenSSL 21)."),
        (62, "WRONG_NAME", "the certificate does not carry the endpoint's name (OpenSSL 62)."),
        (64, "WRONG_NAME", "the certificate does not carry the endpoint's address (OpenSSL 64)."),
        (66, "WEAK", "the server's key is too short (OpenSSL 66)."),
        (67, "WEAK", "a CA's key is too short (OpenSSL 67)."),
        (68, "WEAK", "a CA signed with a digest that is too weak (OpenSSL 68)."),
        (
            79,
            "NOT_STRICT",
            (
                "a CA's certificate does not say that it is one (basic constraints), which strict clients demand "
                "(OpenSSL 79)."
            ),
        ),
        # only X509_V_FLAG_X509_STRICT asks for these: 80 (path length of one that is no CA) to 94 (explicit curve)
        (80, "NOT_STRICT", "OpenSSL's words, which strict clients demand (OpenSSL 80)."),
        (
            85,
            "NOT_STRICT",
            "a certificate lacks its authority key identifier, which strict clients demand (OpenSSL 85).",
        ),
        (
            86,
            "NOT_STRICT",
            "a certificate lacks its subject key identifier, which strict clients demand (OpenSSL 86).",
        ),
        (
            89,
            "NOT_STRICT",
            "a CA's basic constraints are not marked as critical, which strict clients demand (OpenSSL 89).",
        ),
        (92, "NOT_STRICT", "a CA's certificate lacks its key usage, which strict clients demand (OpenSSL 92)."),
        (94, "NOT_STRICT", "OpenSSL's words, which strict clients demand (OpenSSL 94)."),
        (95, "UNTRUSTED", "OpenSSL's words (OpenSSL 95)."),
        (78, "UNTRUSTED", "OpenSSL's words (OpenSSL 78)."),
    ],
)
def test_a_failed_verification_is_told_by_its_code(code: int, outcome: str, said: str) -> None:
    shown = unverified(code, "OpenSSL's words")
    assert (shown.outcome, shown.detail) == (outcome, f"Verification failed: {said}")


def test_what_fails_without_the_strict_rules_too_is_not_theirs() -> None:
    shown = unverified(79, "OpenSSL's words", strict=False)
    said = "Verification failed: a certificate of the chain was issued by one that is no CA (OpenSSL 79)."
    assert (shown.outcome, shown.detail) == ("UNTRUSTED", said)
    assert unverified(85, "OpenSSL's words", strict=False).outcome == "UNTRUSTED"


def test_a_failed_verification_without_any_words_says_that_too() -> None:
    assert unverified(1, "").detail == "Verification failed: no reason was given (OpenSSL 1)."


# OpenSSL, include/openssl/sslerr.h (SSL_R_*), as Python's SSLError.reason gives them
NOT_TLS = (
    "WRONG_VERSION_NUMBER",
    "HTTP_REQUEST",
    "HTTPS_PROXY_REQUEST",
    "PACKET_LENGTH_TOO_LONG",
    "UNEXPECTED_MESSAGE",
    "BAD_RECORD_TYPE",
    "RECORD_LAYER_FAILURE",
    "INVALID_ALERT",
    "NOT_SSL_RECORD_OR_HANDSHAKE",
)
BEFORE = "before any certificate was seen"


@pytest.mark.parametrize(
    ("reason", "outcome", "said"),
    [
        *[
            (each, "NOT_POSTGRESQL", f"The server agreed to TLS and then did not speak it ({each}).")
            for each in NOT_TLS
        ],
        *[
            (
                each,
                "NO_COMMON_TLS",
                (
                    "The server takes no TLS version, no cipher or no curve of the key exchange of those that "
                    f"were offered ({each})."
                ),
            )
            for each in (
                *(
                    "SSLV3_ALERT_HANDSHAKE_FAILURE",
                    "TLSV1_ALERT_PROTOCOL_VERSION",
                    "TLSV1_ALERT_INSUFFICIENT_SECURITY",
                ),
                *("UNSUPPORTED_PROTOCOL", "WRONG_CIPHER_RETURNED", "UNKNOWN_CIPHER_RETURNED", "WRONG_SSL_VERSION"),
                *("VERSION_TOO_LOW", "NO_CIPHERS_AVAILABLE"),
            )
        ],
        *[
            (each, "FAILED", f"The TLS handshake was broken off by the server {BEFORE} ({each}).")
            for each in (
                *("TLSV1_ALERT_INTERNAL_ERROR", "TLSV1_UNRECOGNIZED_NAME", "TLSV1_UNSUPPORTED_EXTENSION"),
                *(
                    "TLSV1_BAD_CERTIFICATE_STATUS_RESPONSE",
                    "TLSV1_CERTIFICATE_UNOBTAINABLE",
                    "TLSV1_ALERT_UNKNOWN_CA",
                ),
                *("TLSV1_ALERT_NO_APPLICATION_PROTOCOL", "TLSV1_ALERT_UNKNOWN_PSK_IDENTITY"),
                *(
                    "SSLV3_ALERT_BAD_CERTIFICATE",
                    "TLSV13_ALERT_MISSING_EXTENSION",
                    "SSLV3_ALERT_UNEXPECTED_MESSAGE",
                ),
            )
        ],
        *[
            (each, "FAILED", f"The TLS handshake failed {BEFORE} ({each}).")
            for each in (
                *("EXCESSIVE_MESSAGE_SIZE", "NO_PROTOCOLS_AVAILABLE", "EE_KEY_TOO_SMALL", "CA_MD_TOO_WEAK"),
                *("WRONG_SIGNATURE_TYPE", "BAD_SIGNATURE", "DH_KEY_TOO_SMALL", "UNKNOWN_ERROR", "a text of 2031"),
                *("UNSAFE_LEGACY_RENEGOTIATION_DISABLED", "WRONG_CERTIFICATE_TYPE", "LENGTH_MISMATCH"),
            )
        ],
        (None, "FAILED", f"The TLS handshake failed {BEFORE} (no reason was given)."),
    ],
)
def test_without_a_certificate_no_reason_of_openssls_speaks_of_one(
    reason: str | None, outcome: str, said: str
) -> None:
    shown = broken(reason, has_chain=False)
    assert (shown.outcome, shown.detail) == (outcome, said)


@pytest.mark.parametrize(
    ("reason", "outcome", "said"),
    [
        *[
            (each, "WEAK", f"The TLS handshake failed: {each}.")
            for each in ("EE_KEY_TOO_SMALL", "CA_KEY_TOO_SMALL")
        ],
        ("CA_MD_TOO_WEAK", "WEAK", "The TLS handshake failed: CA_MD_TOO_WEAK."),
        *[
            (each, "UNTRUSTED", f"The certificate's key does not fit the TLS handshake ({each}).")
            for each in ("WRONG_CERTIFICATE_TYPE", "UNKNOWN_CERTIFICATE_TYPE", "BAD_ECC_CERT")
        ],
        (
            "BAD_SIGNATURE",
            "UNPROVEN",
            "The certificate verifies, but what the server signed does not fit its key (BAD_SIGNATURE).",
        ),
        *[
            (
                each,
                "FAILED",
                f"The certificate was verified, but then its key exchange was too weak or wrong ({each}).",
            )
            for each in ("DH_KEY_TOO_SMALL", "BAD_ECPOINT", "WRONG_CURVE")
        ],
        *[
            (each, "FAILED", f"The certificate was verified, but then the handshake failed ({each}).")
            for each in ("WRONG_SIGNATURE_TYPE", "UNEXPECTED_MESSAGE", "DIGEST_CHECK_FAILED", "LENGTH_MISMATCH")
        ],
        *[
            (
                each,
                "FAILED",
                f"The certificate was verified, but then the server wanted one of the client's ({each}).",
            )
            for each in (
                "TLSV13_ALERT_CERTIFICATE_REQUIRED",
                "SSLV3_ALERT_BAD_CERTIFICATE",
                "TLSV1_ALERT_UNKNOWN_CA",
            )
        ],
        (
            "SSLV3_ALERT_HANDSHAKE_FAILURE",
            "FAILED",
            (
                "The certificate was verified, but then the server broke off, as one does that wants one of "
                "the client's (SSLV3_ALERT_HANDSHAKE_FAILURE)."
            ),
        ),
        (
            "TLSV1_ALERT_INTERNAL_ERROR",
            "FAILED",
            "The certificate was verified, but then the server broke off (TLSV1_ALERT_INTERNAL_ERROR).",
        ),
    ],
)
def test_with_a_certificate_a_reason_is_told_for_what_it_speaks_of(reason: str, outcome: str, said: str) -> None:
    shown = broken(reason, has_chain=True)
    assert (shown.outcome, shown.detail) == (outcome, said)


@pytest.mark.parametrize(("has_chain", "after"), [(False, ""), (True, " after its certificate was verified")])
def test_a_server_that_hangs_up_is_told_for_how_far_it_came(has_chain: bool, after: str) -> None:
    shown = closed(has_chain=has_chain)
    assert shown.detail == f"The server closed the connection during the TLS handshake{after}."
    assert shown.outcome == "CLOSED"


@pytest.mark.parametrize(
    ("answer", "outcome", "said"),
    [
        (b"", "CLOSED", "The server closed the connection at the SSLRequest."),
        (b"N", "TLS_REFUSED", "The server answered N to the SSLRequest: its parameter ssl is off."),
        (b"NO", "NOT_POSTGRESQL", "The answer to the SSLRequest was none of PostgreSQL's."),
        (
            b"E\0\0\0\x20SFATAL\0C53300\0Msorry, too many clients already\0\0",
            "CLOSED",
            "The server answered the SSLRequest with an error: 'sorry, too many clients already'.",
        ),
        (b"Eno fields", "CLOSED", "The server answered the SSLRequest with an error: 'no fields'."),
        # Whoever may invoke a probe does not read what else answers in its network.
        (b"220 hunter2 ESMTP", "NOT_POSTGRESQL", "The answer to the SSLRequest was none of PostgreSQL's."),
        (b"\xff\n", "NOT_POSTGRESQL", "The answer to the SSLRequest was none of PostgreSQL's."),
        (b"E" + b"x" * 61, "CLOSED", f"The server answered the SSLRequest with an error: '{'x' * 60}' and more."),
    ],
)
def test_an_answer_to_the_ssl_request_is_told(answer: bytes, outcome: str, said: str) -> None:
    shown = refusal(answer)
    assert shown is not None
    assert (shown.outcome, shown.detail) == (outcome, said)


def test_a_server_that_agrees_is_not_refused() -> None:
    assert refusal(b"S") is None


WITHOUT_IAM = (
    'CREATE USER "tlscheck"; where it is missing, then GRANT rds_iam TO "tlscheck"; after which no password opens '
    "it."
)
NOT_OPENED = (
    'The secret does not open "tlscheck": put its password there or, where nobody else uses it, ALTER ROLE '
    '"tlscheck" PASSWORD to what the secret holds; where it is missing, CREATE USER "tlscheck"; where it is past '
    "its VALID UNTIL, ALTER ROLE \"tlscheck\" VALID UNTIL 'infinity';"
)
OTHER_CODE = (
    'This is not the code of a wrong password: see whether "tlscheck" exists, may log in, and is admitted by '
    "pg_hba.conf from the probe's network."
)
ALL_TAKEN = "Every connection is taken, or the limit of this role or database is reached: raise the limit."
TRIGGER_WRITES = (
    'A login trigger of "db" writes in a session that is read only: on a standby let it ask pg_is_in_recovery() '
    'first; elsewhere ALTER ROLE "tlscheck" RESET default_transaction_read_only;'
)
TRIGGER_MAY_NOT = (
    'A login trigger of "db" does what "tlscheck" may not: grant it that, or make the trigger\'s function '
    "SECURITY DEFINER."
)


@pytest.mark.parametrize(
    ("code", "text", "login", "remedy"),
    [
        # PostgreSQL, src/backend/utils/errcodes.txt
        (
            "28000",
            "PAM authentication failed",
            Login.IAM,
            (
                "The IAM token was not accepted: the probe's role needs rds-db:connect on this user, and the "
                'database IAM authentication; then GRANT rds_iam TO "tlscheck";'
            ),
        ),
        (
            "28000",
            "no pg_hba.conf entry",
            Login.IAM,
            "No rule of the server's pg_hba.conf admits this user from the probe's network.",
        ),
        ("28000", "it is not permitted to log in", Login.SECRET, 'ALTER ROLE "tlscheck" LOGIN;'),
        ("28000", "x", Login.IAM, WITHOUT_IAM),
        ("28P01", "x", Login.IAM, WITHOUT_IAM),
        ("28P01", "PAM", Login.IAM, WITHOUT_IAM),
        (
            "28000",
            "PAM authentication failed",
            Login.SECRET,
            (
                '"tlscheck" is a member of rds_iam, whom RDS lets in by IAM tokens alone: remove the tag '
                'tlscheck:secret, or, where nobody uses it by tokens, REVOKE rds_iam FROM "tlscheck";'
            ),
        ),
        ("28000", "x", Login.SECRET, OTHER_CODE),
        ("28P01", "x", Login.SECRET, NOT_OPENED),
        (
            "28000",
            "connection requires a valid client certificate",
            Login.SECRET,
            "The server wants a client certificate of this user, and the probe has none.",
        ),
        (
            "28000",
            "SCRAM channel binding check failed",
            Login.SECRET,
            (
                "The server does not see the TLS connection that the probe has: something between them ends TLS "
                "and goes on with the login."
            ),
        ),
        ("3D000", "x", Login.IAM, 'CREATE DATABASE "db"; or name another database to log in to.'),
        ("42501", "x", Login.SECRET, 'GRANT CONNECT ON DATABASE "db" TO "tlscheck";'),
        (
            "42501",
            'permission denied for database "db"',
            Login.SECRET,
            'GRANT CONNECT ON DATABASE "db" TO "tlscheck";',
        ),
        ("42501", "permission denied for table login_log", Login.SECRET, TRIGGER_MAY_NOT),
        ("25006", "cannot execute INSERT in a read-only transaction", Login.SECRET, TRIGGER_WRITES),
        (
            "P0001",
            "x",
            Login.SECRET,
            'What runs at each login raised that, such as a login trigger of "db": let it pass "tlscheck".',
        ),
        ("53300", "x", Login.IAM, ALL_TAKEN),
        ("53300", "sorry, too many clients already", Login.SECRET, ALL_TAKEN),
        (
            "53300",
            'too many connections for role "tlscheck"',
            Login.IAM,
            'Its limit is reached: ALTER ROLE "tlscheck" CONNECTION LIMIT -1;',
        ),
        (
            "53300",
            'too many connections for database "db"',
            Login.IAM,
            'Raise its limit (ALTER DATABASE "db" CONNECTION LIMIT).',
        ),
        (
            "53300",
            (
                "remaining connection slots are reserved for roles with privileges of the "
                '"pg_use_reserved_connections" role'
            ),
            Login.SECRET,
            (
                "Only what reserved_connections keeps back is left: free connections, or raise max_connections; "
                'or GRANT pg_use_reserved_connections TO "tlscheck"; lets the probe have one of them.'
            ),
        ),
        *[
            (
                "53300",
                f"remaining connection slots are reserved for {whom}",
                Login.IAM,
                "Only connections that are kept back for others are left: free some, or raise max_connections.",
            )
            for whom in (
                "roles with the SUPERUSER attribute",
                "non-replication superuser connections",
                "non-replication superuser and rds_superuser connections",
            )
        ],
        (
            "55000",
            "x",
            Login.IAM,
            'ALTER DATABASE "db" ALLOW_CONNECTIONS true; or name another database to log in to.',
        ),
        (
            "57014",
            "canceling authentication due to timeout",
            Login.SECRET,
            (
                "The login was not over within the server's authentication_timeout: it is busy, or that parameter "
                "too short; the next sweep tries again."
            ),
        ),
        (
            "57P03",
            "x",
            Login.IAM,
            "The server is starting, recovering or shutting down; the next sweep tries again.",
        ),
        (
            "XX000",
            "could not find digest for NID UNDEF",
            Login.SECRET,
            (
                "The signature of the server's certificate has no digest of its own (Ed25519, for one), so that "
                "no SCRAM login can be bound to it, by libpq neither: give the server a certificate signed by RSA "
                "or ECDSA."
            ),
        ),
        ("XX000", "x", Login.IAM, ""),
    ],
)
def test_a_refused_login_is_told_with_its_remedy(code: str, text: str, login: Login, remedy: str) -> None:
    seen = refused({"C": code, "M": text}, login, "tlscheck", "db")
    assert (seen.outcome, seen.detail) == (
        "LOGIN_REFUSED",
        f"The server refused the login ({code}): {text}. {remedy}".rstrip(),
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "The look failed (no SQLSTATE)."),
        ({"C": "XX000", "M": "internal error."}, "The look failed (XX000): internal error."),
        ({"C": "XX0001234"}, "The look failed (XX000)."),
        ({"C": "42501", "M": "denied"}, 'The look failed (42501): denied. GRANT pg_monitor TO "tlscheck";'),
        (
            {"C": "57014", "M": "canceled"},
            (
                "The look failed (57014): canceled. The look took longer than its statement_timeout; the next "
                "sweep tries again."
            ),
        ),
        (
            {"C": "57P01", "M": "terminated"},
            "The look failed (57P01): terminated. The server is shutting down; the next sweep tries again.",
        ),
        ({"C": "XX000", "M": "x" * 200}, f"The look failed (XX000): {'x' * 200}."),
        ({"C": "XX000", "M": "x" * 201}, f"The look failed (XX000): {'x' * 199}…."),
        (
            {"C": "55P03", "M": "no"},
            (
                "The look failed (55P03): no. Somebody holds a lock on the system catalogs; the next sweep tries "
                "again."
            ),
        ),
    ],
)
def test_a_failed_look_is_told_with_its_remedy(fields: dict[str, str], said: str) -> None:
    seen = failed(fields, "tlscheck")
    assert (seen.outcome, seen.detail) == ("FAILED", said)


def test_a_grant_names_the_role_as_an_identifier() -> None:
    assert grant_pg_monitor("a") == 'GRANT pg_monitor TO "a";'


def error(code: str, text: str) -> Message:
    return Message("E", b"SFATAL\0C" + code.encode() + b"\0M" + text.encode() + b"\0\0")


@pytest.mark.parametrize(
    ("answer", "outcome", "said"),
    [
        (Message("R", bytes(4)), "ACCEPTED", "The server went on to authenticate a client without TLS."),
        # PostgreSQL, src/backend/libpq/auth.c (ClientAuthentication): the second is the word before version 14
        (error("28000", "x, no encryption"), "REFUSED", "The server refused a client because it did not use TLS."),
        (error("28000", "x, SSL off"), "REFUSED", "The server refused a client because it did not use TLS."),
        (
            error("28000", "no encryption, x"),
            "UNKNOWN",
            "The server answered a client without TLS with (28000): no encryption, x",
        ),
        (
            error("28P01", "x, no encryption"),
            "UNKNOWN",
            "The server answered a client without TLS with (28P01): x, no encryption",
        ),
        (
            error("XX0001", "y" * 201),
            "UNKNOWN",
            f"The server answered a client without TLS with (XX000): {'y' * 199}…",
        ),
        (Message("E", b"\0"), "UNKNOWN", "The server answered a client without TLS with (): "),
        (
            Message("N", b""),
            "UNKNOWN",
            "The server answered a connection without TLS with a message of type N.",
        ),
    ],
)
def test_a_plaintext_try_is_told_by_the_servers_first_message(answer: Message, outcome: str, said: str) -> None:
    shown = meaning(answer)
    assert (shown.outcome, shown.detail) == (outcome, said)


@pytest.mark.parametrize(
    ("issuer", "expected"),
    [
        # the subjects of AWS's bundles, and what DescribeCertificates calls the same CA
        ("CN=Amazon RDS eu-west-1 Root CA RSA2048 G1,L=Seattle", "rds-ca-rsa2048-g1"),
        ("CN=Amazon RDS eu-west-1 Root CA ECC384 G1", "rds-ca-ecc384-g1"),
        ("CN=Amazon RDS us-east-1 Subordinate CA RSA4096 G1.A.1,O=Amazon", "rds-ca-rsa4096-g1"),
        ("CN=Amazon RDS us-east-1 Root CA RSA2048 G12", "rds-ca-rsa2048-g12"),
        ("CN=Amazon RDS us-east-1 Root CA RSA2048 G123", None),
        ("CN=Amazon RDS Root 2019 CA,L=Seattle", "rds-ca-2019"),
        ("CN=Amazon RDS eu-west-1 2019 CA", "rds-ca-2019"),
        ("CN=Amazon RDS Root 2019 CAX", None),
        ("CN=Amazon Root CA 1", None),
    ],
)
def test_a_chain_names_its_ca_by_the_issuer_of_its_last_certificate(issuer: str, expected: str | None) -> None:
    other = leaf(issuer="CN=Amazon RDS eu-west-1 Root CA RSA4096 G1")
    assert authority([other, leaf(issuer=issuer)]) == expected
    assert authority([leaf(issuer=issuer)]) == expected


def test_no_chain_names_no_ca() -> None:
    assert authority([]) is None
