"""The bench that compares the probe with psql notices where they differ."""

import ssl

import pytest
from tlscheck.wire.observation import HandshakeOutcome

from tests.truth import trust
from tests.truth.issuing import leaf, root
from tests.truth.served import Case, Met, certified, meet

AUTHORITY = root()


WELL = leaf(AUTHORITY)


@pytest.mark.parametrize(
    ("case", "psql", "outcome", "is_trusted"),
    [
        (certified("well", AUTHORITY, WELL), True, "TRUSTED", True),
        (certified("another name", AUTHORITY, WELL, host="another.example"), False, "WRONG_NAME", False),
        (certified("another root", root(number=9), WELL), False, "UNKNOWN_ISSUER", False),
    ],
)
def test_a_server_is_met_by_both(case: Case, psql: bool, outcome: str, is_trusted: bool) -> None:
    met = meet(case)
    assert (met.psql, met.outcome, met.is_trusted) == (psql, outcome, is_trusted)


def test_one_that_wants_a_certificate_of_its_clients_is_trusted_by_neither() -> None:
    """In TLS 1.3 it says so only after the handshake."""

    def wants_one(context: ssl.SSLContext) -> None:
        context.load_verify_locations(cadata=AUTHORITY.der)
        context.verify_mode = ssl.CERT_REQUIRED

    met = meet(certified("wants one", AUTHORITY, leaf(AUTHORITY), setup=wants_one))
    assert (met.psql, met.outcome, met.is_trusted) == (False, "TRUSTED", False)


NOBODY = certified("nobody", AUTHORITY, leaf(AUTHORITY))


def met(outcome: str, *, psql: bool, name: str = "nobody", answered: bool = True) -> Met:
    case = Case(name, NOBODY.roots, NOBODY.serve)
    return Met(case, psql, "as psql said", HandshakeOutcome(outcome), "as it is", answered)


def figures(told: str) -> dict[str, str]:
    return dict(line.split()[1:3] for line in told.splitlines() if line.startswith("figure"))


@pytest.mark.parametrize(
    ("one", "agreement", "false_trust"),
    [
        (met("TRUSTED", psql=True), "100", "0"),
        (met("WRONG_NAME", psql=False), "100", "0"),
        (met("NOT_STRICT", psql=True), "100", "0"),
        (met("BELOW_BAR", psql=True), "100", "0"),
        (met("TRUSTED", psql=False), "50", "1"),
        (met("TRUSTED", psql=False, answered=False), "100", "0"),
        (met("NOT_STRICT", psql=False), "50", "0"),
        (met("WRONG_NAME", psql=True), "50", "0"),
        (met("WRONG_NAME", psql=True, name="known"), "100", "0"),
        (met("TRUSTED", psql=False, name="known"), "50", "1"),
    ],
)
def test_a_difference_is_counted_unless_it_is_by_design(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], one: Met, agreement: str, false_trust: str
) -> None:
    is_listed = one.case.name == "known" and one.psql
    monkeypatch.setattr(trust, "BY_DESIGN", {"known": "it is to be so"} if is_listed else {})
    monkeypatch.setattr(trust, "LEAST_CASES", 2)
    trust.count([one, met("TRUSTED", psql=True, name="another")])
    told = capsys.readouterr().out
    assert figures(told) == {"truth.trust_agreement": agreement, "truth.false_trust": false_trust}
    assert ("  by design: known" in told) is is_listed


def test_a_difference_that_is_none_any_more_ends_the_bench(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "BY_DESIGN", {"nobody": "it is to be so"})
    with pytest.raises(SystemExit, match="nobody"):
        trust.count([met("TRUSTED", psql=True)])


def test_too_few_servers_end_the_bench(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "BY_DESIGN", {})
    with pytest.raises(SystemExit, match="1 cases"):
        trust.count([met("TRUSTED", psql=True)])
