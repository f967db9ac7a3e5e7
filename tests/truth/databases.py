"""Real PostgreSQL servers, of every version that is at hand, with TLS as an owner may set it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

from tests.local_aws.fleet.certificates import Algorithm, CertificateAuthority, ServerCertificate, regional
from tests.local_aws.fleet.installations import MAJORS, binaries
from tests.local_aws.fleet.servers import Servers
from tests.truth.issuing import HOST
from tests.truth.served import Case

REGION = "eu-west-1"
OLD = "ssl_max_protocol_version = 'TLSv1.2'\n"
SETTINGS: tuple[tuple[str, str], ...] = (
    ("nothing set", ""),
    ("TLS 1.2 at most", OLD),
    ("TLS 1.3 at least", "ssl_min_protocol_version = 'TLSv1.3'\n"),
    *(
        (f"TLS 1.2 with {each}", f"{OLD}ssl_ciphers = '{each}'\n")
        for each in (
            *("AES256-GCM-SHA384", "AES128-SHA", "ECDHE-RSA-AES256-SHA", "HIGH:!aNULL:!3DES", "MEDIUM", "NULL"),
            *(
                "ECDHE-RSA-AES128-GCM-SHA256",
                "ECDHE-ECDSA-AES128-GCM-SHA256",
                "AES256-CCM",
                "CAMELLIA256-SHA",
                "PSK",
            ),
            *("DHE-RSA-AES256-GCM-SHA384", "AES128-SHA:ECDHE-RSA-AES256-GCM-SHA384", "ALL:@SECLEVEL=0"),
        )
    ),
    ("old ciphers of TLS 1.2, TLS 1.3 beside", "ssl_ciphers = 'AES128-SHA'\n"),
    ("TLS 1.2, the client's order", f"{OLD}ssl_prefer_server_ciphers = off\n"),
    ("TLS 1.2 and secp384r1", f"{OLD}ssl_ecdh_curve = 'secp384r1'\n"),
    ("secp521r1", "ssl_ecdh_curve = 'secp521r1'\n"),
    ("clients' certificates looked at", "ssl_ca_file = 'server.crt'\n"),
)
OLDER: tuple[tuple[str, str], ...] = (
    ("TLS 1.1 at most", "ssl_min_protocol_version = 'TLSv1'\nssl_max_protocol_version = 'TLSv1.1'\n"),
    ("TLS 1.0 alone", "ssl_min_protocol_version = 'TLSv1'\nssl_max_protocol_version = 'TLSv1'\n"),
    ("TLS 1.0 to 1.2", f"ssl_min_protocol_version = 'TLSv1'\n{OLD}"),
)
"""Where an OpenSSL that still speaks them comes with the server: with the packages of PostgreSQL 12 and 14."""


_NUMBERS = count()


def cases(stack: ExitStack) -> list[Case]:
    """Servers of the version that is always there, and of others where they are; the stack ends them."""
    authority = regional(REGION)
    certificate = authority.issue(HOST)
    servers = stack.enter_context(Servers())
    made = [_case(f"PostgreSQL: {what}", servers, authority, certificate, settings) for what, settings in SETTINGS]
    ecc = regional(REGION, Algorithm.ECC384)
    made.append(_case("PostgreSQL: an ECC certificate", servers, ecc, ecc.issue(HOST), OLD))
    made.append(_case("PostgreSQL: another name", servers, authority, authority.issue("another.example"), OLD))
    for major in MAJORS:
        found = _binaries(major)
        if found is None:
            continue
        those = stack.enter_context(Servers(found))
        made.append(_case(f"PostgreSQL {major}", those, authority, certificate, ""))
        if major in {12, 14}:
            made += [
                _case(f"PostgreSQL {major}: {what}", those, authority, certificate, settings)
                for what, settings in OLDER
            ]
    return made


def _binaries(major: int) -> Path | None:
    try:
        return binaries(major)
    except FileNotFoundError:
        return None


def _case(
    name: str, servers: Servers, authority: CertificateAuthority, certificate: ServerCertificate, settings: str
) -> Case:
    @contextmanager
    def serve() -> Iterator[int]:
        server = servers.start(f"case-{next(_NUMBERS)}", certificate, settings=settings)
        try:
            yield server.port
        finally:
            server.stop()

    return Case(name, authority.root_pem, serve)
