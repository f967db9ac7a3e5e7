"""What a rehearsal says of a client is true; it says all that can be told, within a bounded number of attempts."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tlscheck.drivers.behaviour import Transport, Verifies
from tlscheck.rehearsal.conclusion import Conclusion, Encrypts
from tlscheck.rehearsal.goal import Goal
from tlscheck.rehearsal.trial import Tls
from tlscheck.survival.assessment import Scenario, Survival
from tlscheck.trust.trust_store import Authority

from tests.imagined_clients import ECC, PRESENT, RSA4096, Imagined, Stage, Style, aim
from tests.properties import tries

BOUND = 40
"""Attempts of one client on its own port after which all is told that can be."""

ENCRYPTS = {
    Transport.PLAIN: Encrypts.NEVER,
    Transport.PLAIN_FIRST: Encrypts.WHEN_REFUSED,
    Transport.TLS_FIRST: Encrypts.WHEN_OFFERED,
    Transport.TLS_IF_OFFERED: Encrypts.WHEN_OFFERED,
    Transport.TLS: Encrypts.ALWAYS,
}
ROOTS = tuple(each.sha256 for each in aim().roots)
VERSIONS = st.sampled_from([frozenset(Tls), frozenset({Tls.V1_2}), frozenset({Tls.V1_3})])

clients = st.builds(
    Imagined,
    transport=st.sampled_from(list(ENCRYPTS)),
    verifies=st.sampled_from(Verifies),
    store=st.frozensets(st.sampled_from(ROOTS)),
    style=st.sampled_from(Style),
    tells_name=st.booleans(),
    versions=VERSIONS,
    takes_ecc=st.booleans(),
    trusts_test_root=st.booleans(),
    comes_back=st.booleans(),
).map(lambda each: each if each.transport in {Transport.TLS_FIRST, Transport.TLS_IF_OFFERED} else still(each))
goals = st.builds(
    aim, st.sampled_from([RSA4096, ECC, PRESENT]), st.sampled_from([PRESENT, ECC]), test_root=st.booleans()
)


def still(client: Imagined) -> Imagined:
    """Who takes TLS or nothing does not come back in plaintext."""
    return Imagined(**{**vars(client), "comes_back": False})


def is_true(conclusion: Conclusion, client: Imagined, aimed: Goal) -> None:
    """Nothing that it says of the client is wrong."""
    if conclusion.encrypts.value is not None:
        assert conclusion.encrypts.value is ENCRYPTS[client.transport]
    if conclusion.verifies.value is Verifies.CHAIN and conclusion.verifies.why:
        assert client.has_chain
    elif conclusion.verifies.value is not None:
        assert conclusion.verifies.value is client.verifies
    if conclusion.falls_back.value is not None:
        refuses = client.verifies is not Verifies.NOTHING
        assert conclusion.falls_back.value <= (refuses and client.transport is Transport.TLS_FIRST)
        if client.has_chain and client.transport is Transport.TLS_FIRST:
            assert conclusion.falls_back.value
    regions = {each.sha256 for each in aimed.roots if each.region == aimed.region}
    held = [(told.value, root.sha256 in client.store) for root, told in conclusion.holds]
    for said, so in (*held, (conclusion.brings_own.value, regions.isdisjoint(client.store))):
        if said is not None:
            assert client.has_chain
            assert said is so
    if conclusion.takes_ecc.value is not None:
        assert conclusion.takes_ecc.value is client.takes_ecc
    assert set(conclusion.speaks) <= {each.value for each in client.versions}
    for scenario, (fate, why) in conclusion.outlooks.items():
        assert fate in {Survival.UNKNOWN, client.fate(aimed, scenario)}, (scenario, why)


@given(
    client=clients,
    aimed=goals,
    pool=st.integers(1, 3),
    apart=st.sampled_from([0.0, 0.007, 0.03]),
    pause=st.sampled_from([0.05, 0.2, 0.7, 1.5, 60.0]),
)
@settings(max_examples=tries(60))
def test_nothing_that_is_said_of_a_client_is_wrong_after_any_attempt(
    client: Imagined, aimed: Goal, pool: int, apart: float, pause: float
) -> None:
    stage = Stage(aimed)
    for each in range(BOUND):
        for turn in range(pool):
            stage.comes([client], at=turn * apart)
        # the next ones come after the last of these: time does not run backwards
        stage.passes((pool - 1) * apart + pause)
        for conclusion in stage.direction.conclusions(stage.now) if each < 8 or each % 8 == 7 else ():
            assert conclusion.several == ""
            is_true(conclusion, client, aimed)


@given(client=clients, aimed=goals, pause=st.sampled_from([0.1, 2.0]))
@settings(max_examples=tries(60))
def test_all_that_can_be_told_is_told_within_a_bounded_number_of_attempts(
    client: Imagined, aimed: Goal, pause: float
) -> None:
    stage = Stage(aimed)
    for _ in range(BOUND):
        stage.comes([client])
        stage.passes(pause)
    stage.passes(2)
    [conclusion] = stage.direction.conclusions(stage.now)
    assert conclusion.needed == ()
    assert conclusion.encrypts.value is ENCRYPTS[client.transport]
    asks = client.transport is not Transport.PLAIN
    if not asks:
        return
    is_tried = Tls.V1_2 in client.versions or Tls.V1_3 in client.versions
    assert is_tried
    assert set(conclusion.speaks) == {each.value for each in client.versions}
    if not client.has_chain:
        assert conclusion.verifies.value is client.verifies
        assert conclusion.takes_ecc.value is client.takes_ecc
        assert {s: f for s, (f, _) in conclusion.outlooks.items()} == {s: client.fate(aimed, s) for s in Scenario}
        return
    assert conclusion.verifies.value is not None
    if client.has_chain and aimed.test_root and client.trusts_test_root:
        assert conclusion.verifies.value is client.verifies
        assert not conclusion.verifies.why
    if tells(client, aimed):
        assert {root.sha256 for root, held in conclusion.holds if held.value} == known(client, aimed)
        fates = {scenario: client.fate(aimed, scenario) for scenario in Scenario}
        if not known(client, aimed) and (client.takes_ecc or aimed.present is not ECC):
            # it may pin what its server shows today
            for each in (Scenario.TODAY, Scenario.ENFORCED):
                fates[each] = Survival.UNKNOWN if fates[each] is Survival.DOES_NOT else fates[each]
        assert conclusion.brings_own.value is not None or not client.takes_ecc
        assert {s: f for s, (f, _) in conclusion.outlooks.items()} == fates


def tells(client: Imagined, aimed: Goal) -> bool:
    """Whether its alerts tell its roots apart, of which it holds the test root, or some that it is asked about
    first."""
    version = {Style.TELLING: set(Tls), Style.TELLING_1_2: {Tls.V1_2}, Style.TELLING_1_3: {Tls.V1_3}}
    tells_in = version.get(client.style, set()) & client.versions
    deciding = {each.sha256 for each in aimed.roots if each.family in {aimed.present, aimed.target}}
    regions = {each.sha256 for each in aimed.roots if each.region == aimed.region}
    public = {next(each.sha256 for each in aimed.roots if each.family is Authority.PROXY)}
    # TLS 1.2 is first: who tells in 1.3 alone is asked there about what decides
    first = deciding if Tls.V1_2 in client.versions - tells_in else regions | public
    return bool(tells_in) and ((aimed.test_root and client.trusts_test_root) or bool(known(client, aimed) & first))


def known(client: Imagined, aimed: Goal) -> set[str]:
    """What it holds of what it is asked about, as far as it can be shown that."""
    elliptic = {Authority.ECC384_G1}
    names = {"Amazon Root CA 3", "Amazon Root CA 4"}
    return {
        each.sha256
        for each in aimed.roots
        if each.sha256 in client.store
        and (client.takes_ecc or not (each.family in elliptic or each.name in names))
    }


@given(client=clients, aimed=goals, pause=st.sampled_from([0.1, 2.0]), pool=st.integers(1, 2))
@settings(max_examples=tries(60))
def test_a_verdict_that_is_told_once_is_the_last_word(
    client: Imagined, aimed: Goal, pause: float, pool: int
) -> None:
    stage = Stage(aimed)
    verdicts: list[Survival] = []
    for _ in range(BOUND):
        stage.comes([client] * pool)
        stage.passes(pause)
        verdicts += [each.verdict for each in stage.direction.conclusions(stage.now)]
    told = [each for each in verdicts if each is not Survival.UNKNOWN]
    assert set(told) in ({told[0]}, set()) if told else not told
    assert Survival.UNKNOWN not in verdicts[verdicts.index(told[0]) :] if told else True
