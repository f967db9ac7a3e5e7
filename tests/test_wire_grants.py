"""The statement that lets a member of pg_monitor use its privileges, by the version that it is written for."""

import pytest
from tlscheck.wire.sessions import look

from tests.look_rows import row_of

ANSWER = {
    "hidden": 3,
    "workers": 0,
    "sees_all": False,
    "member": True,
    "kinds": 0,
    "sessions": None,
    "groups": None,
}


def detail(**changes: object) -> str:
    return look(row_of(ANSWER | changes), 'an "odd" one').detail


@pytest.mark.parametrize(
    ("version", "statement"),
    [
        # PostgreSQL 16's release notes: GRANT ... WITH INHERIT is new in 16, of which 160000 is the first number.
        (160000, 'GRANT pg_monitor TO "an ""odd"" one" WITH INHERIT TRUE;'),
        (180001, 'GRANT pg_monitor TO "an ""odd"" one" WITH INHERIT TRUE;'),
        (159999, 'ALTER ROLE "an ""odd"" one" INHERIT;'),
        (100023, 'ALTER ROLE "an ""odd"" one" INHERIT;'),
    ],
)
def test_a_member_that_does_not_inherit_is_told_the_statement_of_its_servers_version(
    version: int, statement: str
) -> None:
    assert detail(version=version) == (
        f"needs pg_monitor: the server hides other users' sessions from this user. {statement}"
    )


def test_who_is_no_member_is_told_to_become_one_whatever_the_version() -> None:
    assert detail(version=160000, member=False).endswith('from this user. GRANT pg_monitor TO "an ""odd"" one";')


def test_nobody_is_told_anything_where_nothing_is_hidden() -> None:
    assert detail(version=160000, hidden=0) == "0 sessions were seen."
    assert detail(version=160000, hidden=1, sees_all=True) == "0 sessions were seen."
