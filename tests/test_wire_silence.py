"""What is said where a server says nothing, and how much of an unexpected answer is read."""

from tlscheck.wire.login import Credential, NoCredential, quoted, takes_passwords_alone
from tlscheck.wire.plaintext import CLOSED, SILENT
from tlscheck.wire.ssl_request import MOST_READ


def test_a_server_that_does_not_answer_a_client_without_tls_leaves_it_open() -> None:
    assert (SILENT.outcome, SILENT.detail) == (
        "UNKNOWN",
        "The server did not answer a connection without TLS in time.",
    )
    assert (CLOSED.outcome, CLOSED.detail) == (
        "UNKNOWN",
        "The server closed a connection without TLS without a word.",
    )


def test_of_an_unexpected_answer_a_kibibyte_is_read() -> None:
    assert MOST_READ == 1024


def test_the_statement_that_lets_a_role_log_in_by_tokens_names_it_in_quotes() -> None:
    assert takes_passwords_alone('an "odd" one') == (
        'The server asks for a password instead of an IAM token. CREATE USER "an ""odd"" one"; where it is '
        'missing, then GRANT rds_iam TO "an ""odd"" one"; after which no password opens it.'
    )
    assert quoted("a") == '"a"'


def test_a_credential_is_a_user_and_a_password_and_its_absence_a_reason() -> None:
    assert Credential("a", "b") == Credential(user="a", password="b")  # noqa: S106 - no secret
    assert Credential("a", "b") != Credential("a", "c")
    assert NoCredential("why").reason == "why"
