"""The checks, all of them."""

from collections.abc import Mapping

from tlscheck.verdict.check import Check, CheckId
from tlscheck.verdict.checks import (
    babelfish_tls,
    ca,
    certificate_rotation,
    connection_log,
    default_ca,
    force_ssl,
    not_observed,
    password_hashes,
    plaintext_clients,
    proxy_tls,
    server_certificate,
    tls_clients,
    tls_versions,
    trust_store,
    upgrade_enforces_tls,
)

CHECKS: Mapping[CheckId, Check] = {
    each.CHECK.id: each.CHECK
    for each in (
        force_ssl,
        ca,
        server_certificate,
        plaintext_clients,
        tls_clients,
        certificate_rotation,
        tls_versions,
        upgrade_enforces_tls,
        babelfish_tls,
        password_hashes,
        connection_log,
        proxy_tls,
        trust_store,
        default_ca,
        not_observed,
    )
}
