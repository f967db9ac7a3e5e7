"""Asking the probe of a network: an answer, or the reason why there is none."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from tlscheck.edges import clock
from tlscheck.edges.aws import probes, session
from tlscheck.wire.document import document
from tlscheck.wire.observation import HandshakeOutcome, Look, LookOutcome, Observation, SessionGroup
from tlscheck.wire.target import Target
from tlscheck.wire.targeting import ProbeBusy, assigned, target_of

from tests.examples import ORDERS, database, look, observation, sessions
from tests.local_aws.emulator.account import ACCOUNT, EmulatedAccount
from tests.refusing import refusing
from tests.standin_probe import StandinProbe, registered

OTHER = ORDERS.replace("orders-prod", "billing-staging")
SEEN_AT = datetime(2026, 11, 26, 3, 59, tzinfo=UTC)
SEEN = observation(look=replace(look(sessions()), at=SEEN_AT))
KNOWN = {ORDERS: document(SEEN)}
NETWORK = "vpc-0a1b2c3d"
NOWHERE = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:tlscheck-probe-nowhere"


@pytest.fixture(autouse=True)
def at_the_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look of long ago is no answer, and this file may be read long before it is run."""
    monkeypatch.setattr(clock, "now", lambda: SEEN_AT)


@pytest.fixture(scope="module")
def standin(emulator: EmulatedAccount, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandinProbe]:
    with StandinProbe(emulator, tmp_path_factory.mktemp("probe")) as probe:
        yield probe


def target(arn: str = ORDERS) -> Target:
    found = target_of(database(arn=arn), "tlscheck")
    assert isinstance(found, Target)
    return found


def reason(observed: tuple[Observation, ...]) -> str:
    (only,) = observed
    assert only.arn == ORDERS
    assert only.handshake.outcome is HandshakeOutcome.NOT_TRIED
    assert only.look.outcome is LookOutcome.NOT_TRIED
    assert only.handshake.detail == only.look.detail
    return only.look.detail


def test_the_probe_of_a_network_is_asked_and_its_answer_read(
    account: EmulatedAccount, standin: StandinProbe
) -> None:
    standin.behave(observations=KNOWN)
    with registered(account, NETWORK, standin.arn):
        assert probes.look(NETWORK, "us-east-1", "", [target()]) == (SEEN,)


@pytest.mark.usefixtures("account")
def test_a_network_without_a_probe_is_a_reason() -> None:
    assert reason(probes.look(NETWORK, "us-east-1", "", [target()])) == "no probe in vpc-0a1b2c3d"
    no_network = reason(probes.look(None, "us-east-1", "", [target()]))
    assert no_network == "it lies in no VPC, and there is no default probe"


def test_where_a_probe_is_registered_is_asked_once_in_five_minutes(
    account: EmulatedAccount, standin: StandinProbe, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = datetime.now(UTC)
    asked: list[str] = []
    events = session.client("ssm", region="us-east-1").meta.events
    events.register("before-call.ssm", lambda model, **_: asked.append(model.name))
    # Of the moment that the look is made at, so that none of them is of the future.
    standin.behave(observations={ORDERS: document(replace(SEEN, look=replace(SEEN.look, at=None)))})
    with registered(account, NETWORK, standin.arn):
        for seconds, times in ((0, 1), (1, 1), (299, 1), (300, 2), (301, 2)):
            monkeypatch.setattr(clock, "now", lambda seconds=seconds: began + timedelta(seconds=seconds))
            assert probes.look(NETWORK, "us-east-1", "", [target()])[0].look.outcome is LookOutcome.SEEN
            assert asked == ["GetParameter"] * times, seconds


def test_that_a_network_has_no_probe_is_asked_each_time(account: EmulatedAccount, standin: StandinProbe) -> None:
    standin.behave(observations=KNOWN)
    assert reason(probes.look(NETWORK, "us-east-1", "", [target()])) == "no probe in vpc-0a1b2c3d"
    client = account.client("ssm")
    # Not by `registered`, which makes what was kept be forgotten.
    client.put_parameter(Name=f"/tlscheck/probes/{NETWORK}", Value=standin.arn, Type="String")
    try:
        assert probes.look(NETWORK, "us-east-1", "", [target()]) == (SEEN,)
    finally:
        client.delete_parameter(Name=f"/tlscheck/probes/{NETWORK}")


def test_a_probe_that_is_named_by_no_arn_is_a_reason() -> None:
    assert reason(probes.look(None, "us-east-1", "tlscheck-probe", [target()])) == (
        "the probe is named 'tlscheck-probe', which is no ARN"
    )


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("network", [NETWORK, None])
def test_the_default_probe_reaches_the_rest(standin: StandinProbe, network: str | None) -> None:
    standin.behave(observations=KNOWN)
    assert probes.look(network, "us-east-1", standin.arn, [target()]) == (SEEN,)


def test_a_registered_probe_goes_before_the_default_one(account: EmulatedAccount, standin: StandinProbe) -> None:
    standin.behave(observations=KNOWN)
    with registered(account, NETWORK, standin.arn):
        assert probes.look(NETWORK, "us-east-1", NOWHERE, [target()]) == (SEEN,)


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        ({"raise": "password hunter2 refused"}, "the probe failed: ProbeBroke"),
        ({"answer": {"observations": [{"arn": ORDERS}]}}, "another shape"),
        ({"answer": {"observations": "hunter2"}}, "another shape"),
        ({"answer": ["hunter2"]}, "another shape"),
        ({"answer": None}, "another shape"),
        ({"answer": {"observations": []}}, "the probe did not answer for it"),
    ],
)
def test_whatever_a_probe_does_is_a_reason_without_its_words(
    standin: StandinProbe, behaviour: dict[str, Any], expected: str
) -> None:
    standin.behave(**behaviour)
    found = reason(probes.look(NETWORK, "us-east-1", standin.arn, [target()]))
    assert expected in found
    assert "hunter2" not in found


