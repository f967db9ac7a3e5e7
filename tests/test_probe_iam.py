"""An IAM login end to end: a server that takes the token inside TLS and checks it by botocore's own signing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import botocore.auth
import botocore.session
import pytest
from botocore.credentials import Credentials
from tlscheck.edges import clock
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.edges.server.servers import observe
from tlscheck.wire.observation import HandshakeOutcome, Look, LookOutcome
from tlscheck.wire.target import Login, Target

from tests.local_aws.fleet.certificates import CertificateAuthority, regional
from tests.local_aws.fleet.iam_login import IamLogin
from tests.local_aws.fleet.servers import Server, Servers

REGION = "eu-west-1"
KEY, SECRET, SESSION = "ASIAEXAMPLEEXAMPLE00", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "IQoJb3JpZ2lu//8="
OTHER_SECRET = "another/key/of/somebody/else/altogether0"  # noqa: S105 - nobody's


class Verifier:
    """What RDS does with a token: its host, user and time, and the signature that botocore would make for them."""

    def __init__(self, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self._host = host
        self._monkeypatch = monkeypatch
        self.port = 0
        self.refusals: list[str] = []
        self.accepted = 0

    def __call__(self, token: str, user: str) -> str | None:
        reason = self._why_not(token, user)
        if reason:
            self.refusals.append(reason)
        else:
            self.accepted += 1
        return reason

    def _why_not(self, token: str, user: str) -> str | None:
        url = urlsplit(f"https://{token}")
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if (url.hostname, url.port) != (self._host, self.port):
            return "another host"
        if (query["Action"], query["DBUser"]) != ("connect", user):
            return "another user"
        signed_at = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if datetime.now(UTC) > signed_at + timedelta(seconds=int(query["X-Amz-Expires"])):
            return "expired"
        return None if token == self._signed(user, signed_at) else "another signature"

    def _signed(self, user: str, at: datetime) -> str:
        session = botocore.session.Session()
        session._credentials = Credentials(KEY, SECRET, SESSION)  # type: ignore[attr-defined] # else the environment's
        with self._monkeypatch.context() as patched:
            patched.setattr(botocore.auth, "get_current_datetime", lambda: at.replace(tzinfo=None))
            rds = session.create_client("rds", region_name=REGION)
            token: str = rds.generate_db_auth_token(DBHostname=self._host, Port=self.port, DBUsername=user)  # type: ignore[attr-defined] # made at run time
            return token


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return regional(REGION)


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with Servers() as servers:
        yield servers


@pytest.fixture(scope="module")
def server(servers: Servers, authority: CertificateAuthority) -> Server:
    return servers.start("orders", authority.issue("localhost"), enforced=True)


@pytest.fixture
def verifier(monkeypatch: pytest.MonkeyPatch) -> Verifier:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_SESSION_TOKEN", SESSION)
    return Verifier("localhost", monkeypatch)


def look(authority: CertificateAuthority, server: Server, verifier: Verifier, user: str = "tlscheck") -> Look:
    with IamLogin(server, verifier, frozenset({"tlscheck", "reports"})) as front:
        verifier.port = front.port
        target = Target("arn:1", "localhost", front.port, REGION, Login.IAM, user)
        seen = observe(target, RegionalRoots(authority.root_pem), Deadline.within(10))
    assert seen.handshake.outcome is HandshakeOutcome.TRUSTED
    assert "X-Amz" not in repr(seen)
    return seen.look


def test_a_token_of_ours_is_one_that_botocore_would_have_signed(
    authority: CertificateAuthority, server: Server, verifier: Verifier
) -> None:
    assert look(authority, server, verifier).outcome is LookOutcome.SEEN
    assert (verifier.accepted, verifier.refusals) == (1, [])


def test_each_user_has_a_token_of_its_own(
    authority: CertificateAuthority, server: Server, verifier: Verifier
) -> None:
    assert look(authority, server, verifier, "reports").outcome is LookOutcome.NEEDS_PG_MONITOR
    assert verifier.accepted == 1


def test_a_token_signed_with_other_keys_is_refused(
    authority: CertificateAuthority, server: Server, verifier: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", OTHER_SECRET)
    seen = look(authority, server, verifier)
    assert seen.outcome is LookOutcome.LOGIN_REFUSED
    assert "rds-db:connect" in seen.detail
    assert verifier.refusals == ["another signature"]


@pytest.mark.parametrize(("minutes", "outcome"), [(14, LookOutcome.SEEN), (16, LookOutcome.LOGIN_REFUSED)])
def test_a_token_holds_for_a_quarter_of_an_hour(  # noqa: PLR0917 - fixtures and a table's columns
    authority: CertificateAuthority,
    server: Server,
    verifier: Verifier,
    monkeypatch: pytest.MonkeyPatch,
    minutes: int,
    outcome: LookOutcome,
) -> None:
    signed = datetime.now(UTC) - timedelta(minutes=minutes)
    monkeypatch.setattr(clock, "now", lambda: signed)
    assert look(authority, server, verifier).outcome is outcome
    assert verifier.refusals == (["expired"] if minutes > 15 else [])


def test_a_user_that_is_no_member_of_rds_iam_is_told_so_and_sent_nothing(
    authority: CertificateAuthority, server: Server, verifier: Verifier
) -> None:
    # The real server asks everyone for a password: it does not know IAM.
    target = Target("arn:1", "localhost", server.port, REGION, Login.IAM, "tlscheck")
    seen = observe(target, RegionalRoots(authority.root_pem), Deadline.within(10)).look
    assert seen.outcome is LookOutcome.LOGIN_REFUSED
    assert 'GRANT rds_iam TO "tlscheck";' in seen.detail
    assert verifier.accepted == 0
