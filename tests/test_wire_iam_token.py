"""IAM tokens, byte for byte as botocore makes them."""

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qs, urlsplit

import botocore.auth
import botocore.session
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tlscheck.wire.iam_token import RoleCredentials, iam_token
from tlscheck.wire.target import Login, Target

from tests.properties import FIXTURE_MAY_LAST, tries

if TYPE_CHECKING:
    from mypy_boto3_rds import RDSClient

AT = datetime(2026, 11, 24, 3, 4, 5, tzinfo=UTC)
ROLE = RoleCredentials("ASIAEXAMPLEEXAMPLE00", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "IQoJb3JpZ2lu//8=+~ %")


def target(
    user: str = "tlscheck", host: str = "orders.c9x2.eu-west-1.rds.amazonaws.com", port: int = 5432
) -> Target:
    return Target("arn:aws:rds:eu-west-1:1:db:orders", host, port, "eu-west-1", Login.IAM, user)


@pytest.fixture
def at_that_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore's clock, which its signer asks, stands still."""
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: AT.replace(tzinfo=None))


@cache
def rds(region: str, role: RoleCredentials) -> "RDSClient":
    session = botocore.session.Session()
    session.set_credentials(role.access_key_id, role.secret_access_key, role.session_token)
    return cast("RDSClient", session.create_client("rds", region_name=region))


def botocores_token(target: Target, role: RoleCredentials) -> str:
    client = rds(target.region, role)
    return client.generate_db_auth_token(DBHostname=target.host, Port=target.port, DBUsername=target.user)


@pytest.mark.usefixtures("at_that_moment")
@pytest.mark.parametrize("session_token", ["IQoJb3JpZ2lu//8=+~ %", None, ""])
@pytest.mark.parametrize("port", [5432, 443, 1, 65535])
@pytest.mark.parametrize(
    "host", ["orders.c9x2.eu-west-1.rds.amazonaws.com", "ORDERS.example", "orders.rds.cn-north-1.amazonaws.com.cn"]
)
def test_the_token_is_botocores(host: str, port: int, session_token: str | None) -> None:
    role = RoleCredentials(ROLE.access_key_id, ROLE.secret_access_key, session_token)
    asked = target(host=host, port=port)
    assert iam_token(asked, role, AT) == botocores_token(asked, role)


@pytest.mark.usefixtures("at_that_moment")
@pytest.mark.parametrize(
    "user",
    ["tls check", "a&b=c", "a/b?c#d", "100%", 'o"reilly', "josé", "名前", "a+b", "~-_.", "*'()!", "a;b:c@d,e"],
)
def test_a_user_of_any_characters_is_signed_as_botocore_signs_it(user: str) -> None:
    assert iam_token(target(user), ROLE, AT) == botocores_token(target(user), ROLE)


@pytest.mark.usefixtures("at_that_moment")
@settings(max_examples=tries(25), suppress_health_check=FIXTURE_MAY_LAST)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20))
def test_any_user_is_signed_as_botocore_signs_it(user: str) -> None:
    assert iam_token(target(user), ROLE, AT) == botocores_token(target(user), ROLE)


def test_a_token_names_its_user_host_port_and_a_quarter_of_an_hour() -> None:
    parts = urlsplit("//" + iam_token(target(), ROLE, AT))
    query = parse_qs(parts.query)
    assert (parts.netloc, parts.path) == ("orders.c9x2.eu-west-1.rds.amazonaws.com:5432", "/")
    assert query["DBUser"] == ["tlscheck"]
    assert query["X-Amz-Date"] == ["20261124T030405Z"]
    assert query["X-Amz-Expires"] == ["900"]


def test_credentials_show_no_secret_when_printed() -> None:
    assert repr(ROLE) == "RoleCredentials(access_key_id='ASIAEXAMPLEEXAMPLE00')"
