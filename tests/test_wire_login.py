"""Refused logins as reasons with the statement that mends them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.wire.login import Credential, failed, grant_pg_monitor, inherit_pg_monitor, refused
from tlscheck.wire.observation import LookOutcome
from tlscheck.wire.target import Login

NO_HBA = 'no pg_hba.conf entry for host "10.0.0.7", user "tlscheck", database "postgres", SSL encryption'


@pytest.mark.parametrize(
    ("code", "text", "login", "remedy"),
    [
        ("28P01", 'password authentication failed for user "tlscheck"', Login.IAM, 'GRANT rds_iam TO "tlscheck";'),
        ("28P01", 'password authentication failed for user "tlscheck"', Login.SECRET, "The secret does not open"),
        ("28P01", "Passwort-Authentifizierung fehlgeschlagen", Login.IAM, 'GRANT rds_iam TO "tlscheck";'),
        ("28000", 'PAM authentication failed for user "tlscheck"', Login.IAM, "needs rds-db:connect on this user"),
        ("28000", 'role "tlscheck" does not exist', Login.IAM, 'CREATE USER "tlscheck";'),
        ("28000", 'role "tlscheck" is not permitted to log in', Login.IAM, 'ALTER ROLE "tlscheck" LOGIN;'),
        (
            "28000",
            'PAM authentication failed for user "tlscheck"',
            Login.SECRET,
            'by tokens, REVOKE rds_iam FROM "tlscheck";',
        ),
        ("28000", NO_HBA, Login.SECRET, "No rule of the server's pg_hba.conf"),
        ("3D000", 'database "postgres" does not exist', Login.IAM, 'CREATE DATABASE "postgres";'),
        (
            "42501",
            "permission denied for database",
            Login.IAM,
            'GRANT CONNECT ON DATABASE "postgres" TO "tlscheck";',
        ),
        ("53300", "sorry, too many clients already", Login.IAM, "raise the limit"),
        ("55000", "not currently accepting connections", Login.IAM, 'ALTER DATABASE "postgres" ALLOW_CONNECTIONS'),
        ("57P03", "the database system is starting up", Login.IAM, "starting, recovering or shutting down"),
    ],
)
def test_a_refused_login_says_why_and_what_mends_it(code: str, text: str, login: Login, remedy: str) -> None:
    look = refused({"C": code, "M": text}, login, "tlscheck", "postgres")
    assert look.outcome is LookOutcome.LOGIN_REFUSED
    assert look.detail.startswith(f"The server refused the login ({code}): {text}.")
    assert remedy in look.detail


def test_an_error_without_a_remedy_is_told_as_the_server_told_it() -> None:
    look = refused({"C": "XX000", "M": "something else"}, Login.IAM, "tlscheck", "postgres")
    assert look.detail == "The server refused the login (XX000): something else."


@pytest.mark.parametrize("login", [Login.IAM, Login.SECRET])
def test_a_server_that_may_repeat_a_credential_is_told_by_its_code_alone(login: Login) -> None:
    """Cut, in capitals or reversed it would still be the credential."""
    error = {"C": "28000", "M": 'PAM authentication failed for "Tr0ub4dor&3-hors"'}
    told, kept = (refused(error, login, "u", "d", is_told=is_told).detail for is_told in (True, False))
    assert "Tr0ub4dor" in told
    assert "Tr0ub4dor" not in kept
    # What mends it is the same.
    assert kept == told.replace(': PAM authentication failed for "Tr0ub4dor&3-hors"', "")
    look = failed(error | {"C": "57014"}, "u", is_told=False)
    assert (
        look.detail
        == "The look failed (57014). The look took longer than its statement_timeout; the next sweep tries again."
    )


def test_a_servers_words_are_on_one_line_and_direct_no_terminal() -> None:
    text = "no\x1b[2J\r\n\u202eyes\x00\x9b31m\u2066 indeed"
    said = "no [2J yes 31m indeed."
    assert refused({"C": "99000", "M": text}, Login.SECRET, "u", "d").detail.endswith(f"(99000): {said}")
    assert failed({"C": "99000", "M": text}, "u").detail == f"The look failed (99000): {said}"


def test_a_look_that_may_not_be_taken_names_the_grant() -> None:
    look = failed({"C": "42501", "M": "permission denied for view pg_stat_activity"}, "tlscheck")
    assert look.outcome is LookOutcome.FAILED
    assert 'GRANT pg_monitor TO "tlscheck";' in look.detail


def test_a_name_with_quotes_stays_one_identifier() -> None:
    assert grant_pg_monitor('a"; DROP ROLE b; --') == 'GRANT pg_monitor TO "a""; DROP ROLE b; --";'


@pytest.mark.parametrize(
    ("version", "statement"),
    [
        (150018, 'ALTER ROLE "tlscheck" INHERIT;'),
        (160014, 'GRANT pg_monitor TO "tlscheck" WITH INHERIT TRUE;'),
    ],
)
def test_a_member_that_does_not_inherit_is_told_how_on_its_version(version: int, statement: str) -> None:
    assert inherit_pg_monitor("tlscheck", version) == statement


def test_a_credential_shows_no_password_when_printed() -> None:
    assert repr(Credential("tlscheck", "hunter2")) == "Credential(user='tlscheck')"


@given(st.dictionaries(st.sampled_from("CMSVDH"), st.text()), st.sampled_from(Login), st.text(), st.text())
def test_an_error_of_any_content_becomes_a_refusal_of_bounded_length(
    error: dict[str, str], login: Login, user: str, database: str
) -> None:
    look = refused(error, login, user, database)
    assert look.outcome is LookOutcome.LOGIN_REFUSED
    assert look.sessions == ()
    assert len(look.detail) < 700 + 4 * (len(user) + len(database))
