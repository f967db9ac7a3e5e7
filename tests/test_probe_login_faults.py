"""Logins to trusted servers that misbehave: each ends by its deadline, with a reason that holds no password."""

import re
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.postgres import look_at_sessions
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.edges.server.servers import observe
from tlscheck.edges.server.tls import open_verified
from tlscheck.wire.login import Credential
from tlscheck.wire.observation import HandshakeOutcome, Look, LookOutcome
from tlscheck.wire.target import Login, Target

from tests.leaks import nothing_leaked
from tests.local_aws.fleet.certificates import CertificateAuthority, ServerCertificate, regional
from tests.properties import FIXTURE_MAY_LAST, tries
from tests.scripted_postgres import (
    COLUMN,
    LOGGED_IN,
    ONE_COLUMN,
    READY,
    SCRAM,
    After,
    authentication,
    behind_tls,
    message,
    says,
)
from tests.scripted_server import SSL_REQUEST, Conversation, ScriptedServer

REGION = "eu-west-1"
PASSWORD = "hunter2-and-then-some"  # noqa: S105 - nobody's


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return regional(REGION)


@pytest.fixture(scope="module")
def trust_store(authority: CertificateAuthority) -> RegionalRoots:
    return RegionalRoots(authority.root_pem)


@pytest.fixture(scope="module")
def certificate(authority: CertificateAuthority) -> ServerCertificate:
    return authority.issue("localhost")


def error(code: str, text: str | bytes) -> bytes:
    raw = text.encode() if isinstance(text, str) else text
    return message(b"E", b"SFATAL\0C" + code.encode() + b"\0M" + raw + b"\0\0")


ASKS_FOR_PASSWORD = authentication(3)
ONE_ROW = message(b"D", (1).to_bytes(2) + (1).to_bytes(4) + b"x")
NOTICE = message(b"N", b"SNOTICE\0C00000\0M" + b"x" * 4000 + b"\0\0")
STATUS = message(b"S", b"application_name\0" + b"x" * 4000 + b"\0")


def waits(conversation: Conversation) -> None:
    while conversation.receive():
        pass


def drips(conversation: Conversation) -> None:
    for byte in STATUS[:50]:
        if not conversation.send(bytes([byte])):
            return
        time.sleep(0.05)


def repeats(data: bytes) -> After:
    def script(conversation: Conversation) -> None:
        for _ in range(20_000):
            if not conversation.send(data):
                return

    return script


def repeats_crumbs(conversation: Conversation) -> None:
    for byte in message(b"N", bytes(3000)):
        if not conversation.send(bytes([byte])):
            return


def echoes(said: Callable[[bytes], bytes]) -> After:
    def script(conversation: Conversation) -> None:
        credential = conversation.receive()[5:].rstrip(b"\0")
        conversation.send(error("28000", b"PAM: no " + said(credential)))

    return script


def lets_in_and_echoes(conversation: Conversation) -> None:
    credential = conversation.receive()[5:].rstrip(b"\0")
    conversation.send(LOGGED_IN)
    conversation.receive()
    conversation.send(error("42501", b"denied to " + credential[:-1]) + READY)


def look(trust_store: RegionalRoots, server: ScriptedServer, seconds: float, login: Login = Login.SECRET) -> Look:
    target = Target("arn:1", "localhost", server.port, REGION, login, "", "a-secret")
    context = trust_store.context(REGION)
    assert context
    handshake, connection = open_verified(target.host, target.port, context, Deadline.within(seconds))
    assert handshake.outcome is HandshakeOutcome.TRUSTED
    assert connection
    with connection:
        return look_at_sessions(connection, target, Credential("tlscheck", PASSWORD))


def scram_first(conversation: Conversation, iterations: bytes, salt: bytes = b"AAAAAAAAAAAAAAAAAAAAAA==") -> None:
    nonce = conversation.receive().rpartition(b"r=")[2]
    conversation.send(authentication(11, b"r=" + nonce + b"more,s=" + salt + b",i=" + iterations))


def asks_for(iterations: bytes) -> After:
    return lambda conversation: scram_first(conversation, iterations)


