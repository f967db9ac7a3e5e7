"""Texts that others wrote cannot break a sentence, a line or a limit."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from tlscheck.inventory.force_ssl import Enforcement, ForceSsl
from tlscheck.ledger.client import Client, Who
from tlscheck.verdict.checks import plaintext_clients, tls_clients
from tlscheck.wording import cut, listed, plain, quoted

from tests.examples import KEY, NOW, client, database, evidence, look, observation, trace

hostile = st.text(st.characters(), max_size=200) | st.sampled_from(
    ['", and so on', "\x1b[2J", "a\r\nSubject: b", "\u202eevil", "{0}%s$(reboot)", "\ud800", "x" * 5000]
)


def is_harmless(text: str) -> bool:
    return all(unicodedata.category(each)[0] not in "CZ" or each == " " for each in text)


@given(hostile, st.integers(1, 300))
def test_plain_text_is_one_line_without_control_characters_and_bounded(text: str, most: int) -> None:
    assert is_harmless(plain(text, most))
    assert len(plain(text, most)) <= most


@given(hostile)
def test_a_quoted_name_cannot_end_its_own_quotation(text: str) -> None:
    name = quoted(text)
    assert name.count('"') == 2
    assert name.startswith('"')
    assert name.endswith('"')
    assert len(name) <= 65


@given(st.tuples(hostile, hostile, hostile), hostile, hostile, hostile)
def test_no_client_breaks_a_reason(names: tuple[str, str, str], address: str, protocol: str, why: str) -> None:
    known = [
        Client(Who(KEY, *names), *(trace(NOW, (address,), (protocol,)) for _ in range(2))),
        client("other", last_plaintext=NOW),
    ]
    state = database(force_ssl=ForceSsl(Enforcement.UNKNOWN, None, why))
    seen = observation(look=look(detail=why))
    for finding in (
        plaintext_clients.judge(evidence(state, seen, known)),
        tls_clients.judge(evidence(state, seen, known)),
    ):
        assert is_harmless(finding.reason)
        assert len(finding.reason) < 1500
        assert finding.reason


def test_a_list_names_its_first_and_counts_the_rest() -> None:
    assert listed(["a"], most=2) == "a"
    assert listed(["a", "b"], most=2) == "a; b"
    assert listed(["a", "b", "c", "d"], most=2) == "a; b; and 2 more"


def test_cutting_marks_that_something_is_missing() -> None:
    assert cut("12345", 5) == "12345"
    assert cut("123456", 5) == "1234…"
