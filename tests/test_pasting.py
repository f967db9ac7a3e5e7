"""Whatever command a finding has can be pasted as it stands, into a shell and so into the AWS CLI."""

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from tlscheck.verdict import commands
from tlscheck.verdict.advice import Advice
from tlscheck.verdict.check import CheckId, Status
from tlscheck.wire.login import grant_pg_monitor, inherit_pg_monitor

from tests.examples import database, evidence
from tests.local_aws.fleet.roles import SUPERUSER
from tests.local_aws.fleet.servers import Servers
from tests.truth.aws_cli import aws_cli
from tests.truth.pasting import asked, not_pasteable, not_taken, stand_in
from tests.truth.printable import HOSTILE, ORDINARY, UNSPEAKABLE, Printed, printed, unreached


@pytest.fixture(scope="module")
def ordinary() -> Printed:
    return printed(ORDINARY, 3_000)


@pytest.fixture(scope="module")
def unspeakable() -> Printed:
    return printed((*ORDINARY, *UNSPEAKABLE), 1_500)


def test_all_that_may_print_a_command_prints_one_here(ordinary: Printed, unspeakable: Printed) -> None:
    assert set(unreached(ordinary)) & set(unreached(unspeakable)) == set()
    assert len(ordinary.lines) > 200


def test_in_a_shell_each_command_is_the_words_that_were_meant(ordinary: Printed, unspeakable: Printed) -> None:
    for found in (ordinary, unspeakable, printed(HOSTILE, 150)):
        assert found.lines
        assert not_pasteable(found) == []


def test_the_aws_cli_asks_for_what_was_meant(ordinary: Printed) -> None:
    with aws_cli() as cli:
        assert [why for line in ordinary.lines for why in not_taken(ordinary, line, cli)] == []
        hostile = printed(HOSTILE, 20)
        assert [why for line in hostile.lines for why in not_taken(hostile, line, cli)] == []


def test_nothing_is_left_for_the_reader_to_fill_in(ordinary: Printed) -> None:
    for _, finding in ordinary.findings:
        assert not {"<", ">"} & set("".join(finding.commands))
        assert "..." not in finding.told_step
        assert finding.next_step.endswith(":" if finding.commands and finding.next_step else (".", ";", ""))


@pytest.mark.parametrize("name", UNSPEAKABLE)
@pytest.mark.parametrize(
    ("words", "instead"),
    [
        ("Ask its clients first.", "Ask its clients first. In the console, as its name can stand in no command."),
        ("Ask first. Then:", "Ask first. Then, in the console, as its name can stand in no command."),
        ("", "In the console, as its name can stand in no command."),
    ],
)
def test_a_name_that_would_be_read_as_something_else_stands_in_no_command(
    name: str, words: str, instead: str
) -> None:
    named, other = database(identifier=name), database()
    for of, count in ((named, 0), (other, 1)):
        found = evidence(of).finding(CheckId.CA, Status.FAILED, "Bad.", Advice(words, commands.restart(of)))
        assert len(found.commands) == count
        assert found.next_step == (words if count else instead)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("aws rds x --y <CA>", "syntax error"),
        ("aws rds x (or y)", "syntax error"),
        ("aws rds x >made", "Permission denied"),
        ("aws rds x; ls", "command not found"),
        ("aws rds x 'y", "unexpected EOF"),
    ],
)
def test_the_stand_in_tells_a_line_that_cannot_be_pasted(line: str, what: str) -> None:
    with stand_in() as shell:
        _, said = shell.words(line)
    assert what in said or "made" in said


def test_the_cli_tells_a_command_that_it_does_not_take() -> None:
    refused = Printed()
    short = ("--parameters", "ParameterName=log_line_prefix,ParameterValue='%t[%p]:',ApplyMethod=immediate")
    for words in (
        ("aws", "rds", "create-db-parameter-group", "--region", "us-east-1", "--description", "a"),
        (
            "aws",
            "rds",
            "modify-db-parameter-group",
            "--region",
            "us-east-1",
            "--db-parameter-group-name",
            "a",
            *short,
        ),
    ):
        refused.meant[" ".join(words)] = words
    with aws_cli() as cli:
        for line in refused.meant:
            assert not_taken(refused, line, cli)
    assert asked(("aws", "rds", "wait", "db-cluster-available", "--db-cluster-identifier", "a")) == (
        "DescribeDBClusters",
        {"DBClusterIdentifier": "a"},
    )


def _statements(user: str, version: int) -> tuple[str, ...]:
    ways = {inherit_pg_monitor(user, version), inherit_pg_monitor(user, 150000)}
    return (commands.create_role(user), grant_pg_monitor(user), *sorted(ways))


def test_each_statement_that_is_printed_is_one_that_postgresql_takes() -> None:
    """Whatever the user is called; the role that RDS brings is made here."""
    users = (*HOSTILE, "auditor", 'Ünï"cödé')
    with Servers() as servers:
        server = servers.start("statements")
        where = make_conninfo(host=str(server.socket_directory), port=server.port, user=SUPERUSER)
        with psycopg.connect(where, dbname="postgres", autocommit=True) as connection:
            connection.execute("CREATE ROLE rds_iam")
            for user in users:
                for statement in _statements(user, connection.info.server_version):
                    connection.execute(statement.encode())
            granted = connection.execute(
                "SELECT u.rolname, count(*) FROM pg_auth_members JOIN pg_roles u ON u.oid = member "
                "JOIN pg_roles g ON g.oid = roleid WHERE g.rolname IN ('rds_iam', 'pg_monitor') "
                "AND u.rolcanlogin AND u.rolname = ANY(%s) GROUP BY u.rolname",
                [list(users)],
            ).fetchall()
    assert dict(granted) == dict.fromkeys(users, 2)
