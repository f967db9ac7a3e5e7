"""The statement of a look: what it asks of PostgreSQL, by the names and in the order in which it is read back."""

import re

from tlscheck.wire.statement import STATEMENT

# PostgreSQL's manual, "The Statistics Collector" (pg_stat_activity, pg_stat_ssl) and "Built-in Roles".
GROUPED = ["database", "username", "application", "address", "tls", "protocol", "cipher", "type", "own"]


def words(text: str) -> str:
    """The statement without its line breaks."""
    return " ".join(text.split())


def test_a_look_brings_back_four_hundred_groups_without_tls_and_of_others_first() -> None:
    assert "ORDER BY own, tls, sessions DESC LIMIT 400 )" in words(STATEMENT)


def test_its_own_sessions_are_those_of_its_user_and_name_with_tls_or_on_the_servers_own_host() -> None:
    assert (
        "a.usename = current_user AND a.application_name = 'tlscheck' AND (s.ssl OR a.client_port = -1) AS own"
    ) in words(STATEMENT)


def test_the_answer_is_one_object_with_these_keys() -> None:
    answer = words(STATEMENT).partition("json_build_object(")[2]
    assert re.findall(r"'(\w+)', (?:pg_catalog\.|\()", answer) == [
        *("version", "hidden", "sees_all", "member", "kinds", "sessions", "force_ssl", "groups")
    ]
    for asked in (
        "'version', pg_catalog.current_setting('server_version_num')::int,",
        "'sees_all', pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE'),",
        "'member', pg_catalog.pg_has_role('pg_read_all_stats', 'MEMBER'),",
        "'force_ssl', pg_catalog.current_setting('rds.force_ssl', true),",
    ):
        assert asked in answer


def test_a_group_is_an_array_of_what_its_sessions_have_in_common_and_their_number() -> None:
    text, columns = words(STATEMENT), ", ".join(GROUPED)
    assert f"{columns}, pg_catalog.count(*) AS sessions FROM process" in text
    assert f"json_build_array( {columns}, sessions)" in text
    assert "WHERE NOT hidden GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 )" in text