def unproved(*final: bytes) -> After:
    def script(conversation: Conversation) -> None:
        scram_first(conversation, b"4096")
        conversation.receive()
        conversation.send(b"".join(final))

    return script


FAILED, REFUSED = LookOutcome.FAILED, LookOutcome.LOGIN_REFUSED
FAULTS: dict[str, tuple[After, LookOutcome, str]] = {
    "closes at once": (says(then=Conversation.end), FAILED, "login broke off: the server closed"),
    "closes after the startup message": (says(b""), FAILED, "login broke off: the server closed"),
    "resets": (says(b"", then=Conversation.reset), FAILED, "login broke off: the server closed"),
    "falls silent": (says(b"", then=waits), FAILED, "login broke off: the server did not answer in time"),
    "drips": (says(b"", then=drips), FAILED, "login broke off: the server did not answer in time"),
    "stops in a header": (says(b"R\0\0"), FAILED, "closed the connection in the middle of a message"),
    "stops in a body": (says(SCRAM[:-3]), FAILED, "closed the connection in the middle of a message"),
    "sends an unknown type": (says(message(b"\x7f", b"x")), FAILED, "a message of unknown type 0x7f"),
    "negotiates the protocol": (says(message(b"v", bytes(8))), FAILED, "a message of unknown type 0x76"),
    "answers in HTTP": (says(b"HTTP/1.1 400 Bad Request"), FAILED, "a message of unknown type 0x48"),
    "sends zeros": (says(bytes(64)), FAILED, "a message of unknown type 0x00"),
    "sends a negative length": (says(message(b"R", b"", length=-1)), FAILED, "a message of -1 bytes"),
    "sends a length too small": (says(message(b"R", b"", length=3)), FAILED, "a message of 3 bytes"),
    "announces 1 GiB": (says(message(b"R", b"", length=2**30)), FAILED, "a message of 1073741824 bytes"),
    "announces 2 GiB": (says(message(b"E", b"", length=2**31 - 1)), FAILED, "a message of 2147483647 bytes"),
    "never ends its notices": (says(b"", then=repeats(NOTICE)), FAILED, "bytes beside its answer"),
    "never ends its parameters": (says(b"", then=repeats(STATUS)), FAILED, "bytes beside its answer"),
    "says nothing without an end": (
        says(b"", then=repeats(message(b"N") * 3000)),
        FAILED,
        "login broke off: the server sent 1001 messages of 5005 bytes beside its answer",
    ),
    "sends crumbs": (
        says(b"", then=repeats_crumbs),
        FAILED,
        "login broke off: the server sent 1001 bytes in 1001",
    ),
    "sends parameters that are none": (says(message(b"S", b"x")), FAILED, "a parameter status that is none"),
    "sends parameters in no encoding": (
        says(message(b"S", b"client_encoding\0x\0") + message(b"S", b"session_authorization\0\xff\0") + READY),
        FAILED,
        "type Z in the middle of a login",
    ),
    "asks for Kerberos": (says(authentication(2)), FAILED, "not spoken here: Kerberos"),
    "asks for GSSAPI": (says(authentication(7)), FAILED, "not spoken here: GSSAPI"),
    "asks for SSPI": (says(authentication(9)), FAILED, "not spoken here: SSPI"),
    "asks for the unheard-of": (says(authentication(99)), FAILED, "not spoken here: authentication request 99"),
    "asks for nothing": (says(message(b"R", b"\0")), FAILED, "an authentication request that is none"),
    "sends no MD5 salt": (says(authentication(5)), FAILED, "an MD5 salt of another length"),
    "refuses an MD5 password": (says(authentication(5, b"salt"), error("28P01", "no")), REFUSED, "28P01"),
    "offers another SCRAM": (
        says(authentication(10, b"SCRAM-SHA-1024\0\0")),
        FAILED,
        "offers no SCRAM that is known",
    ),
    "offers garbage": (says(authentication(10, b"\xff\0\0")), FAILED, "offers no SCRAM that is known"),
    "goes on with SCRAM unasked": (
        says(authentication(11, b"x")),
        FAILED,
        "authentication request 11 out of turn",
    ),
    "ends SCRAM unasked": (says(authentication(12, b"v=x")), FAILED, "authentication request 12 out of turn"),
    "offers SCRAM twice": (says(SCRAM, SCRAM), FAILED, "authentication request 10 out of turn"),
    "leaves SCRAM for cleartext": (
        says(SCRAM, ASKS_FOR_PASSWORD),
        FAILED,
        "authentication request 3 out of turn",
    ),
    "garbles SCRAM": (says(SCRAM, authentication(11, b"x")), FAILED, "first SCRAM message is malformed"),
    "replays a nonce": (
        says(SCRAM, authentication(11, b"r=x,s=AAAAAAAAAAAAAAAAAAAAAA==,i=4096")),
        FAILED,
        "first SCRAM message does not continue ours",
    ),
    "asks for two thousand million iterations": (
        says(SCRAM, then=asks_for(b"2147483647")),
        FAILED,
        (
            "asks for 2147483647 SCRAM iterations, more than the time suffices for. With scram_iterations = 4096, "
            'ALTER ROLE "tlscheck" PASSWORD to what the secret holds.'
        ),
    ),
    "asks for hardly any iteration": (
        says(SCRAM, then=asks_for(b"1")),
        FAILED,
        (
            "asks for 1 SCRAM iterations, fewer than 4096. With scram_iterations = 4096, ALTER ROLE "
            '"tlscheck" PASSWORD to what the secret holds.'
        ),
    ),
    "salts with next to nothing": (
        says(SCRAM, then=lambda conversation: scram_first(conversation, b"4096", b"c2FsdA==")),
        FAILED,
        (
            "The login broke off: the server's SCRAM salt has 4 bytes, fewer than 12. With scram_iterations = "
            '4096, ALTER ROLE "tlscheck" PASSWORD to what the secret holds.'
        ),
    ),
    **{
        f"does not know the password and says {name}": (
            says(SCRAM, then=unproved(authentication(12, proof), *more)),
            FAILED,
            "The login broke off: the server could not prove that it knows the password.",
        )
        # PostgreSQL sends all of it in one packet; an impostor cuts as it likes.
        for more in ((), (LOGGED_IN,), (LOGGED_IN, message(b"E", b"C57P01\0\0")), (authentication(0),))
        for name, proof in {
            f"{proof!r} and {len(more)} more of {len(b''.join(more))}": proof
            for proof in (b"v=" + b"A" * 43 + b"=", b"v=", b"", b"v=no base64", b"x=")
        }.items()
    },
    "refuses the proof in SCRAM": (
        says(SCRAM, then=unproved(authentication(12, b"e=invalid-proof"))),
        FAILED,
        "ended the SCRAM exchange with an error",
    ),
    "lets in without a proof": (
        says(SCRAM, then=unproved(LOGGED_IN)),
        FAILED,
        "ended the SCRAM exchange without its own proof",
    ),
    "refuses the proof": (
        says(SCRAM, then=unproved(error("28P01", "password authentication failed"))),
        REFUSED,
        "The secret does not open",
    ),
    "checks the password by PAM": (
        says(error("28000", 'PAM authentication failed for user "tlscheck"')),
        REFUSED,
        (
            'refused the login (28000): PAM authentication failed for user "tlscheck". "tlscheck" is a member of '
            "rds_iam, whom RDS lets in by IAM tokens alone: remove the tag tlscheck:secret, or, where nobody uses "
            'it by tokens, REVOKE rds_iam FROM "tlscheck";'
        ),
    ),
    "does not wait for the proof": (
        says(SCRAM, error("57014", "canceling authentication due to timeout")),
        REFUSED,
        "The login was not over within the server's authentication_timeout",
    ),
    "cannot bind the login to its certificate": (
        says(SCRAM, then=unproved(error("XX000", "could not find digest for NID UNDEF"))),
        REFUSED,
        "give the server a certificate signed by RSA or ECDSA.",
    ),
    "refuses in colours and from right to left": (
        says(SCRAM, then=unproved(error("99000", "no\x1b[31m\r\n\u202eyes\x07"))),
        REFUSED,
        "The server refused the login (99000): no [31m yes.",
    ),
    "answers the look in colours": (
        says(LOGGED_IN, error("99000", "no\x1b[31m\r\n\u202eyes\x07") + READY),
        FAILED,
        "The look failed (99000): no [31m yes.",
    ),
    "closes at the password": (says(authentication(5, b"salt")), FAILED, "login broke off: the server closed"),
    "asks for the password itself": (
        says(ASKS_FOR_PASSWORD, then=waits),
        REFUSED,
        'REVOKE rds_iam FROM "tlscheck";',
    ),
    "refuses without a code": (says(message(b"E", b"\0")), REFUSED, "no SQLSTATE"),
    "refuses in another encoding": (says(error("28000", b"\xff\xfe")), REFUSED, "28000"),
    "is ready before the login": (says(READY), FAILED, "type Z in the middle of a login"),
    "sends rows before the login": (says(ONE_ROW), FAILED, "type D in the middle of a login"),
    "authenticates twice": (
        says(authentication(0) + authentication(0)),
        FAILED,
        "type R in the middle of a login",
    ),
    "closes after the login": (says(LOGGED_IN), FAILED, "look broke off: the server closed"),
    "falls silent after the login": (
        says(LOGGED_IN, b"", then=waits),
        FAILED,
        "look broke off: the server did not answer in time",
    ),
    "takes too long": (
        says(LOGGED_IN, error("57014", "canceling statement") + READY),
        FAILED,
        "statement_timeout",
    ),
    "shuts down": (says(LOGGED_IN, error("57P01", "terminating")), FAILED, "look failed (57P01): terminating"),
    "lacks the view": (
        says(LOGGED_IN, error("42P01", "no relation")),
        FAILED,
        "look failed (42P01): no relation",
    ),
    "sends an undescribed row": (says(LOGGED_IN, ONE_ROW), FAILED, "type D in the middle of an answer"),
    "describes its rows twice": (
        says(LOGGED_IN, ONE_COLUMN + ONE_COLUMN),
        FAILED,
        "type T in the middle of an answer",
    ),
    "describes its rows with garbage": (
        says(LOGGED_IN, message(b"T", b"\0\1x")),
        FAILED,
        "look broke off: the server sent the description of a column that is none",
    ),
    "sends a row that ends early": (
        says(LOGGED_IN, ONE_COLUMN + message(b"D", b"\0\1\0\0\0\x09x")),
        FAILED,
        "a row that its lengths do not fit",
    ),
    "announces 1 GiB of a row": (
        says(LOGGED_IN, ONE_COLUMN + message(b"D", b"", length=2**30)),
        FAILED,
        "look broke off: the server announced a message of 1073741824 bytes",
    ),
    "announces 1 GiB of a column": (
        says(LOGGED_IN, ONE_COLUMN + message(b"D", b"\0\1\x40\0\0\0x")),
        FAILED,
        "a row that its lengths do not fit",
    ),
    "cuts a row": (says(LOGGED_IN, ONE_COLUMN + ONE_ROW[:-1]), FAILED, "look broke off: the server closed"),
    "never ends its rows": (says(LOGGED_IN, ONE_COLUMN, then=repeats(ONE_ROW * 500)), FAILED, "look broke off"),
    "authenticates again": (says(LOGGED_IN, authentication(3)), FAILED, "type R in the middle of an answer"),
    "answers something else": (
        says(LOGGED_IN, ONE_COLUMN + ONE_ROW + READY),
        FAILED,
        "something else than was",
    ),
    "answers with two rows": (
        says(LOGGED_IN, ONE_COLUMN + ONE_ROW * 2 + READY),
        FAILED,
        "type D in the middle of an answer",
    ),
    "answers with all the columns that a message can name": (
        says(LOGGED_IN, message(b"T", b"\xff\xff" + COLUMN * 1000)),
        FAILED,
        "look broke off: the server answers with 65535 columns instead of one",
    ),
    "describes two mebibytes of columns": (
        says(LOGGED_IN, message(b"T", length=2 * 1024 * 1024)),
        FAILED,
        "look broke off: the server announced a message of 2097152 bytes",
    ),
    "explains its error in two mebibytes": (
        says(LOGGED_IN, message(b"E", length=2 * 1024 * 1024)),
        FAILED,
        "look broke off: the server announced a message of 2097152 bytes",
    ),
    "answers with nothing": (says(LOGGED_IN, READY), FAILED, "something else than was asked for"),
}