def test_a_probe_out_of_time_is_a_reason(account: EmulatedAccount, tmp_path: Path) -> None:
    with StandinProbe(account, tmp_path, timeout=1) as slow:
        slow.behave(sleep=5, observations={})
        found = reason(probes.look(NETWORK, "us-east-1", slow.arn, [target()]))
    assert found == "the probe failed: it took longer than its time-out"


@pytest.mark.usefixtures("account")
def test_a_probe_that_is_gone_is_a_reason() -> None:
    found = reason(probes.look(NETWORK, "us-east-1", NOWHERE, [target()]))
    assert found.startswith("the probe could not be invoked: ResourceNotFoundException")


@pytest.mark.usefixtures("account")
def test_an_account_that_cannot_be_reached_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    found = reason(probes.look(NETWORK, "us-east-1", "", [target()]))
    assert found.startswith("the probe of vpc-0a1b2c3d could not be found: EndpointConnectionError")


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("code", "is_busy"),
    [
        # At a limit, of the account, the function or EC2; and pending.
        *((code, True) for code in ("TooManyRequestsException", "ThrottlingException", "EC2ThrottledException")),
        *((code, True) for code in ("ResourceConflictException", "ResourceNotReadyException", "ServiceException")),
        *((code, True) for code in ("CodeArtifactUserPendingException", "ENINotReadyException")),
        # The same tomorrow.
        *(
            (code, False)
            for code in ("AccessDeniedException", "ResourceNotFoundException", "KMSDisabledException")
        ),
        *((code, False) for code in ("RequestTooLargeException", "InvalidSubnetIDException")),
    ],
)
def test_a_probe_that_could_not_run_now_may_be_asked_again_and_no_other(
    standin: StandinProbe, code: str, is_busy: bool
) -> None:
    """Modelled: the emulator has no limit, and no function pends."""
    standin.behave(observations=KNOWN)
    with refusing("lambda", "Invoke", code) as asked:
        if is_busy:
            with pytest.raises(ProbeBusy, match=f"^the probe is busy: {code}: Rate Exceeded.$"):
                probes.look(NETWORK, "us-east-1", standin.arn, [target()])
        else:
            found = reason(probes.look(NETWORK, "us-east-1", standin.arn, [target()]))
            assert found == f"the probe could not be invoked: {code}: Rate Exceeded."
    # Whoever waits waits outside, and holds no place that a probe needs.
    assert asked == ["Invoke"]
    assert probes.look(NETWORK, "us-east-1", standin.arn, [target()]) == (SEEN,)


@pytest.mark.usefixtures("account")
def test_only_what_the_probe_left_out_is_not_tried(standin: StandinProbe) -> None:
    standin.behave(observations=KNOWN)
    first, second = probes.look(NETWORK, "us-east-1", standin.arn, [target(OTHER), target()])
    assert (first.arn, first.handshake.outcome) == (OTHER, HandshakeOutcome.NOT_TRIED)
    assert second == SEEN


def test_nothing_is_asked_where_there_is_no_target() -> None:
    assert probes.look(NETWORK, "us-east-1", "no ARN at all", []) == ()


def test_targets_and_what_cannot_be_one_are_told_apart() -> None:
    stopped = database(arn=OTHER, status="stopped")
    targets, untried = assigned([database(), stopped], "tlscheck")
    assert [each.arn for each in targets] == [ORDERS]
    assert [(each.arn, each.look.detail) for each in untried] == [(OTHER, "its status is stopped")]


ASKED = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
ANSWERED = ASKED + timedelta(minutes=2)


