"""Words that stand in the table, in reports and in Security Hub: a change of one would orphan what is stored."""

from tlscheck.verdict.check import CheckId, Severity, Status
from tlscheck.verdict.readiness import Verdict


def words(of: type[CheckId | Severity | Status | Verdict]) -> dict[str, str]:
    return {each.name: each.value for each in of}


def test_a_check_is_stored_under_its_name_and_told_in_this_order() -> None:
    assert list(words(CheckId).items()) == [
        ("FORCE_SSL", "force-ssl"),
        ("CA", "ca"),
        ("SERVER_CERTIFICATE", "server-certificate"),
        ("PLAINTEXT_CLIENTS", "plaintext-clients"),
        ("TLS_CLIENTS", "tls-clients"),
        ("LOST_ENCRYPTION", "lost-encryption"),
        ("REFUSING_CLIENTS", "refusing-clients"),
        ("ROTATION", "certificate-rotation"),
        ("TLS_VERSIONS", "tls-versions"),
        ("UPGRADE", "upgrade-enforces-tls"),
        ("BABELFISH_TLS", "babelfish-tls"),
        ("PASSWORD_HASHES", "password-hashes"),
        ("CONNECTION_LOG", "connection-log"),
        ("PROXY_TLS", "proxy-tls"),
        ("TRUST_STORE", "trust-store"),
        ("DEFAULT_CA", "default-ca"),
        ("NOT_OBSERVED", "not-observed"),
    ]


def test_a_status_is_stored_by_its_own_name() -> None:
    assert words(Status) == {
        "PASSED": "PASSED",
        "WARNING": "WARNING",
        "FAILED": "FAILED",
        "INFORMATIONAL": "INFORMATIONAL",
        "NOT_OBSERVED": "NOT_OBSERVED",
    }


def test_a_severity_is_one_of_security_hubs_labels() -> None:
    # AWS Security Hub user guide, "Severity": Label
    assert words(Severity) == {
        "INFORMATIONAL": "INFORMATIONAL",
        "LOW": "LOW",
        "MEDIUM": "MEDIUM",
        "HIGH": "HIGH",
        "CRITICAL": "CRITICAL",
    }


def test_verdicts_go_from_the_most_pressing_to_the_one_that_leaves_nothing_to_do() -> None:
    assert list(words(Verdict).items()) == [
        ("FIX_DATABASE", "FIX_DATABASE"),
        ("FIX_CLIENTS", "FIX_CLIENTS"),
        ("NOT_OBSERVED", "NOT_OBSERVED"),
        ("CLEAR", "CLEAR"),
    ]
