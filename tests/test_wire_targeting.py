"""Which databases are connected to, how, and why not."""

from datetime import timedelta

import pytest
from tlscheck.edges.laptop.environments import asker_of
from tlscheck.edges.laptop.terms import SweepTerms
from tlscheck.inventory.database import Database
from tlscheck.inventory.request import Request
from tlscheck.wire.asker import Asker
from tlscheck.wire.bound_secret import of_another
from tlscheck.wire.target import Login, LoginChoice, Target
from tlscheck.wire.targeting import target_of

from tests.examples import cluster, database, member

NAMED = "orders/tlscheck"


def asker(chosen: LoginChoice) -> Asker:
    return asker_of(SweepTerms(Request(), timedelta(days=35), login=chosen))


@pytest.mark.parametrize(
    ("of", "login"),
    [
        (database(), Login.IAM),
        (database(secret=NAMED), Login.SECRET),
        (database(iam_authentication=False, secret=NAMED), Login.SECRET),
        (database(iam_authentication=False), Login.NONE),
        (member(), Login.IAM),
    ],
)
def test_a_login_is_what_its_owner_named_or_the_database_allows(of: Database, login: Login) -> None:
    target = target_of(of, "tlscheck")
    assert isinstance(target, Target)
    assert (target.login, target.secret, target.user) == (login, of.secret, "tlscheck")
    assert of.endpoint is not None
    assert (target.arn, target.host, target.port) == (of.arn, of.endpoint.host, of.endpoint.port)


MASTER = "arn:aws:secretsmanager:us-east-1:111122223333:secret:rds!db-1-AbCdEf"


@pytest.mark.parametrize(
    ("of", "opted_in", "login", "secret"),
    [
        (database(iam_authentication=False, master_secret=MASTER), False, Login.NONE, None),
        (database(iam_authentication=False, master_secret=MASTER), True, Login.SECRET, MASTER),
        (database(iam_authentication=False, secret=NAMED, master_secret=MASTER), True, Login.SECRET, NAMED),
        (database(master_secret=MASTER), True, Login.IAM, None),
        (database(iam_authentication=False), True, Login.NONE, None),
    ],
)
def test_the_master_users_secret_is_used_only_where_the_owner_opts_in(
    of: Database, opted_in: bool, login: Login, secret: str | None
) -> None:
    target = target_of(of, "tlscheck", master_secrets=opted_in)
    assert isinstance(target, Target)
    assert (target.login, target.secret) == (login, secret)


@pytest.mark.parametrize(
    "tag", ["rds!db-1", MASTER, "arn:aws-cn:secretsmanager:cn-north-1:1:secret:rds!cluster-1-AbCdEf"]
)
@pytest.mark.parametrize("opted_in", [True, False])
def test_a_tag_that_names_a_secret_of_rds_itself_opens_nothing(tag: str, *, opted_in: bool) -> None:
    """Whose it is, nothing in it tells, so that whoever may tag one database could have another's sent to it."""
    of = database(secret=tag, master_secret=MASTER, iam_authentication=False)
    target = target_of(of, "tlscheck", master_secrets=opted_in)
    assert isinstance(target, Target)
    assert (target.login, target.secret) == (Login.NONE, tag)


def test_a_secret_may_name_the_cluster_of_its_server() -> None:
    of_a_member = target_of(member(secret=NAMED), "tlscheck")
    assert isinstance(of_a_member, Target)
    assert of_a_member.cluster == member().cluster is not None
    # A login by a token asks no secret, and a probe of before knows no cluster.
    for other in (target_of(member(), "tlscheck"), target_of(database(secret=NAMED), "tlscheck")):
        assert isinstance(other, Target)
        assert other.cluster is None


def test_a_secret_chosen_for_all_may_name_the_cluster_of_a_server_that_says_another_login() -> None:
    chosen = LoginChoice(Login.SECRET, "shared/checker")
    for of in (member(), member(secret=NAMED), member(iam_authentication=False)):
        target = target_of(of, "tlscheck", asker=asker(chosen))
        assert isinstance(target, Target)
        assert (target.login, target.secret, target.cluster) == (Login.SECRET, "shared/checker", of.cluster)
        named = {"username": "u", "password": "p", "dbClusterIdentifier": of.cluster}
        assert of_another(named, target, of.region) is None


@pytest.mark.parametrize("login", [Login.IAM, Login.NONE])
def test_what_is_chosen_goes_before_a_tag(login: Login) -> None:
    target = target_of(member(secret=NAMED), "tlscheck", master_secrets=True, asker=asker(LoginChoice(login)))
    assert isinstance(target, Target)
    assert (target.login, target.secret, target.cluster) == (login, None, None)


@pytest.mark.parametrize(
    ("of", "reason"),
    [
        (cluster(), "a cluster is looked at through its members"),
        (database(status="stopped"), "its status is stopped"),
        (database(status="creating", endpoint=None), "its status is creating"),
        (database(status="incompatible-restore"), "its status is incompatible-restore"),
        (
            database(status="inaccessible-encryption-credentials-recoverable"),
            "its status is inaccessible-encryption-credentials-recoverable",
        ),
        (database(status="available", endpoint=None), "it has no endpoint (status available)"),
    ],
)
def test_where_no_server_listens_there_is_a_reason(of: Database, reason: str) -> None:
    assert target_of(of, "tlscheck") == reason


@pytest.mark.parametrize(
    "status", ["available", "backing-up", "modifying", "storage-full", "rebooting", "a-new-one"]
)
def test_in_any_other_status_the_server_itself_is_asked(status: str) -> None:
    assert isinstance(target_of(database(status=status), "tlscheck"), Target)
