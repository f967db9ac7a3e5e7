"""What `tlscheck sweep` may be asked: each bad word is refused by name, before anything is asked of AWS."""

import argparse
from datetime import timedelta
from pathlib import Path

import pytest
from tlscheck.edges.command import sweep, sweep_words
from tlscheck.edges.command.main import main
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.wire.target import Login

ROLE = "arn:aws:iam::123456789012:role/audit"
OTHER = "arn:aws:iam::210987654321:role/teams/audit"


def asked(words: str) -> sweep_words.Errand:
    parser = argparse.ArgumentParser()
    sweep.add_parser(parser.add_subparsers())
    return sweep_words.asked(parser.parse_args(["sweep", *words.split()]))


def test_nothing_said_is_one_look_at_all_of_the_callers_account_by_the_tags_of_each_database() -> None:
    errand = asked("")
    terms = errand.terms
    assert not terms.request.is_narrow
    assert (terms.connects, terms.reads_logs, terms.watching, terms.login, terms.target) == (
        True,
        False,
        None,
        None,
        None,
    )
    assert (terms.user, terms.evidence) == ("tlscheck", timedelta(days=35))
    assert (errand.profile, errand.roles, errand.region, errand.ledger("123456789012")) == (None, (), None, None)
    assert errand.fail_on == "NOT_OBSERVED"


def test_each_word_says_what_it_says() -> None:
    errand = asked(
        f"--profile audit --role-arn {ROLE} --role-arn {OTHER} --region eu-central-1 eu-west-1 --region us-east-1"
        " --database orders-* --database hr --login secret tlscheck/all --minutes 30 --logs --days 7 --yes"
        " --to rds-ca-rsa4096-g1 --save l-{account}.db --json a.json --csv a.csv --fail-on FIX_CLIENTS"
    )
    terms = errand.terms
    assert terms.request.regions == ("eu-central-1", "eu-west-1", "us-east-1")
    assert terms.request.databases == ("orders-*", "hr")
    assert terms.login is not None
    assert (terms.login.login, terms.login.secret) == (Login.SECRET, "tlscheck/all")
    assert (terms.watching, terms.evidence) == (timedelta(minutes=30), timedelta(days=7))
    assert (terms.reads_logs, terms.target) == (True, "rds-ca-rsa4096-g1")
    assert (errand.profile, errand.roles, errand.region) == ("audit", (ROLE, OTHER), "eu-central-1")
    assert errand.ledger("123456789012") == Path("l-123456789012.db")
    assert (errand.json, errand.csv) == (Path("a.json"), Path("a.csv"))
    assert (errand.agrees, errand.fail_on) == (True, "FIX_CLIENTS")


@pytest.mark.parametrize("way", ["iam", "none"])
def test_a_login_without_a_secret_is_one_word(way: str) -> None:
    login = asked(f"--login {way}").terms.login
    assert login is not None
    assert (login.login, login.secret) == (way, None)


def test_a_database_that_is_named_by_its_arn_says_where_aws_is_asked() -> None:
    assert asked("--database arn:aws:rds:eu-west-1:123456789012:db:orders").region == "eu-west-1"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--region eu-central-1a", "--region: 'eu-central-1a' is not allowed; allowed: a Region's name"),
        ("--region EU-CENTRAL-1", "--region: 'EU-CENTRAL-1'"),
        ("--database 1orders", "--database: '1orders' is not allowed; allowed: an identifier or ARN"),
        ("--database arn:aws:s3:::bucket", "--database: 'arn:aws:s3:::bucket'"),
        ("--role-arn audit", "--role-arn: 'audit' is not allowed; allowed: the ARN of a role"),
        ("--role-arn arn:aws:iam::123456789012:user/me", "--role-arn:"),
        ("--role-arn arn:aws:iam::12345:role/audit", "--role-arn:"),
        ("--login secret", "--login: 'secret' is not allowed; allowed: iam, none, or secret and the name"),
        ("--login iam tlscheck/x", "--login: 'iam tlscheck/x'"),
        ("--login password", "--login: 'password'"),
        ("--minutes 0", "--minutes: 0 is not allowed; allowed: 1 to 1440"),
        ("--minutes 1441", "--minutes: 1441"),
        ("--days 0 --logs", "--days: 0 is not allowed; allowed: 1 to 400"),
        ("--days 401 --logs", "--days: 401"),
        ("--days 7", "--days: only with --logs or --save"),
        ("--yes", "--yes: only with --logs"),
        ("--no-connect --login iam --minutes 3", "--login, --minutes: of no use with --no-connect"),
        ("--region eu-central-1 cn-north-1", "no account lies in several partitions, and these do: aws, aws-cn"),
        (f"--region us-gov-west-1 --role-arn {ROLE}", "in several partitions, and these do: aws, aws-us-gov"),
        (
            f"--save l.db --role-arn {ROLE} --role-arn {OTHER}",
            "--save: each account has a ledger of its own: write",
        ),
        ("--save l.db --csv ./l.db", "--save, --csv: l.db is one file, and each writes its own"),
        ("--save l.db --json l.db-wal", "--save, --json: l.db-wal is one file"),
        ("--json a --csv a", "--json, --csv: a is one file"),
        ("--csv a-{account}.csv", "--csv: it is one file for all accounts: leave out {account}"),
        ("--save /no/such/folder/l.db", "--save: there is no folder /no/such/folder"),
    ],
)
def test_a_word_that_cannot_be_is_refused_by_name(words: str, told: str) -> None:
    with pytest.raises(BadRequest) as refused:
        asked(words)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    "words",
    ["--to rds-ca-2019", "--fail-on CLEAR", "--fail-on sometimes", "--minutes soon", "--days 1.5", "orders-prod"],
)
def test_a_word_that_is_no_word_ends_as_bad_input(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["sweep", *words.split()])
    assert ended.value.code == 2
    assert "usage: tlscheck" in capsys.readouterr().err


def test_an_empty_word_is_a_variable_that_is_not_set(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", "--profile", ""]) == 2
    assert "an argument is empty" in capsys.readouterr().err


def test_one_account_needs_no_place_for_its_number() -> None:
    assert asked(f"--save l.db --role-arn {ROLE}").ledger("123456789012") == Path("l.db")
    assert asked(f"--save l.db --role-arn {ROLE} --role-arn {ROLE}").roles == (ROLE,)
