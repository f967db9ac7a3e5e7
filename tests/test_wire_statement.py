"""The statement of a look: what it asks of PostgreSQL, by the names and in the order in which it is read back."""

import re

from tlscheck.wire.statement import STATEMENT

# PostgreSQL's manual, "The Statistics Collector" (pg_stat_activity, pg_stat_ssl) and "Built-in Roles".
GROUPED = ["database", "username", "application", "tls", "protocol", "type", "own"]


def words(text: str) -> str:
    """The statement without its line breaks."""
    return " ".join(text.split())


def test_a_look_brings_back_five_thousand_groups_without_tls_and_of_others_first() -> None:
    text = words(STATEMENT)
    order = "ORDER BY own, tls, addresses, database, username, application, protocol, type"
    assert f"pg_catalog.row_number() OVER ( {order}) AS place FROM grouped" in text
    assert "FROM numbered WHERE place <= 5000 )" in text


def test_the_groups_fit_into_one_message() -> None:
    text = words(STATEMENT)
    assert "pg_catalog.sum(pg_catalog.octet_length(entry::text) + 2) OVER (ORDER BY place) AS bytes" in text
    assert "pg_catalog.json_agg(entry ORDER BY place) FROM measured WHERE bytes <= 1500000)" in text
    # In base64, 76 letters a line, with a kilobyte for the rest: less than the 2 MiB that a message may have.
    assert (1_500_000 + 1024) * 4 / 3 * 77 / 76 < 2 * 1024 * 1024


def test_who_is_still_logging_in_and_who_has_no_user_is_nobody() -> None:
    text = words(STATEMENT)
    assert "AND a.state IS DISTINCT FROM 'starting' AND (a.backend_start IS NULL OR a.client_port" in text
    assert "a.client_port IS NOT NULL AND a.usename IS NOT NULL) )" in text


def test_a_group_names_thirty_two_addresses_and_their_number() -> None:
    text = words(STATEMENT)
    assert "(pg_catalog.array_agg(DISTINCT address ORDER BY address))[1:32] AS named" in text
    assert "pg_catalog.count(DISTINCT address) AS addresses" in text


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
    assert f"SELECT {columns}, pg_catalog.count(*) AS sessions," in text
    assert f"json_build_array( {columns}, sessions, addresses, named) AS entry" in text
    assert "FROM process WHERE NOT hidden GROUP BY 1, 2, 3, 4, 5, 6, 7 )" in text
