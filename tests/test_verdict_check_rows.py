"""Each check's row as its own module has it: nothing but its judge hangs on where a row lies."""

import pytest
from tlscheck.verdict.check import Check
from tlscheck.verdict.checks import (
    babelfish_tls,
    ca,
    certificate_rotation,
    connection_log,
    default_ca,
    force_ssl,
    lost_encryption,
    not_observed,
    password_hashes,
    plaintext_clients,
    proxy_tls,
    refusing_clients,
    server_certificate,
    tls_clients,
    tls_versions,
    trust_store,
    upgrade_enforces_tls,
)

from tests.check_rows import ROWS

LIE_IN = (
    babelfish_tls,
    ca,
    certificate_rotation,
    connection_log,
    default_ca,
    force_ssl,
    lost_encryption,
    not_observed,
    password_hashes,
    plaintext_clients,
    proxy_tls,
    refusing_clients,
    server_certificate,
    tls_clients,
    tls_versions,
    trust_store,
    upgrade_enforces_tls,
)
CHECKS: dict[str, Check] = {module.CHECK.id.value: module.CHECK for module in LIE_IN}
SEVERITIES = {
    # The statuses that are more than INFORMATIONAL.
    "force-ssl": {"FAILED": "MEDIUM", "WARNING": "LOW"},
    "ca": {"FAILED": "HIGH", "WARNING": "MEDIUM"},
    "server-certificate": {"FAILED": "HIGH", "WARNING": "MEDIUM"},
    "plaintext-clients": {"FAILED": "HIGH", "WARNING": "MEDIUM"},
    "tls-clients": {},
    "lost-encryption": {"FAILED": "CRITICAL"},
    "refusing-clients": {"FAILED": "HIGH", "WARNING": "MEDIUM"},
    "certificate-rotation": {"FAILED": "HIGH", "WARNING": "MEDIUM"},
    "tls-versions": {"FAILED": "MEDIUM", "WARNING": "LOW"},
    "upgrade-enforces-tls": {"WARNING": "MEDIUM"},
    "babelfish-tls": {"FAILED": "MEDIUM", "WARNING": "LOW"},
    "password-hashes": {},
    "connection-log": {"WARNING": "LOW"},
    "proxy-tls": {"FAILED": "MEDIUM", "WARNING": "MEDIUM"},
    "trust-store": {"FAILED": "HIGH"},
    "default-ca": {"FAILED": "MEDIUM", "WARNING": "LOW"},
    "not-observed": {"NOT_OBSERVED": "LOW"},
}


@pytest.mark.parametrize(("check", "title", "why", "remedy", "page"), ROWS)
def test_a_row_says_what_its_check_is(check: str, title: str, why: str, remedy: str, page: str) -> None:
    row = CHECKS[check]
    assert (row.title, row.why, row.remedy) == (title, why, remedy)
    assert row.documentation == f"https://docs.aws.amazon.com/AmazonRDS/latest/{page}"
    exposure, practice = "Effects/Data Exposure", "Software and Configuration Checks/AWS Security Best Practices"
    assert row.type == (exposure if check in {"plaintext-clients", "lost-encryption"} else practice)
    graver = {status.value: severity.value for status, severity in row.severities.items()}
    assert graver == SEVERITIES[check]


def test_every_check_has_a_row_of_its_own() -> None:
    assert len(LIE_IN) == len(CHECKS)
    assert set(CHECKS) == {row[0] for row in ROWS} == set(SEVERITIES)
