"""What is read from a client's answers, answer by answer: tables that are written out."""

import pytest
from tlscheck.drivers.behaviour import Verifies
from tlscheck.edges.stores.rds_roots import roots as known
from tlscheck.rehearsal.attempt import Attempt
from tlscheck.rehearsal.concluding import conclude
from tlscheck.rehearsal.conclusion import Conclusion
from tlscheck.rehearsal.contact import Contact, Ended, Hello
from tlscheck.rehearsal.goal import Goal
from tlscheck.rehearsal.goal import goal as goal_of
from tlscheck.rehearsal.replies import Replies
from tlscheck.rehearsal.root_key import root_key
from tlscheck.rehearsal.trial import Key, Shows, Tls, Trial
from tlscheck.survival.assessment import Scenario, Survival

from tests.imagined_clients import ECC, PRESENT, RSA4096, aim, root

PUBLIC_ROOT = next(each for each in aim().roots if each.name == "Amazon Root CA 1")
STRANGER, STRANGER_13 = Trial(Shows.STRANGER), Trial(Shows.STRANGER, tls=Tls.V1_3)
UNNAMED = Trial(Shows.STRANGER, is_named=False)
ELLIPTIC = Trial(Shows.STRANGER, key=Key.P384)
OLD = Trial(Shows.FORGERY, root(PRESENT).sha256)
OLD_UNNAMED = Trial(Shows.FORGERY, root(PRESENT).sha256, is_named=False)
OLD_13 = Trial(Shows.FORGERY, root(PRESENT).sha256, tls=Tls.V1_3)
NEW = Trial(Shows.FORGERY, root(RSA4096).sha256, Key.RSA4096)
CURVED_13 = Trial(Shows.FORGERY, root(ECC).sha256, Key.P384, Tls.V1_3)
ELLIPTIC_13 = Trial(Shows.STRANGER, key=Key.P384, tls=Tls.V1_3)
NEW_13 = Trial(Shows.FORGERY, root(RSA4096).sha256, Key.RSA4096, Tls.V1_3)
CURVED = Trial(Shows.FORGERY, root(ECC).sha256, Key.P384)
TRUSTED, EXPIRED = Trial(Shows.TRUSTED), Trial(Shows.TRUSTED, is_in_date=False)
OWN, OWN_13 = Trial(Shows.OWN_FORGERY), Trial(Shows.OWN_FORGERY, tls=Tls.V1_3)
PUBLIC = Trial(Shows.FORGERY, PUBLIC_ROOT.sha256)
RENAMED = Trial(Shows.TRUSTED, is_named=False)
TRUSTED_CURVED = Trial(Shows.TRUSTED, key=Key.P384)
NONE = "it pins, or brings a store of its own that holds none of them"
ASKED = "each root that was asked about"
ALIKE = "its TLS library says so of a wrong signature"
LIBRARY = "its TLS library may say so of every certificate"
PRESENT_ROOT, TARGET_ROOT = root(PRESENT), root(RSA4096)

GOES_ON, LEAVES, CANNOT = "goes on", "leaves", "cannot"
UNKNOWN_CA, DECRYPT, BAD, UNKNOWN = "unknown_ca", "decrypt_error", "bad_certificate", "certificate_unknown"
_ENDS = {GOES_ON: Ended.STARTED, LEAVES: Ended.CLOSED, CANNOT: Ended.INCAPABLE}


def told(*answers: tuple[Trial, str], goal: Goal | None = None) -> Conclusion:
    """Each answer is an attempt's; words other than those above are alerts."""
    attempts = []
    for number, (trial, answer) in enumerate(answers, 1):
        ended = _ENDS.get(answer, Ended.ALERTED)
        alert = answer if ended is Ended.ALERTED else ""
        hello = Hello("orders", (), "shape")
        contact = Contact(number, number, number + 0.1, "web", "192.0.2.1", ended, trial, hello=hello, alert=alert)
        attempts.append(Attempt(number, trial, (contact,)))
    return conclude(goal or aim(), "web", Replies(attempts))


def held(conclusion: Conclusion) -> tuple[bool | None, bool | None]:
    """The present CA's root, and the target's."""
    said = {each.sha256: what.value for each, what in conclusion.holds}
    return said[PRESENT_ROOT.sha256], said[TARGET_ROOT.sha256]