@pytest.mark.parametrize(("after", "outcome", "said"), FAULTS.values(), ids=FAULTS)
def test_a_server_that_misbehaves_is_named_for_what_it_does_by_the_deadline(
    trust_store: RegionalRoots, certificate: ServerCertificate, after: After, outcome: LookOutcome, said: str
) -> None:
    seconds = 1.5 if "in time" in said else 8.0
    with nothing_leaked(), ScriptedServer(behind_tls(certificate, after)) as server:
        start = time.monotonic()
        seen = look(trust_store, server, seconds)
        assert time.monotonic() - start < 9  # the server would have given up after 10
    assert seen.outcome is outcome
    assert said in seen.detail
    assert PASSWORD not in seen.detail
    assert seen.sessions == ()
    assert len(server.conversations) == 1
    # Nobody is sent a password that he could read.
    assert PASSWORD.encode() not in server.received


@pytest.mark.parametrize(
    "said",
    [
        lambda token: token,
        lambda token: token[:-1],
        lambda token: token[5:],
        lambda token: token.upper(),
        lambda token: token[::-1],
        lambda token: b" ".join(token[start : start + 3] for start in range(0, len(token), 3)),
    ],
)
def test_a_server_that_repeats_the_token_in_any_form_is_not_repeated(
    trust_store: RegionalRoots, certificate: ServerCertificate, said: Callable[[bytes], bytes]
) -> None:
    """A token is sent as it is, to whom RDS's own server asks for it."""
    script = behind_tls(certificate, says(ASKS_FOR_PASSWORD, then=echoes(said)))
    with nothing_leaked(), ScriptedServer(script) as server:
        seen = look(trust_store, server, 8, Login.IAM)
    assert seen.outcome is REFUSED
    assert seen.detail == (
        "The server refused the login (28000). The IAM token was not accepted: the probe's role needs "
        'rds-db:connect on this user, and the database IAM authentication; then GRANT rds_iam TO "tlscheck";'
    )
    assert PASSWORD.encode() in server.received


