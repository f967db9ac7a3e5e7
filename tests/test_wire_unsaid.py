"""A server that was sent a token and names its sessions by it: no name with a part of the signature is told."""

import json

import pytest
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.postgres import look_at_sessions
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.edges.server.tls import open_verified
from tlscheck.wire.login import Credential
from tlscheck.wire.observation import Look, LookOutcome, SessionGroup
from tlscheck.wire.target import Login, Target
from tlscheck.wire.unsaid import unsaid

from tests.local_aws.fleet.certificates import regional
from tests.look_rows import text_of
from tests.scripted_postgres import LOGGED_IN, ONE_COLUMN, behind_tls, message
from tests.scripted_server import Conversation, ScriptedServer
from tests.truth.hostile import END, row

HOST = "orders.c9x2example.eu-west-1.rds.amazonaws.com:5432"
SIGNATURE = "0123456789abcdef0f1e2d3c4b5a69788796a5b4c3d2e1f0fedcba9876543210"
TOKEN = f"{HOST}/?Action=connect&DBUser=tlscheck&X-Amz-Security-Token=SECRET&X-Amz-Signature={SIGNATURE}"
MASK = "(part of the IAM token)"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TOKEN, MASK),
        (SIGNATURE, MASK),
        (SIGNATURE.upper(), MASK),
        (f"x{SIGNATURE[20:36]}y", MASK),
        (SIGNATURE[-16:], MASK),
        (SIGNATURE[:15], SIGNATURE[:15]),
        (HOST, HOST),
        ("orders-api", "orders-api"),
        ("", ""),
    ],
)
def test_a_name_with_a_part_of_the_signature_is_replaced_as_a_whole(text: str, told: str) -> None:
    group = SessionGroup(text, text, text, ("10.0.0.7", text), 0, False, text, 1)
    seen = unsaid(Look(LookOutcome.SEEN, "1 sessions were seen.", sessions=(group,), kinds=1), TOKEN)
    assert seen.sessions == (SessionGroup(told, told, told, ("10.0.0.7", told), 0, False, told, 1),)
    assert (seen.outcome, seen.detail, seen.kinds) == (LookOutcome.SEEN, "1 sessions were seen.", 1)


def test_what_is_no_token_is_looked_for_in_nothing() -> None:
    group = SessionGroup("orders", "app", "a=b", ("10.0.0.7",), 0, True, None, 1)
    looked = Look(LookOutcome.SEEN, "1 sessions were seen.", sessions=(group,), kinds=1)
    assert unsaid(looked, "a=b") == looked


def names_its_sessions_by_it(conversation: Conversation) -> None:
    conversation.receive()
    conversation.send(message(b"R", (3).to_bytes(4)))
    token = conversation.receive()[5:].rstrip(b"\0").decode()
    conversation.send(LOGGED_IN)
    conversation.receive()
    entries = [
        [token[-63:], "app", token, False, None, "client backend", False, 1, 1, ["10.0.0.7"]],
        ["orders", "app", "web", True, "TLSv1.3", "client backend", False, 1, 1, [token[-45:]]],
    ]
    told = {"version": 170010, "hidden": 0, "sees_all": True, "member": True, "kinds": 2, "sessions": 2}
    answer = json.dumps(told | {"force_ssl": "on", "groups": entries}).encode()
    conversation.send(ONE_COLUMN + row(text_of(answer).encode()) + END)
    conversation.receive()


def test_no_look_tells_the_token_that_its_login_sent() -> None:
    authority = regional("eu-west-1")
    context = RegionalRoots(authority.root_pem).context("eu-west-1")
    assert context
    with ScriptedServer(behind_tls(authority.issue("localhost"), names_its_sessions_by_it)) as server:
        _, connection = open_verified("localhost", server.port, context, Deadline.within(8))
        assert connection
        with connection:
            target = Target("arn:1", "localhost", server.port, "eu-west-1", Login.IAM, "tlscheck")
            seen = look_at_sessions(connection, target, Credential("tlscheck", TOKEN))
    assert seen.outcome is LookOutcome.SEEN
    assert [(each.database, each.user, each.application, each.addresses) for each in seen.sessions] == [
        (MASK, "app", MASK, ("10.0.0.7",)),
        ("orders", "app", "web", (MASK,)),
    ]
    assert SIGNATURE[:16] not in repr(seen)