@pytest.mark.parametrize(
    ("answers", "so"),
    [
        ([(STRANGER, UNKNOWN_CA)], (None, None)),
        ([(OLD, DECRYPT)], (None, None)),
        ([(STRANGER, UNKNOWN_CA), (OLD, DECRYPT)], (True, None)),
        ([(STRANGER, UNKNOWN_CA), (OLD, DECRYPT), (NEW, UNKNOWN_CA)], (True, False)),
        ([(STRANGER, UNKNOWN_CA), (OLD, UNKNOWN_CA), (NEW, DECRYPT)], (False, True)),
        ([(STRANGER, UNKNOWN_CA), (OLD, DECRYPT), (NEW, DECRYPT)], (True, True)),
        ([(STRANGER, UNKNOWN_CA), (OLD, UNKNOWN_CA), (NEW, UNKNOWN_CA)], (None, None)),
        # pgjdbc
        ([(STRANGER, UNKNOWN), (OLD, BAD), (NEW, UNKNOWN)], (True, False)),
        # who says that it does not know the issuer does not hold it, whatever it says of a stranger
        ([(STRANGER, BAD), (OLD, UNKNOWN_CA), (NEW, BAD)], (None, None)),
        ([(STRANGER, BAD), (OLD, UNKNOWN_CA), (NEW, DECRYPT)], (None, True)),
        ([(STRANGER, LEAVES), (OLD, LEAVES), (NEW, LEAVES)], (None, None)),
        ([(STRANGER, LEAVES), (OLD, DECRYPT), (NEW, LEAVES)], (None, None)),
        # a version of TLS is compared with itself
        ([(STRANGER, UNKNOWN_CA), (OLD_13, DECRYPT)], (None, None)),
        ([(STRANGER_13, UNKNOWN_CA), (OLD_13, DECRYPT), (NEW_13, UNKNOWN_CA)], (True, False)),
        (
            [(STRANGER, BAD), (OLD, BAD), (NEW, BAD), (STRANGER_13, BAD), (OLD_13, DECRYPT), (NEW_13, BAD)],
            (True, False),
        ),
        # what is said in one contradicts the other: the second of each tells two roots apart the other way
        (
            [
                *[(STRANGER, UNKNOWN_CA), (OLD, DECRYPT), (NEW, UNKNOWN_CA)],
                *[(STRANGER_13, UNKNOWN_CA), (OLD_13, UNKNOWN_CA), (NEW_13, DECRYPT)],
            ],
            (None, None),
        ),
        # with the key of a curve, compared with a stranger of such a key
        ([(STRANGER, UNKNOWN_CA), (CURVED, DECRYPT), (NEW, UNKNOWN_CA)], (None, None)),
        ([(STRANGER, UNKNOWN_CA), (ELLIPTIC, UNKNOWN_CA), (CURVED, DECRYPT), (NEW, UNKNOWN_CA)], (None, False)),
    ],
)
def test_which_roots_it_holds(answers: list[tuple[Trial, str]], so: tuple[bool | None, bool | None]) -> None:
    assert held(told(*answers)) == so


@pytest.mark.parametrize(
    ("alert", "why"),
    [
        (
            UNKNOWN_CA,
            f"it says of {ASKED} that it does not know the issuer (unknown_ca): {NONE}, unless {ALIKE} too",
        ),
        (BAD, f"it refuses {ASKED} as it refuses a stranger (bad_certificate): {LIBRARY}, or {NONE}"),
        (LEAVES, "it closes without an alert: it verifies, and does not tell what its store holds"),
        (GOES_ON, "it takes a certificate of nobody, so no root matters to it"),
        (CANNOT, "it does not speak what a certificate of this kind needs (RSA 2048)"),
    ],
)
def test_why_it_is_not_told_of_who_answers_all_alike(alert: str, why: str) -> None:
    conclusion = told((STRANGER, alert), (OLD, alert), (NEW, alert))
    whys = {each.sha256: what.why for each, what in conclusion.holds}
    assert whys[PRESENT_ROOT.sha256] == why
    assert held(conclusion) == (None, None)


REGION = [(OLD, UNKNOWN_CA), (NEW, UNKNOWN_CA), (ELLIPTIC, UNKNOWN_CA), (CURVED, UNKNOWN_CA)]
REGION_13 = [(OLD_13, UNKNOWN_CA), (NEW_13, UNKNOWN_CA), (ELLIPTIC_13, UNKNOWN_CA), (CURVED_13, UNKNOWN_CA)]


