"""SCRAM with real servers: what libpq logs in with opens them, or the limit is told by its name."""

import hashlib
import hmac
import re
import stringprep
from binascii import a2b_base64
from collections.abc import Iterator

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from psycopg import sql
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.wire.observation import LookOutcome
from tlscheck.wire.scram import prepared

from tests.local_aws.fleet.certificates import CertificateAuthority, regional
from tests.local_aws.fleet.installations import installations
from tests.local_aws.fleet.servers import Server, Servers
from tests.looker import REGION, Looker
from tests.odd_certificates import OddAuthority

PASSWORDS = {
    "ASCII": "hunter2",
    "ASCII that RFC 4013 prohibits": "tab\there \x7f",
    "quotes": 'it\'s "odd" \\ $1 %s',
    "another blank": "pass\u00a0word",
    "what is not seen": "so\u00adft",
    "a blank that is not seen": "in\u200bboth",
    "nothing but that": "\u00ad",
    "a ligature": "\ufb01sh",
    "a decomposed letter": "cafe\u0301",
    "a control character": "\u00e9\x07",
    "of private use": "\ue000\u00ad",
    "prohibited before normalisation": "x\u0340",
    "younger than Unicode 3.2": "\U0001f511\u00a0",
    "from right to left": "\u0627\u00a01\u0628",
    "from right to left but for its end": "\u0627\u00a01",
    "in both directions": "a\u00ad\u0627",
    "very long": "\u00e9" * 500,
}


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return regional(REGION)


@pytest.fixture(scope="module")
def looker(authority: CertificateAuthority) -> Looker:
    return Looker(RegionalRoots(authority.root_pem))


@pytest.fixture(scope="module")
def newest(authority: CertificateAuthority) -> Iterator[Server]:
    """PostgreSQL 16 and later let a role's iterations be chosen."""
    with Servers(list(installations().values())[-1]) as servers:
        yield servers.start("scram", authority.issue("localhost"))


def administrator(server: Server) -> psycopg.Connection:
    return psycopg.connect(
        host=str(server.socket_directory), port=server.port, user="rdsadmin", dbname="postgres", autocommit=True
    )


def create(server: Server, user: str, password: str) -> None:
    with administrator(server) as connection:
        # The server hashes it itself.
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} IN ROLE pg_monitor").format(
                sql.Identifier(user), sql.Literal(password)
            )
        )


def lets_libpq_in(server: Server, user: str, password: str, binding: str = "prefer") -> bool:
    try:
        psycopg.connect(
            host="127.0.0.1",
            port=server.port,
            user=user,
            password=password,
            dbname="postgres",
            sslmode="require",
            channel_binding=binding,
        ).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.mark.parametrize("kind", PASSWORDS)
def test_every_password_that_libpq_logs_in_with_opens_the_server(
    newest: Server, looker: Looker, kind: str
) -> None:
    create(newest, kind, PASSWORDS[kind])
    assert lets_libpq_in(newest, kind, PASSWORDS[kind])
    seen = looker.look(newest.port, kind, PASSWORDS[kind])
    assert (seen.outcome, seen.detail) == (LookOutcome.SEEN, "0 sessions were seen.")
    wrong = looker.look(newest.port, kind, PASSWORDS[kind] + "x")
    assert wrong.outcome is LookOutcome.LOGIN_REFUSED
    assert "(28P01)" in wrong.detail
    assert "The secret does not open" in wrong.detail


def edges() -> list[str]:
    """Characters of 16 bits at which any table of RFC 3454 begins or ends, from either side."""
    tables = [getattr(stringprep, name) for name in dir(stringprep) if name.startswith("in_table_")]
    kinds = {code: [table(chr(code)) for table in tables] for code in range(0x7F, 0x10000)}
    found = {code for code in kinds if kinds.get(code - 1) != kinds[code]}
    return [chr(code) for code in sorted(found | {code - 1 for code in found}) if not 0xD800 <= code < 0xE000]


def test_passwords_are_prepared_as_the_server_itself_does_at_the_edges_of_all_tables(newest: Server) -> None:
    differ = []
    with administrator(newest) as connection:
        connection.execute("CREATE ROLE prepared LOGIN")
        connection.execute("SET scram_iterations = 1")
        for character in edges():
            password = f"a{character}"
            connection.execute(sql.SQL("ALTER ROLE prepared PASSWORD {}").format(sql.Literal(password)))
            row = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'prepared'").fetchone()
            assert row
            # SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey> (the manual, "pg_authid")
            salt, stored = (a2b_base64(each) for each in re.findall(r"[:$]([A-Za-z0-9+/]+=*)(?=[$:])", row[0])[1:])
            salted = hashlib.pbkdf2_hmac("sha256", prepared(password), salt, 1)
            if hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest() != stored:
                differ.append(password)
    assert differ == []


@pytest.mark.parametrize(
    ("iterations", "said"),
    [
        (1, "the server asks for 1 SCRAM iterations, fewer than 4096. With scram_iterations = 4096, ALTER ROLE"),
        (1000, "the server asks for 1000 SCRAM iterations, fewer than 4096."),
        (4095, "the server asks for 4095 SCRAM iterations, fewer than 4096."),
        (4096, None),
        (200_001, None),
        (600_000, None),  # OWASP's number for PBKDF2 with SHA-256
    ],
)
def test_iterations_are_bounded_by_the_time_alone_or_what_mends_them_is_said(
    newest: Server, looker: Looker, iterations: int, said: str | None
) -> None:
    user = f"of {iterations}"
    with administrator(newest) as connection:
        connection.execute(sql.SQL("SET scram_iterations = {}").format(iterations))
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'hunter2' IN ROLE pg_monitor").format(sql.Identifier(user))
        )
    assert lets_libpq_in(newest, user, "hunter2")
    seen = looker.look(newest.port, user, "hunter2")
    if said is None:
        assert (seen.outcome, seen.detail) == (LookOutcome.SEEN, "0 sessions were seen.")
        return
    assert seen.outcome is LookOutcome.FAILED
    assert seen.detail.startswith(f"The login broke off: {said}")
    # Done as it says, it opens the server.
    with administrator(newest) as connection:
        connection.execute("SET scram_iterations = 4096")
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD 'hunter2'").format(sql.Identifier(user)))
    assert looker.look(newest.port, user, "hunter2").outcome is LookOutcome.SEEN


def test_names_in_no_encoding_that_is_known_here_do_not_end_the_login(newest: Server, looker: Looker) -> None:
    """PostgreSQL repeats the user's name at the login, and since 18 the search_path."""
    create(newest, "jos\u00e9", "hunter2")
    with administrator(newest) as connection:
        connection.execute('ALTER ROLE "jos\u00e9" SET search_path = "sch\u00e9ma", public')
    assert looker.look(newest.port, "jos\u00e9", "hunter2").outcome is LookOutcome.SEEN


def test_a_certificate_without_a_digest_is_seen_where_libpq_cannot_bind_to_it() -> None:
    odd = OddAuthority(REGION, ed25519.Ed25519PrivateKey.generate())
    with Servers() as servers:
        server = servers.start("ed25519", odd.issue())
        password = servers.passwords["tlscheck"]
        bound, unbound = (
            lets_libpq_in(server, "tlscheck", password, binding) for binding in ("prefer", "disable")
        )
        seen = Looker(RegionalRoots(odd.root_pem)).look(server.port, "tlscheck", password)
    assert (bound, unbound) == (False, True)
    assert seen.outcome is LookOutcome.SEEN
