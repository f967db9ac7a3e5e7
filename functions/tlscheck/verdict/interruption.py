"""What a step does to the server, and what comes with it that nobody asked for.

A restart applies what waits in the parameter group (RebootDBInstance), `--apply-immediately` "the modifications in
this request and any pending modifications" (ModifyDBInstance.ApplyImmediately, RDS API Reference).
"""

from tlscheck.inventory.force_ssl import IN_SYNC, Enforcement
from tlscheck.verdict.enforcement import group_forces, group_statuses
from tlscheck.verdict.evidence import Evidence
from tlscheck.wording import joined, plain

CHANGE_OF_AUTHORITY = frozenset({"CACertificateIdentifier", "CertificateDetails"})
"""Members of PendingModifiedValues that are about the CA itself."""

INTERRUPTS = {
    True: "The server does not restart for that.",
    False: "The server restarts for that, which interrupts every connection.",
    None: "Whether the server restarts for that, which would interrupt every connection, is not known.",
}
"""What a renewal, or a change of CA, does to the server, by SupportsCertificateRotationWithoutRestart."""


def interrupts(evidence: Evidence) -> str:
    """What a renewal or a change of CA does to the server, in sentences."""
    is_without = evidence.database.rotation.is_without_restart
    return joined(INTERRUPTS[is_without], "" if is_without else with_a_restart(evidence))


def with_a_restart(evidence: Evidence) -> str:
    """What else a restart applies, as a sentence; empty where nothing in the parameter group waits."""
    return "" if _is_in_sync(evidence) else "What else waits in its parameter group is applied with it."


def why_not_interrupt(evidence: Evidence) -> str:
    """Why what may restart it had better wait; empty where it does not restart, or nothing comes with that."""
    return "" if evidence.database.rotation.is_without_restart else why_not_restart(evidence)


def why_not_restart(evidence: Evidence) -> str:
    """Why a restart had better wait, in sentences: it may enforce TLS, over the heads of clients without it."""
    state, forces = evidence.enforcement.state, group_forces(evidence.database)
    if state is Enforcement.ENFORCED or _is_in_sync(evidence) or forces is False:
        return ""
    if forces or state is Enforcement.ENFORCED_AFTER_REBOOT:
        return "A restart may put rds.force_ssl=1 into effect, which cuts off clients without TLS: see force-ssl."
    return "Whether a restart turns TLS enforcement on is not known: see force-ssl first."


def why_not_at_once(evidence: Evidence) -> str:
    """Why `--apply-immediately` would bring what nobody asked for; empty where nothing else waits."""
    changes = evidence.database.pending_changes
    if changes is None:
        return "What else waits for the maintenance window, and would come with it, is not known: see that first."
    if others := sorted(map(plain, set(changes) - CHANGE_OF_AUTHORITY)):
        waits = ", ".join(others)
        return f"It would also apply what waits for the maintenance window, {waits}: decide on that first."
    return ""


def _is_in_sync(evidence: Evidence) -> bool:
    return group_statuses(evidence.database) == {IN_SYNC}
