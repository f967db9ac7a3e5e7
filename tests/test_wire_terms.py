"""On which terms a server is asked again, and what is known then."""

import pytest
from tlscheck.wire.observation import Handshake, HandshakeOutcome
from tlscheck.wire.terms import Offered, Terms, concluded, easier

STRICT, WRONG = HandshakeOutcome.NOT_STRICT, HandshakeOutcome.WRONG_NAME
NO_COMMON, TRUSTED = HandshakeOutcome.NO_COMMON_TLS, HandshakeOutcome.TRUSTED
OURS, LIBPQ, EVERYTHING = Terms(Offered.OURS, strict=True), Terms(Offered.LIBPQ), Terms(Offered.EVERYTHING)


@pytest.mark.parametrize(
    ("terms", "outcome", "expected"),
    [
        (OURS, STRICT, Terms(Offered.OURS, strict=False)),
        (OURS, NO_COMMON, LIBPQ),
        (LIBPQ, NO_COMMON, EVERYTHING),
        (EVERYTHING, NO_COMMON, None),
        (LIBPQ, STRICT, Terms(Offered.LIBPQ, strict=False)),
        (Terms(Offered.LIBPQ, strict=False), STRICT, None),
        *[(OURS, each, None) for each in HandshakeOutcome if each not in {STRICT, NO_COMMON}],
    ],
)
def test_a_server_is_asked_again_only_where_easier_terms_show_more(
    terms: Terms, outcome: HandshakeOutcome, expected: Terms | None
) -> None:
    assert easier(terms, Handshake(outcome, "")) == expected


@pytest.mark.parametrize("first", [STRICT, NO_COMMON])
@pytest.mark.parametrize("then", ["UNREACHABLE", "TIMED_OUT", "CLOSED", "NOT_POSTGRESQL", "FAILED", "TLS_REFUSED"])
def test_one_that_shows_nothing_more_leaves_what_was_known(first: HandshakeOutcome, then: str) -> None:
    before = Handshake(first, "As it was.")
    assert concluded(before, LIBPQ, Handshake(HandshakeOutcome(then), "As it is.")) == before


@pytest.mark.parametrize(
    ("before", "terms", "then", "outcome", "detail"),
    [
        (STRICT, Terms(strict=False), TRUSTED, "NOT_STRICT", "As it was."),
        (STRICT, Terms(strict=False), WRONG, "WRONG_NAME", "As it is."),
        (
            NO_COMMON,
            LIBPQ,
            TRUSTED,
            "BELOW_BAR",
            (
                "The chain and the name verify, but the server agrees to TLSv1.2 with AES128-SHA alone, which "
                "libpq takes and stricter clients do not: no credential is sent over it."
            ),
        ),
        (
            STRICT,
            Terms(Offered.LIBPQ, strict=False),
            TRUSTED,
            "BELOW_BAR",
            (
                "The chain and the name verify, but the server agrees to TLSv1.2 with AES128-SHA alone, which "
                "libpq takes and stricter clients do not: no credential is sent over it. As it was."
            ),
        ),
        (
            NO_COMMON,
            EVERYTHING,
            TRUSTED,
            "OUTDATED",
            (
                "The chain and the name verify, but the server agrees to TLSv1.2 with AES128-SHA alone, which "
                "libpq does not take by itself either: no credential is sent over it."
            ),
        ),
        (
            NO_COMMON,
            LIBPQ,
            WRONG,
            "WRONG_NAME",
            "As it is. Nor does it take any cipher that stricter clients than libpq offer.",
        ),
        (NO_COMMON, LIBPQ, NO_COMMON, "NO_COMMON_TLS", "As it is."),
        (
            NO_COMMON,
            EVERYTHING,
            NO_COMMON,
            "NO_COMMON_TLS",
            "As it is. Nor any version or cipher that there is, from TLS 1.0 on.",
        ),
    ],
)
def test_what_is_known_then(
    before: HandshakeOutcome, terms: Terms, then: HandshakeOutcome, outcome: str, detail: str
) -> None:
    shown = concluded(
        Handshake(before, "As it was."), terms, Handshake(then, "As it is.", "TLSv1.2", "AES128-SHA")
    )
    assert (shown.outcome, shown.detail) == (outcome, detail)
    assert shown.outcome is not HandshakeOutcome.TRUSTED