def test_a_server_that_repeats_the_token_in_answer_to_the_look_is_not_repeated(
    trust_store: RegionalRoots, certificate: ServerCertificate
) -> None:
    script = behind_tls(certificate, says(ASKS_FOR_PASSWORD, then=lets_in_and_echoes))
    with nothing_leaked(), ScriptedServer(script) as server:
        seen = look(trust_store, server, 8, Login.IAM)
    assert (seen.outcome, seen.detail) == (FAILED, 'The look failed (42501). GRANT pg_monitor TO "tlscheck";')


@pytest.mark.parametrize(
    ("offered", "begins"),
    [
        (b"SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0", b"SCRAM-SHA-256-PLUS\0....p=tls-server-end-point,,n=[*],r="),
        # We could bind it, and say so: a server that could too ends it.
        (b"SCRAM-SHA-256\0\0", b"SCRAM-SHA-256\0....y,,n=[*],r="),
        (b"SCRAM-SHA-512\0SCRAM-SHA-256\0OAUTHBEARER\0\0", b"SCRAM-SHA-256\0....y,,n=[*],r="),
    ],
)
def test_a_login_is_bound_to_the_tls_connection_where_the_server_can(
    trust_store: RegionalRoots, certificate: ServerCertificate, offered: bytes, begins: bytes
) -> None:
    script = behind_tls(certificate, says(authentication(10, offered), then=waits))
    with ScriptedServer(script) as server:
        look(trust_store, server, 1.5)
    assert re.search(b"p...." + begins, server.received, re.DOTALL)