@pytest.mark.parametrize(
    ("answers", "brings", "why"),
    [
        ([(STRANGER, UNKNOWN_CA), *REGION, (OWN, DECRYPT)], True, ""),
        ([(STRANGER, UNKNOWN_CA), *REGION, (PUBLIC, DECRYPT)], True, ""),
        ([(STRANGER_13, UNKNOWN_CA), *REGION_13, (OWN_13, DECRYPT)], True, ""),
        ([(STRANGER, UNKNOWN_CA), (OLD, DECRYPT)], False, ""),
        ([(STRANGER, UNKNOWN_CA), *REGION[1:], (OLD, DECRYPT), (OWN, DECRYPT)], False, ""),
        # all are alike: the test root is not in its store, or its library says so of every certificate
        ([(STRANGER, UNKNOWN_CA), *REGION], None, f"does not know the issuer (unknown_ca): {NONE}"),
        ([(STRANGER, UNKNOWN_CA), *REGION, (OWN, UNKNOWN_CA)], None, f"(unknown_ca): {NONE}"),
        ([(STRANGER, BAD), (OLD, BAD), (NEW, BAD), (OWN, BAD)], None, f"(bad_certificate): {LIBRARY}, or {NONE}"),
        # a version of TLS is compared with itself
        ([(STRANGER, UNKNOWN_CA), *REGION, (STRANGER_13, UNKNOWN_CA), (OWN_13, DECRYPT)], None, NONE),
        # not all of them were asked about
        ([(STRANGER, UNKNOWN_CA), *REGION[:2], (OWN, DECRYPT)], None, "not asked about"),
        ([(STRANGER, LEAVES), (OLD, LEAVES), (OWN, LEAVES)], None, "it closes without an alert"),
        ([(STRANGER, GOES_ON)], None, "it takes a certificate of nobody"),
    ],
)
def test_who_holds_none_of_the_roots_asked_about_pins_or_brings_a_store(
    answers: list[tuple[Trial, str]], brings: bool | None, why: str
) -> None:
    conclusion = told(*answers, goal=aim(test_root=True))
    assert conclusion.brings_own.value is brings
    assert why in conclusion.brings_own.why
    assert bool(why) is bool(conclusion.brings_own.why)


def test_what_pins_rests_on_all_that_tells_it_and_no_rotation_is_survived() -> None:
    conclusion = told((STRANGER, UNKNOWN_CA), (OWN, DECRYPT), *REGION, goal=aim(test_root=True))
    assert conclusion.brings_own.attempts == (1, 2, 3, 4, 5, 6)
    lacks = f"It verifies, and its store lacks the root of {RSA4096}: it fails."
    assert conclusion.outlooks[Scenario.ROTATED] == (Survival.DOES_NOT, lacks)
    # it may pin the certificate that its server shows today
    assert conclusion.outlooks[Scenario.TODAY] == (
        Survival.UNKNOWN,
        (
            "Not known: its store holds none of the roots that were asked about; it fails, unless it pins the"
            " server's own certificate."
        ),
    )
    public = told((STRANGER, UNKNOWN_CA), (PUBLIC, DECRYPT), *REGION)
    assert public.outlooks[Scenario.TODAY][0] is Survival.DOES_NOT


def test_of_a_proxy_it_is_its_own_roots_that_matter() -> None:
    proxy = goal_of(
        ["orders.proxy-c9x2example.eu-central-1.rds.amazonaws.com"], "eu-central-1", None, None, known()
    )
    keys = {root.sha256: root_key(root) for root in proxy.roots}
    asked = [
        *((Trial(Shows.STRANGER, key=key), UNKNOWN_CA) for key in (Key.RSA2048, Key.P384)),
        *((Trial(Shows.FORGERY, sha256, key), UNKNOWN_CA) for sha256, key in keys.items()),
    ]
    assert told(*asked, (OWN, DECRYPT), goal=proxy).brings_own.value is True
    assert told(*asked[:-1], (OWN, DECRYPT), goal=proxy).brings_own.value is None


def test_a_root_that_was_not_asked_about_is_not_said_to_be_like_the_others() -> None:
    conclusion = told((STRANGER, UNKNOWN_CA), (OLD, UNKNOWN_CA))
    assert [what.why for each, what in conclusion.holds if each == TARGET_ROOT] == ["not asked about"]
    assert conclusion.outlooks[Scenario.ROTATED] == (
        Survival.UNKNOWN,
        "Not known: whether its store holds the root of rds-ca-rsa4096-g1: not asked about.",
    )