@pytest.fixture
def at_four(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A probe that is asked at four and answers two minutes later, with these observations."""
    answer: dict[str, Any] = {}
    clocks = iter([ASKED])

    class Lambda:
        def invoke(self, **_: object) -> dict[str, Any]:
            return {"Payload": io.BytesIO(json.dumps(answer).encode())}

    monkeypatch.setattr(clock, "now", lambda: next(clocks, ANSWERED))
    monkeypatch.setattr(session, "client", lambda *_, **__: Lambda())
    return answer


@pytest.mark.parametrize(
    "at",
    [
        ASKED - timedelta(minutes=5),
        ASKED,
        ANSWERED,
        ANSWERED + timedelta(minutes=5),
        ANSWERED.astimezone(timezone(timedelta(hours=9))),
    ],
)
def test_a_look_bears_the_moment_that_the_probe_says(at_four: dict[str, Any], at: datetime) -> None:
    at_four["observations"] = [document(replace(SEEN, look=replace(SEEN.look, at=at)))]
    (seen,) = probes.look(None, "us-east-1", NOWHERE, [target()])
    assert (seen.look.outcome, seen.look.at, seen.look.sessions) == (LookOutcome.SEEN, at, SEEN.look.sessions)
    assert seen.look.at is not None
    assert seen.look.at.tzinfo is UTC


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (ASKED - timedelta(minutes=5, seconds=1), "2026-11-26T03:54:59+00:00"),
        (ANSWERED + timedelta(minutes=5, seconds=1), "2026-11-26T04:07:01+00:00"),
        (ASKED.replace(year=2126), "2126-11-26T04:00:00+00:00"),
        (datetime.min.replace(tzinfo=timezone(timedelta(hours=9))), "0001-01-01T00:00:00+09:00"),
        (ASKED.replace(tzinfo=None), "2026-11-26T04:00:00"),
    ],
)
def test_a_look_of_a_moment_that_cannot_be_says_so_and_nothing_else(
    at_four: dict[str, Any], at: datetime, said: str
) -> None:
    at_four["observations"] = [document(replace(SEEN, look=replace(SEEN.look, at=at)))]
    (seen,) = probes.look(None, "us-east-1", NOWHERE, [target()])
    assert seen.handshake == SEEN.handshake
    assert seen.look == Look(
        LookOutcome.FAILED,
        f"The probe's clock says {said}, ours 2026-11-26T04:02:00+00:00: what it saw has no moment.",
        at=ASKED,
    )


def test_what_says_no_moment_is_of_when_the_probe_was_asked(at_four: dict[str, Any]) -> None:
    at_four["observations"] = [document(replace(SEEN, look=replace(SEEN.look, at=None)))]
    seen, silent = probes.look(None, "us-east-1", NOWHERE, [target(), target(OTHER)])
    assert (seen.look.outcome, seen.look.at) == (LookOutcome.SEEN, ASKED)
    assert (silent.look.outcome, silent.look.at) == (LookOutcome.NOT_TRIED, ASKED)


def test_groups_by_address_are_read_as_they_were_told_before(at_four: dict[str, Any]) -> None:
    told = document(replace(SEEN, look=replace(SEEN.look, at=None)))
    group = {"database": "d", "user": "u", "application": "a", "address": "10.0.0.7", "tls": False}
    more = {"protocol": None, "cipher": None, "sessions": 3}
    told["look"] |= {"sessions": [group | more, group | more | {"address": ""}], "kinds": 5}  # type: ignore[operator]
    at_four["observations"] = [told]
    (seen,) = probes.look(None, "us-east-1", NOWHERE, [target()])
    assert seen.look.sessions == (
        SessionGroup("d", "u", "a", ("10.0.0.7",), 0, False, None, 3),
        SessionGroup("d", "u", "a", ("",), 0, False, None, 3),
    )
    assert seen.look.left_out == 3


def test_one_observation_of_another_shape_costs_that_database_alone(at_four: dict[str, Any]) -> None:
    odd: Any = document(replace(SEEN, arn=OTHER))
    odd["look"]["sessions"][0]["sessions"] = "many"
    others: list[Any] = [odd, None, [], {"arn": OTHER}, odd | {"look": {"sessions": {}}}, 7]
    for broken in others:
        at_four["observations"] = [document(replace(SEEN, look=replace(SEEN.look, at=None))), broken]
        fine, lost = probes.look(None, "us-east-1", NOWHERE, [target(), target(OTHER)])
        assert (fine.arn, fine.look.outcome) == (ORDERS, LookOutcome.SEEN)
        assert (lost.arn, lost.handshake.outcome) == (OTHER, HandshakeOutcome.NOT_TRIED)
        assert lost.look.detail == (
            "the probe's answer has another shape than this version knows: deploy both anew"
        )


@pytest.mark.parametrize(
    "broken",
    [
        [None],
        ["hunter2"],
        [{}],
        [{"look": None}],
        [{"look": {"sessions": None}}],
        [{"look": {"sessions": [1]}}],
        [{"look": {"sessions": [{}]}}],
        {"look": 1},
        7,
    ],
)
def test_an_answer_of_another_shape_is_a_reason(at_four: dict[str, Any], broken: object) -> None:
    at_four["observations"] = broken
    assert "another shape" in reason(probes.look(None, "us-east-1", NOWHERE, [target()]))
