"""What to do first: what the same step mends is one line, and the most pressing stands first."""

from tlscheck.inventory.database import Kind
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.reporting.first_steps import first_steps, leading, shortened

from tests.swept import client, row, some


def test_forty_databases_with_the_same_step_are_one_line() -> None:
    (only,) = first_steps(row(f"orders-{number}", "FIX_DATABASE", "ca") for number in range(40))
    assert only.told == (
        "FIX_DATABASE, 40 databases: Give the clients the new root certificate, then change the database's CA."
    )
    assert only.named == "orders-0; orders-1; orders-2; orders-3; orders-4; and 35 more"


def test_the_verdict_comes_first_then_how_grave_it_is_then_how_many_need_it() -> None:
    rows = [
        row("blind", "NOT_OBSERVED", "not-observed"),
        row("open-1", "FIX_DATABASE", "force-ssl"),
        row("open-2", "FIX_DATABASE", "force-ssl"),
        row("clients", "FIX_CLIENTS", "plaintext-clients"),
        row("retired", "FIX_DATABASE", "ca"),
        row("fine"),
    ]
    assert [each.named for each in first_steps(rows)] == ["retired", "open-1; open-2", "clients", "blind"]


def test_a_database_stands_with_the_gravest_of_what_its_verdict_rests_on() -> None:
    both = row("both", "FIX_DATABASE", "force-ssl", "ca")
    found = leading(both)
    assert found is not None
    assert found.check == "ca"
    assert len(first_steps([both])) == 1


def test_a_member_stands_with_the_cluster_that_its_verdict_is_of() -> None:
    off = {"enforcement": Enforcement.NOT_ENFORCED, "reason": "Its cluster's TLS enforcement: it is off."}
    cluster = row("ledger", "FIX_DATABASE", "force-ssl", kind=Kind.CLUSTER)
    (step,) = first_steps([cluster, row("ledger-1", "FIX_DATABASE", kind=Kind.MEMBER, **off)])
    assert step.named == "ledger; ledger-1"
    plain = row("ledger-1", "FIX_DATABASE", kind=Kind.MEMBER, reason="Its cluster's Babelfish listener is open.")
    assert "tds_ssl_encrypt" in first_steps([plain])[0].words


def test_what_was_not_observed_for_another_reason_is_another_step() -> None:
    asleep = row("asleep", "NOT_OBSERVED", reason="It was not judged in this sweep: it ran out of time.")
    steps = first_steps([row("blind", "NOT_OBSERVED", "not-observed"), asleep])
    assert {each.words for each in steps} == {
        (
            "Not looked at: server: no answer within 5 seconds. Open what keeps tlscheck from looking, as the "
            "reason says."
        ),
        "It was not judged in this sweep: it ran out of time.",
    }


def test_of_many_steps_each_verdict_keeps_its_first() -> None:
    rows = [row(f"open-{check}", "FIX_DATABASE", check) for check in ("ca", "force-ssl")]
    rows += [row("lost", "FIX_DATABASE", reason=f"Reason {number}.") for number in range(9)]
    rows += [row("clients", "FIX_CLIENTS", "plaintext-clients", clients=(client(),))]
    rows += [row("blind", "NOT_OBSERVED", "not-observed")]
    steps = first_steps(rows)
    shown = shortened(steps, 5)
    assert [each.named for each in shown] == ["open-ca", "open-force-ssl", "lost", "clients", "blind"]
    assert shortened(steps[:2], 5) == steps[:2]
    assert shortened((), 5) == ()


def test_of_what_is_clear_nothing_is_to_be_done() -> None:
    assert first_steps([row(), row("other")]) == ()
    assert {name for each in first_steps(some()) for name in each.named.split("; ")}.isdisjoint({"front"})