@pytest.mark.parametrize(
    ("answers", "verifies", "why"),
    [
        ([(STRANGER, UNKNOWN_CA)], Verifies.CHAIN, "the name cannot be told"),
        ([(STRANGER, LEAVES)], Verifies.CHAIN, "the name cannot be told"),
        ([(STRANGER, CANNOT), (STRANGER_13, UNKNOWN_CA)], Verifies.CHAIN, "the name cannot be told"),
        ([(STRANGER, CANNOT)], None, "no TLS version, cipher and signature were found that it speaks too"),
        (
            [(STRANGER, GOES_ON)],
            None,
            "it takes a certificate of nobody; whether it looks at the name was not tried yet",
        ),
        ([(STRANGER, GOES_ON), (UNNAMED, GOES_ON)], Verifies.NOTHING, ""),
        ([(STRANGER, GOES_ON), (UNNAMED, BAD)], Verifies.NAME, ""),
        ([(STRANGER, GOES_ON), (UNNAMED, LEAVES)], Verifies.NAME, ""),
        # an own answer to the name
        ([(STRANGER, UNKNOWN_CA), (OLD, DECRYPT), (OLD_UNNAMED, BAD)], Verifies.CHAIN_AND_NAME, ""),
        (
            [(STRANGER, UNKNOWN_CA), (OLD, DECRYPT), (OLD_UNNAMED, DECRYPT)],
            Verifies.CHAIN,
            "the name cannot be told",
        ),
        # with the test root
        ([(STRANGER, UNKNOWN_CA), (TRUSTED, GOES_ON), (RENAMED, GOES_ON)], Verifies.CHAIN, ""),
        ([(STRANGER, UNKNOWN_CA), (TRUSTED, GOES_ON), (RENAMED, BAD)], Verifies.CHAIN_AND_NAME, ""),
        ([(STRANGER, LEAVES), (TRUSTED, GOES_ON), (RENAMED, LEAVES)], Verifies.CHAIN_AND_NAME, ""),
        # it was not given the test root, or does not take it
        ([(STRANGER, BAD), (TRUSTED, BAD), (RENAMED, BAD)], Verifies.CHAIN, "the name cannot be told"),
        ([(STRANGER, UNKNOWN_CA), (TRUSTED, GOES_ON)], Verifies.CHAIN, "the name cannot be told"),
    ],
)
def test_what_it_verifies(answers: list[tuple[Trial, str]], verifies: Verifies | None, why: str) -> None:
    said = told(*answers, goal=aim(test_root=True)).verifies
    assert (said.value, said.why) == (verifies, why)


@pytest.mark.parametrize(
    ("answers", "looks"),
    [
        ([(TRUSTED, GOES_ON), (EXPIRED, GOES_ON)], False),
        ([(TRUSTED, GOES_ON), (EXPIRED, "certificate_expired")], True),
        ([(TRUSTED, GOES_ON), (EXPIRED, LEAVES)], True),
        ([(TRUSTED, UNKNOWN_CA), (EXPIRED, UNKNOWN_CA)], None),
        ([(TRUSTED, GOES_ON)], None),
    ],
)
def test_whether_it_looks_at_dates(answers: list[tuple[Trial, str]], looks: bool | None) -> None:
    assert told((STRANGER, UNKNOWN_CA), *answers).looks_at_dates.value is looks


@pytest.mark.parametrize(
    ("answers", "takes"),
    [
        ([(STRANGER, UNKNOWN_CA), (ELLIPTIC, UNKNOWN_CA)], True),
        ([(STRANGER, GOES_ON), (ELLIPTIC, GOES_ON)], True),
        ([(STRANGER, UNKNOWN_CA), (ELLIPTIC, CANNOT)], False),
        ([(STRANGER, CANNOT), (ELLIPTIC, CANNOT)], None),
        ([(STRANGER, LEAVES), (ELLIPTIC, LEAVES)], None),
        ([(STRANGER, UNKNOWN_CA), (ELLIPTIC, BAD)], None),
        ([(STRANGER, UNKNOWN_CA)], None),
        ([(STRANGER, UNKNOWN_CA), (TRUSTED, GOES_ON), (TRUSTED_CURVED, GOES_ON)], True),
        ([(STRANGER, LEAVES), (TRUSTED_CURVED, GOES_ON)], True),
    ],
)
def test_whether_it_takes_a_certificate_with_the_key_of_a_curve(
    answers: list[tuple[Trial, str]], takes: bool | None
) -> None:
    assert told(*answers).takes_ecc.value is takes


def test_what_a_test_root_shows_decides_nothing_about_the_roots_of_rds() -> None:
    conclusion = told((STRANGER, UNKNOWN_CA), (TRUSTED, GOES_ON), goal=aim(test_root=True))
    assert held(conclusion) == (None, None)
    assert conclusion.verdict is Survival.UNKNOWN