def test_scram_is_bounded_by_the_time_that_is_left(
    trust_store: RegionalRoots, certificate: ServerCertificate
) -> None:
    """No processor makes ten million iterations in a second."""
    script = behind_tls(certificate, says(SCRAM, then=asks_for(b"10000000")))
    with nothing_leaked(), ScriptedServer(script) as server:
        seen = look(trust_store, server, 1.5)
    assert seen.outcome is FAILED
    assert "asks for 10000000 SCRAM iterations, more than the time suffices for." in seen.detail


@pytest.mark.parametrize("asked", [SCRAM, authentication(5, b"salt")], ids=["SCRAM", "MD5"])
def test_a_token_is_sent_to_no_server_that_wants_a_password_proved(
    trust_store: RegionalRoots, certificate: ServerCertificate, asked: bytes
) -> None:
    with nothing_leaked(), ScriptedServer(behind_tls(certificate, says(asked, then=waits))) as server:
        seen = look(trust_store, server, 8, Login.IAM)
    assert seen.outcome is LookOutcome.LOGIN_REFUSED
    assert 'GRANT rds_iam TO "tlscheck";' in seen.detail
    # After the startup message nothing but the goodbye.
    startup = int.from_bytes(server.received[8:12])
    assert server.received[8 + startup :] == b"X\0\0\0\4"


