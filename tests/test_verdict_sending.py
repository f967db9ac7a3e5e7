"""What a Security Hub is sent of a finding, by what it was sent before and what its owner wants in it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.hub import Hub
from tlscheck.reporting.asff import security_finding
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Basis, Finding, RememberedFinding, Sent
from tlscheck.verdict.sending import Listener, Publish, ended, handed_on, hub_wants, may_stand, may_take
from tlscheck.verdict.settle import archived, settle

from tests.examples import KEY, NOW, ORDERS

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MOMENT = timedelta(milliseconds=1)
STATUSES = ("PASSED", "WARNING", "FAILED", "INFORMATIONAL", "NOT_OBSERVED")


def finding(status: Status, reason: str = "because") -> Finding:
    return Finding(KEY, ORDERS, "us-east-1", CheckId.CA, status, reason, "")


def known(status: Status, sent: Sent | None, **changes: Any) -> RememberedFinding:
    """A finding that has been told to people since yesterday."""
    since = NOW - DAY
    told = RememberedFinding(finding(status), since, since, since, NOW, basis=Basis(NOW), sent=sent)
    return replace(told, **{"announced_digest": told.finding.digest(), **changes})


BEFORE = NOW - DAY
SENT: dict[str, Sent | None] = {
    "never": None,
    "FAILED": Sent(BEFORE, Status.FAILED, was_failed=True),
    "WARNING": Sent(BEFORE, Status.WARNING, was_failed=True),
    "PASSED since it FAILED": Sent(BEFORE, Status.PASSED, was_failed=True),
    "PASSED": Sent(BEFORE, Status.PASSED),
    "INFORMATIONAL since it FAILED": Sent(BEFORE, Status.INFORMATIONAL, was_failed=True),
    "INFORMATIONAL": Sent(BEFORE, Status.INFORMATIONAL),
    "NOT_OBSERVED since it FAILED": Sent(BEFORE, Status.NOT_OBSERVED, was_failed=True),
    "NOT_OBSERVED": Sent(BEFORE, Status.NOT_OBSERVED),
    "archived": Sent(BEFORE, Status.FAILED, is_archived=True),
}
"""What was sent last."""

WISHES = {"S": "SEND", "A": "ARCHIVE", "-": "NOTHING"}

# By what it was sent last: what it wants where it is PASSED, WARNING, FAILED, INFORMATIONAL, NOT_OBSERVED now.
TABLE = {
    "FAILURES": {
        "never": "-SS--",
        "FAILED": "SS-A-",
        "WARNING": "S-SA-",
        "PASSED since it FAILED": "-SSA-",
        "PASSED": "ASSAA",
        "INFORMATIONAL since it FAILED": "SSSAA",
        "INFORMATIONAL": "ASSAA",
        "NOT_OBSERVED since it FAILED": "SSSAA",
        "NOT_OBSERVED": "ASSAA",
        "archived": "-SS--",
    },
    "EVERYTHING": {
        "never": "SSSSS",
        "FAILED": "SS-SS",
        "WARNING": "S-SSS",
        "PASSED since it FAILED": "-SSS-",
        "PASSED": "-SSS-",
        "INFORMATIONAL since it FAILED": "SSS-S",
        "INFORMATIONAL": "SSS-S",
        "NOT_OBSERVED since it FAILED": "SSSS-",
        "NOT_OBSERVED": "SSSS-",
        "archived": "SSSSS",
    },
    "NOTHING": {
        "never": "-----",
        "FAILED": "AAAAA",
        "WARNING": "AAAAA",
        "PASSED since it FAILED": "AAAAA",
        "PASSED": "AAAAA",
        "INFORMATIONAL since it FAILED": "AAAAA",
        "INFORMATIONAL": "AAAAA",
        "NOT_OBSERVED since it FAILED": "AAAAA",
        "NOT_OBSERVED": "AAAAA",
        "archived": "-----",
    },
}
ROWS = [
    (publish, sent, status, WISHES[wish])
    for publish, rows in TABLE.items()
    for sent, wishes in rows.items()
    for status, wish in zip(STATUSES, wishes, strict=True)
]


@pytest.mark.parametrize(("publish", "sent", "status", "wish"), ROWS)
@pytest.mark.parametrize("is_full", [True, False])
def test_what_a_hub_wants(publish: str, sent: str, status: str, wish: str, is_full: bool) -> None:
    listener = Listener(Publish(publish), is_full=is_full)
    assert hub_wants(known(Status(status), SENT[sent]), listener, NOW) == wish


@pytest.mark.parametrize("publish", Publish)
@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("sent", SENT)
def test_what_is_gone_or_applies_no_longer_is_archived_once(publish: Publish, status: Status, sent: str) -> None:
    wish = hub_wants(known(status, SENT[sent], archived_at=NOW), Listener(publish), NOW)
    assert wish == ("NOTHING" if sent in {"never", "archived"} else "ARCHIVE")


def test_an_archive_leaves_the_status_and_rises() -> None:
    after = handed_on(known(Status.INFORMATIONAL, SENT["PASSED since it FAILED"]), Listener(Publish.FAILURES), NOW)
    assert after.sent == Sent(NOW, Status.PASSED, is_archived=True)
    assert ended(after, NOW).sent_at == NOW + MOMENT
    assert ended(after, NOW - DAY).sent_at == NOW + MOMENT
    never = known(Status.PASSED, None)
    assert ended(never, NOW) is never


def test_what_is_sent_again_after_an_archive_has_failed_only_if_it_does() -> None:
    everything = Listener(Publish.EVERYTHING)
    for status in (Status.FAILED, Status.PASSED):
        after = handed_on(known(status, SENT["archived"]), everything, NOW).sent
        assert after is not None
        assert (after.status, after.is_archived, after.was_failed) == (status, False, status is Status.FAILED)
    mended = handed_on(known(Status.PASSED, SENT["FAILED"]), everything, NOW).sent
    assert mended is not None
    assert mended.was_failed


@pytest.mark.parametrize(("age", "wish"), [(30 * DAY, "SEND"), (30 * DAY - MOMENT, "NOTHING")])
@pytest.mark.parametrize(
    ("publish", "status"), [("FAILURES", "FAILED"), ("FAILURES", "PASSED"), ("EVERYTHING", "NOT_OBSERVED")]
)
def test_what_is_active_is_sent_again_after_thirty_days(
    publish: str, status: str, age: timedelta, wish: str
) -> None:
    sent = Sent(NOW - age, Status(status), was_failed=True)
    assert hub_wants(known(Status(status), sent), Listener(Publish(publish)), NOW) == wish


@pytest.mark.parametrize("publish", Publish)
@pytest.mark.parametrize("status", Status)
def test_what_is_archived_or_cannot_be_looked_at_is_not_kept_alive(publish: Publish, status: Status) -> None:
    long_ago = NOW - 400 * DAY
    gone = known(status, Sent(long_ago, status, is_archived=True), archived_at=long_ago)
    assert hub_wants(gone, Listener(publish), NOW) == "NOTHING"
    passed = Sent(long_ago, Status.PASSED, was_failed=True)
    unseen = known(Status.NOT_OBSERVED, passed)
    assert hub_wants(unseen, Listener(publish), NOW) == ("ARCHIVE" if publish == "NOTHING" else "NOTHING")


# A finding that reads otherwise than what was sent, as people were told.
OTHERWISE = [
    ("FAILURES", "FAILED", "SEND"),
    ("FAILURES", "WARNING", "SEND"),
    ("FAILURES", "PASSED", "NOTHING"),
    ("EVERYTHING", "PASSED", "SEND"),
    ("EVERYTHING", "INFORMATIONAL", "SEND"),
    ("EVERYTHING", "NOT_OBSERVED", "SEND"),
]


@pytest.mark.parametrize(("publish", "status", "wish"), OTHERWISE)
def test_another_wording_is_sent_of_what_somebody_works_on(publish: str, status: str, wish: str) -> None:
    digest = finding(Status(status), "before").digest()
    before = known(Status(status), Sent(BEFORE, Status(status), was_failed=True, digest=digest))
    assert hub_wants(before, Listener(Publish(publish)), NOW) == wish
    same = replace(before, finding=finding(Status(status), "before"), announced_digest=digest)
    assert hub_wants(same, Listener(Publish(publish)), NOW) == "NOTHING"


def test_nothing_is_sent_before_people_were_told() -> None:
    untold = known(Status.PASSED, SENT["FAILED"], announced_digest="0123456789ab")
    assert hub_wants(untold, Listener(Publish.FAILURES), NOW) == "NOTHING"
    # An earlier version did not keep what they were told.
    assert hub_wants(replace(untold, announced_digest=""), Listener(Publish.FAILURES), NOW) == "SEND"


@pytest.mark.parametrize("status", [Status.PASSED, Status.INFORMATIONAL, Status.NOT_OBSERVED])
def test_what_never_failed_goes_at_once_where_only_failures_are_wanted_now(status: Status) -> None:
    """Also within the hour after an outage, of which people are told that it is over when it has stood."""
    untold = known(status, SENT["PASSED"], announced_digest="0123456789ab")
    assert hub_wants(untold, Listener(Publish.FAILURES), NOW) == "ARCHIVE"


@pytest.mark.parametrize(
    ("publish", "sent", "wishes"),
    [
        ("FAILURES", "FAILED", "-A"),
        ("FAILURES", "PASSED since it FAILED", "-A"),
        ("FAILURES", "PASSED", "AA"),
        ("NOTHING", "FAILED", "AA"),
    ],
)
def test_what_is_only_told_now_stays_until_people_were_told(publish: str, sent: str, wishes: str) -> None:
    """Within the hour it may be back: an archived finding that becomes active is a new one."""
    known_now = known(Status.INFORMATIONAL, SENT[sent], announced_digest="0123456789ab")
    told = replace(known_now, announced_digest=known_now.finding.digest())
    listener = Listener(Publish(publish))
    assert [hub_wants(each, listener, NOW) for each in (known_now, told)] == [WISHES[each] for each in wishes]
    # What is gone is told at once.
    assert hub_wants(replace(known_now, archived_at=NOW), listener, NOW) == "ARCHIVE"


@pytest.mark.parametrize(("publish", "wish"), [("FAILURES", "NOTHING"), ("EVERYTHING", "SEND")])
def test_that_a_failure_could_not_be_looked_at_again_is_sent_where_everything_is(publish: str, wish: str) -> None:
    listener = Listener(Publish(publish))
    failed = handed_on(known(Status.FAILED, None), listener, BEFORE)
    blind = replace(failed, not_observed_since=BEFORE, not_observed_reason="no probe")
    told = replace(blind, announced_digest=blind.finding.digest("no probe"))
    assert hub_wants(told, listener, NOW) == wish
    # The note goes along with the next sending.
    again = security_finding(handed_on(told, listener, NOW + 31 * DAY))
    assert again["ProductFields"]["tlscheck/NotObservedReason"] == "no probe"
    assert again["Compliance"] == {"Status": "FAILED"}


HERE = Hub(NOW - 300 * DAY)
TAKEN = {"delivered_at": BEFORE, "delivered": BEFORE}
LACKS: list[tuple[dict[str, Any], Hub | Gap, bool, str]] = [
    (TAKEN, HERE, True, "NOTHING"),
    (TAKEN, Hub(BEFORE), True, "NOTHING"),
    (TAKEN, Hub(BEFORE + MOMENT), True, "SEND"),
    (TAKEN, Hub(BEFORE + MOMENT), False, "NOTHING"),
    ({}, HERE, True, "SEND"),
    ({}, HERE, False, "NOTHING"),
    ({"delivered_at": NOW, "delivered": BEFORE - MOMENT}, HERE, True, "SEND"),
    (TAKEN | {"refused": "InvalidInput"}, HERE, True, "SEND"),
    (TAKEN | {"refused": "InvalidInput"}, Gap("securityhub:DescribeHub", "AccessDenied"), True, "NOTHING"),
    ({}, Gap("securityhub:DescribeHub", "AccessDenied"), True, "NOTHING"),
    ({}, Hub(None), True, "NOTHING"),
]


@pytest.mark.parametrize(("delivery", "hub", "is_full", "wish"), LACKS)
@pytest.mark.parametrize("publish", ["FAILURES", "EVERYTHING"])
def test_a_full_sweep_sends_a_hub_what_it_lacks(
    publish: str, delivery: dict[str, Any], hub: Hub | Gap, is_full: bool, wish: str
) -> None:
    failed = known(Status.FAILED, SENT["FAILED"], **delivery)
    assert hub_wants(failed, Listener(Publish(publish), hub, is_full), NOW) == wish


@pytest.mark.parametrize("publish", ["FAILURES", "EVERYTHING"])
def test_a_new_hub_gets_nothing_that_says_that_a_pass_is_over_as_nobody_could_look(publish: str) -> None:
    unseen = known(Status.NOT_OBSERVED, SENT["PASSED since it FAILED"])
    assert hub_wants(unseen, Listener(Publish(publish), Hub(NOW - HOUR)), NOW) == "NOTHING"


@pytest.mark.parametrize(
    ("delivery", "hub", "wish", "stands"),
    [
        (TAKEN, HERE, "NOTHING", False),
        # Never taken: nothing is there to be archived.
        ({}, HERE, "NOTHING", False),
        ({"delivered_at": BEFORE, "delivered": BEFORE - DAY}, HERE, "ARCHIVE", True),
        ({"delivered_at": BEFORE, "delivered": BEFORE - DAY}, Gap("nothing", "not asked"), "NOTHING", True),
        ({"refused": "AccessDenied"}, HERE, "ARCHIVE", True),
    ],
)
def test_an_archive_that_did_not_arrive_is_sent_again(
    delivery: dict[str, Any], hub: Hub | Gap, wish: str, stands: bool
) -> None:
    gone = known(Status.FAILED, SENT["archived"], archived_at=BEFORE, **delivery)
    assert hub_wants(gone, Listener(Publish.FAILURES, hub), NOW) == wish
    assert hub_wants(gone, Listener(Publish.FAILURES, hub, is_full=False), NOW) == "NOTHING"
    assert may_stand(gone) is stands


def test_where_nothing_is_wanted_and_nobody_asks_for_a_hub_a_refused_archive_is_sent_again() -> None:
    refused = known(Status.FAILED, SENT["archived"], refused="ThrottlingException")
    assert hub_wants(refused, Listener(Publish.NOTHING), NOW) == "ARCHIVE"
    assert hub_wants(refused, Listener(Publish.NOTHING, is_full=False), NOW) == "NOTHING"
    assert hub_wants(replace(refused, refused=""), Listener(Publish.NOTHING), NOW) == "NOTHING"


@pytest.mark.parametrize(
    ("publish", "hub", "is_asked"),
    [
        ("FAILURES", HERE, True),
        ("FAILURES", Hub(None), False),
        ("FAILURES", Gap("securityhub:DescribeHub", "AccessDenied"), False),
        ("EVERYTHING", HERE, True),
        # Nobody asks whether there is a hub, so whoever refused an archive is asked to take it.
        ("NOTHING", Gap("nothing", "not asked"), True),
    ],
)
def test_what_a_hub_did_not_take_may_arrive_where_one_is_or_nothing_is_wanted(
    publish: str, hub: Hub | Gap, is_asked: bool
) -> None:
    assert may_take(Listener(Publish(publish), hub)) is is_asked


# Histories: what a check says at which hour, while its owner wants what. None: its resource is gone.
says = st.one_of(st.none(), *[st.just(each) for each in Status])
histories = st.lists(
    st.tuples(says, st.sampled_from(["one", "two"]), st.integers(1, 1500), st.sampled_from(Publish)),
    min_size=1,
    max_size=12,
)
type History = Sequence[tuple[Status | None, str, int, Publish]]


class Region:
    """A sweep's table and a Security Hub, of one finding.

    Modelled after the API reference of Security Hub CSPM: BatchImportFindings takes what has a later UpdatedAt;
    Workflow says what moves a finding back to NEW.
    """

    def __init__(self) -> None:
        self.held: dict[str, Any] | None = None
        self.workflow = "NEW"
        self.known: RememberedFinding | None = None
        self.at = NOW
        self.sent: list[datetime] = []

    def sweep(self, status: Status | None, reason: str, hours: int, publish: Publish) -> None:
        self.at += timedelta(hours=hours)
        basis = Basis(self.at)
        if status is not None:
            after = settle(self.known, finding(status, reason), basis, self.at)
        elif self.known is None:
            return
        else:
            after = archived(self.known, basis, self.at)
        after = handed_on(after, Listener(publish), self.at)
        if after.sent is not None and (self.known is None or after.sent != self.known.sent):
            self.sent.append(after.sent.at)
            self.take(security_finding(after))
            after = replace(after, delivered_at=self.at, delivered=after.sent.at)
        self.known = after

    def told(self, history: History) -> "Region":
        for each in history:
            self.sweep(*each)
        return self

    def take(self, new: dict[str, Any]) -> None:
        """What Security Hub does with what it is sent."""
        if self.held is not None:
            assert new["Id"] == self.held["Id"]
            assert new["UpdatedAt"] > self.held["UpdatedAt"], "it would be ignored"
            was, is_now = (each["Compliance"]["Status"] for each in (self.held, new))
            is_back = (self.held["RecordState"], new["RecordState"]) == ("ARCHIVED", "ACTIVE")
            if is_back or (was == "PASSED" and is_now in {"FAILED", "WARNING", "NOT_AVAILABLE"}):
                self.workflow = "NEW"
        self.held = new

    @property
    def shown(self) -> tuple[str, str, str] | None:
        """What the hub shows of it: record state, compliance, workflow."""
        if self.held is None:
            return None
        return self.held["RecordState"], self.held["Compliance"]["Status"], self.workflow


@given(histories)
def test_what_is_sent_rises_and_the_hub_shows_what_was_handed_on(history: History) -> None:
    region = Region().told(history)
    assert all(later - earlier >= MOMENT for earlier, later in zip(region.sent, region.sent[1:], strict=False))
    assert (region.shown is None) == (region.known is None or region.known.sent is None)
    if region.shown and region.known:
        assert region.shown[0] == ("ARCHIVED" if region.known.is_ended else "ACTIVE")


@example([(Status.PASSED, "one", 1, Publish.EVERYTHING)], [1])
@example(
    [(Status.FAILED, "one", 1, Publish.FAILURES), (Status.PASSED, "one", 2, Publish.FAILURES)],
    [2000],
)
@given(histories, st.lists(st.integers(1, 1500), min_size=1, max_size=5))
def test_an_outage_re_opens_nothing(history: History, outage: list[int]) -> None:
    region = Region().told(history)
    region.workflow = "RESOLVED"
    before = region.shown
    publish = history[-1][3]
    for hours in outage:
        region.sweep(Status.NOT_OBSERVED, "no probe", hours, publish)
    if before and before[0] == "ACTIVE" and region.shown:
        assert region.shown[2] == "RESOLVED"
    region.sweep(Status.PASSED, "one", 2, publish)
    region.sweep(Status.PASSED, "one", 2, publish)
    if before and before[:2] == ("ACTIVE", "PASSED") and region.shown:
        assert region.shown[2] == "RESOLVED"


@given(histories, st.sampled_from(Publish))
def test_a_sweep_that_finds_the_same_sends_nothing_and_archives_nothing_again(
    history: History, publish: Publish
) -> None:
    region = Region().told(history)
    status, reason, _, _ = history[-1]
    # Until what flaps has been calm for a day.
    for _ in range(3):
        region.sweep(status, reason, 13, publish)
    count = len(region.sent)
    for _ in range(3):
        region.sweep(status, reason, 24, publish)
    assert len(region.sent) == count


@given(histories)
def test_by_default_a_hub_shows_failures_and_their_end_alone(history: History) -> None:
    region, had_failed = Region(), False
    for status, reason, hours, _ in history:
        region.sweep(status, reason, hours, Publish.FAILURES)
        had_failed |= status in {Status.FAILED, Status.WARNING}
        assert had_failed or region.shown is None
        if region.shown and region.shown[0] == "ACTIVE":
            assert region.shown[1] in {"FAILED", "WARNING", "PASSED"}


@given(histories, says)
def test_another_wish_archives_what_no_longer_belongs_and_sends_what_does(
    history: History, status: Status | None
) -> None:
    region = Region().told(history)
    region.sweep(status, "now", 2, Publish.NOTHING)
    assert region.shown is None or region.shown[0] == "ARCHIVED"
    for _ in range(4):
        region.sweep(status, "now", 13, Publish.FAILURES)
    stands = region.known is not None and region.known.archived_at is None
    is_failure = stands and region.known is not None and region.known.finding.status in {"FAILED", "WARNING"}
    assert (region.shown is not None and region.shown[0] == "ACTIVE") == is_failure
    for _ in range(4):
        region.sweep(status, "now", 13, Publish.EVERYTHING)
    assert (region.shown is not None and region.shown[0] == "ACTIVE") == stands
