"""What is said of a rehearsed client: plain lines first, nothing hostile, never more than is known."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.drivers.behaviour import Verifies
from tlscheck.rehearsal.attempt import Attempt
from tlscheck.rehearsal.conclusion import Conclusion, Encrypts, Told
from tlscheck.rehearsal.contact import Ended
from tlscheck.rehearsal.telling import lines, news, shown, table
from tlscheck.rehearsal.trial import Shows, Trial
from tlscheck.survival.assessment import Scenario, Survival
from tlscheck.wording import harmless

from tests.rehearsing.concluded import ATTEMPTS, GOAL, HOST, OLD, concluded, contact


def said(conclusion: Conclusion) -> list[str]:
    return [line for line, _ in lines(conclusion, GOAL)]


def test_the_first_lines_say_who_it_is_what_was_asked_what_was_done_what_happens_and_what_to_do() -> None:
    told = list(lines(concluded(), GOAL))
    assert [line for line, _ in told[:6]] == [
        'web (as "app" in "orders" by "web"): it DOES NOT survive.',
        (
            "  asked: rotation: the server gets a certificate of another CA: who verifies it needs that CA's root"
            " certificate; enforcement: the server refuses whoever connects without TLS (rds.force_ssl = 1)"
        ),
        (
            "  tried: 4 attempts to connect, at a server that is no database and shows certificates that a client"
            " should refuse; nobody was let in, and no password was asked for"
        ),
        (
            "  rotation to rds-ca-rsa4096-g1 in eu-central-1: does not survive. It verifies, and its store lacks"
            " the root: it fails."
        ),
        "  enforcement: survives. It verifies, and its store holds the root of today's CA.",
        "  to do: Add the Region's roots to its store.",
    ]
    assert [verdict for _, verdict in told[:6]] == [
        *(Survival.DOES_NOT, None, None),
        *(Survival.DOES_NOT, Survival.SURVIVES, None),
    ]


def test_the_details_say_of_each_root_whether_it_is_held_by_which_attempts_or_why_that_is_not_told() -> None:
    details = [line for line in said(concluded()) if line.startswith("    holds ")]
    assert details == [
        "    holds Amazon RDS eu-central-1 Root CA RSA2048 G1: yes (attempts 1, 2)",
        "    holds Amazon RDS eu-central-1 Root CA RSA4096 G1: no (attempts 1 to 3)",
        (
            "    holds Amazon RDS eu-central-1 Root CA ECC384 G1; any of RDS Proxy's 5 roots: cannot be told: not"
            " asked about yet"
        ),
    ]


def test_of_all_roots_alike_one_line_is_said() -> None:
    why = "it takes a certificate of nobody, so no root matters to it"
    untold = concluded(holds=tuple((root, Told[bool](None, why, (1,))) for root, _ in concluded().holds))
    assert [line for line in said(untold) if line.startswith("    holds ")] == [
        f"    holds any of the 8 roots that were asked about: cannot be told: {why}"
    ]


def test_who_holds_none_of_the_roots_is_said_to_bring_a_store() -> None:
    own = "refuses; holds none of the roots asked about: it pins or brings its own store"
    brings = concluded(brings_own=Told(True, "", (1, 2, 3, 5)))
    assert f"    eu-central-1: {own} (attempts 1 to 3, 5)" in said(brings)
    proxy = replace(GOAL, names=(HOST.replace("orders.", "orders.proxy-"),))
    assert f"    RDS Proxy: {own} (attempts 1 to 3, 5)" in [line for line, _ in lines(brings, proxy)]
    for value in (False, None):
        assert not any(own in line for line in said(concluded(brings_own=Told(value, "", (1,)))))


def test_rds_proxys_roots_are_told_in_a_line_with_all_that_it_rests_on_and_by_name_where_they_differ() -> None:
    *databases, first, second, third, fourth, fifth = concluded().holds
    no = [(root, Told(False, "", (1, number))) for number, (root, _) in enumerate([first, second, third], 4)]
    last = [(root, Told(False, "", (1, number))) for number, (root, _) in enumerate([fourth, fifth], 7)]
    alike = [line for line in said(concluded(holds=(*databases, *no, *last))) if "Proxy" in line]
    assert alike == ["    holds any of RDS Proxy's 5 roots: no (attempts 1, 4 to 8)"]
    yes = [(root, Told(True, "", (9,))) for root, _ in [fourth, fifth]]
    told = [line for line in said(concluded(holds=(*databases, *no, *yes))) if "Amazon Root CA 1" in line]
    assert told == ["    holds Amazon Root CA 1; Amazon Root CA 2; Amazon Root CA 3: no (attempts 1, 4 to 6)"]


def test_what_it_did_is_told_attempt_by_attempt() -> None:
    told = [line for line in said(concluded()) if line.startswith("    attempt ")]
    assert told == [
        (
            "    attempt 1: shown a certificate of a CA that nobody trusts (RSA 2048, TLSv1.2): it sent an alert"
            " (unknown_ca)"
        ),
        (
            "    attempt 2: shown a certificate in the name of Amazon RDS eu-central-1 Root CA RSA2048 G1, signed"
            " by another key (TLSv1.2): it sent an alert (decrypt_error)"
        ),
        (
            "    attempt 3: shown a certificate in the name of Amazon RDS eu-central-1 Root CA RSA4096 G1, signed"
            " by another key (TLSv1.2): it sent an alert (unknown_ca)"
        ),
        "    attempt 4: shown no TLS: it sent its StartupMessage without TLS",
    ]


def test_a_flaw_of_what_was_shown_is_told() -> None:
    flawed = Trial(Shows.TRUSTED, is_named=False, is_in_date=False)
    assert shown(flawed, GOAL) == (
        "a certificate that the test root signed (RSA 2048, TLSv1.2, of another name, out of date)"
    )


def test_what_is_still_needed_and_what_no_rehearsal_reaches_is_said() -> None:
    told = said(concluded(verdict=Survival.UNKNOWN, needed=("at least 2 more attempts", "no TLS")))
    assert told[0].endswith("it is not known to survive.")
    assert "  still needed: at least 2 more attempts; no TLS" in told
    assert told[-1].startswith("    not reached: ")
    assert "channel binding" in told[-1]


def test_of_several_clients_nothing_is_said_but_that() -> None:
    several = "several clients here: give each a port (two kinds of ClientHello came)"
    told = list(lines(concluded(several=several, verdict=Survival.UNKNOWN, advice="Give each a port."), GOAL))
    assert [line for line, _ in told] == [
        f'web (as "app" in "orders" by "web"): {several}. Nothing is said of any of them.',
        "  to do: Give each a port.",
    ]


def test_with_a_test_root_it_is_not_said_that_without_one_less_shows() -> None:
    assert not any("without --trust" in line for line, _ in lines(concluded(), replace(GOAL, test_root=True)))
    assert any("without --trust" in line for line in said(concluded()))


def test_of_no_ca_and_of_a_proxy_the_question_is_another() -> None:
    assert any(
        line.startswith("  rotation to any CA in eu-central-1: ")
        for line, _ in lines(concluded(), replace(GOAL, target=None))
    )
    proxy = replace(GOAL, names=(HOST.replace("orders.", "orders.proxy-"),))
    assert any(line.startswith("  rotation of RDS Proxy's certificate: ") for line, _ in lines(concluded(), proxy))


def test_the_table_has_a_row_for_each_client_and_holds_back_a_verdict_that_may_change() -> None:
    waiting = concluded(client="job", verdict=Survival.UNKNOWN, needed=("at least 2 more attempts",), attempts=())
    several = concluded(client="", several="several clients here", verdict=Survival.UNKNOWN)
    untold = concluded(
        client="silent",
        encrypts=Told[Encrypts](None, "why"),
        verifies=Told[Verifies](None, "why"),
        holds=((OLD, Told[bool](None, "it closes without an alert")),),
        verdict=Survival.UNKNOWN,
    )
    rows = [row.split("  ") for row in table([concluded(), waiting, several, untold])]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    assert cells == [
        ["CLIENT", "TRIED", "ENCRYPTS", "VERIFIES", "ROOTS", "VERDICT", "NEEDED"],
        ["web", "4", "always", "chain", "1 of 8", "DOES_NOT"],
        ["job", "0", "always", "chain", "1 of 8", "...", "2 more attempts"],
        ["4", "-", "-", "-", "UNKNOWN", "a port for each: several here"],
        ["silent", "4", "?", "?", "?", "UNKNOWN"],
    ]


def test_a_table_of_very_many_says_how_many_it_leaves_out() -> None:
    rows = table([concluded(client=str(number)) for number in range(230)])
    assert len(rows) == 202
    assert rows[-1] == "and 30 more clients"


def test_news_are_new_attempts_and_a_verdict_once() -> None:
    early = concluded(attempts=ATTEMPTS[:1], needed=("at least 3 more attempts",), verdict=Survival.UNKNOWN)
    assert [line.split(":")[1] for line, _ in news(None, early, GOAL)] == [" attempt 1"]
    later = [line for line, _ in news(early, concluded(), GOAL)]
    assert [line.split(":")[1] for line in later] == [
        " attempt 2",
        " attempt 3",
        " attempt 4",
        " it DOES NOT survive",
    ]
    assert list(news(concluded(), concluded(), GOAL)) == []


def test_news_of_several_clients_are_told_once() -> None:
    several = concluded(several="several clients here", verdict=Survival.UNKNOWN)
    assert list(news(concluded(), several, GOAL)) == [("web: several clients here", Survival.UNKNOWN)]
    assert list(news(several, several, GOAL)) == []


@pytest.mark.parametrize("ended", Ended)
def test_every_end_has_words_that_follow_it(ended: Ended) -> None:
    attempt = Attempt(1, Trial(Shows.STRANGER), (contact(1, ended, Trial(Shows.STRANGER)),))
    (line, _), *_ = news(None, concluded(attempts=(attempt,)), GOAL)
    assert f": it {ended}" in line


@given(st.text(max_size=200), st.text(max_size=200))
def test_words_of_strangers_are_bounded_and_harmless_in_a_line(name: str, other: str) -> None:
    strange = concluded(client=name, users=((name, other, other), (other, name, "")))
    strange = replace(
        strange, attempts=(Attempt(1, ATTEMPTS[0].trial, (contact(1, Ended.CUT, None, why=other),)),)
    )
    told = [line for line, _ in [*lines(strange, GOAL), *news(None, strange, GOAL)]] + table([strange])
    assert not [line for line in told if "\n" in line or "\x1b" in line]
    assert told == [harmless(line) for line in told]
    assert not [line for line in told if any(unicodedata.category(letter) in {"Cc", "Cf"} for letter in line)]
    assert max(map(len, told)) < 1000


def test_the_scenarios_that_are_no_question_are_details() -> None:
    told = said(concluded())
    outlook = concluded().outlooks[Scenario.BOTH][1]
    assert f"    after the rotation, under enforcement: does not survive. {outlook}" in told