def test_a_tag_with_a_secret_of_rds_costs_the_look_and_not_the_handshake(
    trust_store: RegionalRoots, certificate: ServerCertificate
) -> None:
    with nothing_leaked(), ScriptedServer(behind_tls(certificate, says(then=waits))) as server:
        target = Target("arn:1", "localhost", server.port, REGION, Login.NONE, "", "rds!db-0f1e2d3c")
        seen = observe(target, trust_store, Deadline.within(8))
        without = observe(replace(target, secret=None), trust_store, Deadline.within(8))
    assert seen.handshake.outcome is HandshakeOutcome.TRUSTED
    assert seen.look.outcome is LookOutcome.NO_CREDENTIALS
    assert "names rds!db-0f1e2d3c, which RDS keeps for a master user" in seen.look.detail
    assert (without.look.outcome, without.look.detail) == (LookOutcome.NOT_TRIED, "No login was asked for.")


def test_a_session_says_who_it_is_and_each_look_is_read_only_and_bounded_in_time(
    trust_store: RegionalRoots, certificate: ServerCertificate
) -> None:
    with ScriptedServer(behind_tls(certificate, says(LOGGED_IN, READY, then=waits))) as server:
        look(trust_store, server, seconds=8)
    # PostgreSQL's manual, "Message Formats": length and version, then names and values.
    startup, _, rest = server.received[len(SSL_REQUEST) :].partition(b"\0\0Q")
    texts = startup[8:].split(b"\0")
    assert dict(zip(texts[::2], texts[1::2], strict=True)) == {
        b"user": b"tlscheck",
        b"database": b"postgres",
        b"application_name": b"tlscheck",
        b"client_encoding": b"SQL_ASCII",
    }
    query, _, goodbye = rest[4:].partition(b"\0")
    assert query.startswith(
        b"SET LOCAL statement_timeout = 5000; SET LOCAL lock_timeout = 500; "  # milliseconds
        b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL ROLE NONE; "
        b"SET LOCAL search_path = pg_catalog; \nWITH process"
    )
    assert query.endswith(b"; COMMIT")
    assert goodbye == b"X\0\0\0\x04"


@settings(max_examples=tries(40), suppress_health_check=FIXTURE_MAY_LAST)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=60),
            st.builds(
                lambda kind, body: message(bytes([kind]), body),
                st.sampled_from(b"RKSZTDCENAI"),
                st.binary(max_size=60),
            ),
        ),
        max_size=6,
    )
)
def test_whatever_a_server_says_becomes_a_reason_and_never_a_look(
    trust_store: RegionalRoots, certificate: ServerCertificate, pieces: list[bytes]
) -> None:
    with ScriptedServer(behind_tls(certificate, says(b"".join(pieces)))) as server:
        seen = look(trust_store, server, seconds=8)
    assert seen.outcome in {LookOutcome.FAILED, LookOutcome.LOGIN_REFUSED}
    assert PASSWORD not in seen.detail
