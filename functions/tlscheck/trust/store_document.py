"""A trust store, and a new one that was made, as JSON documents: what --json prints and what the door returns."""

from collections.abc import Callable, Sequence
from datetime import datetime

from tlscheck.trust.coverage import Coverage
from tlscheck.trust.instructions import Instruction, instructions
from tlscheck.trust.order import Selection
from tlscheck.trust.packaging import File, Packaging, Wrapping
from tlscheck.trust.trust_store import Entry, TrustStore


def entry_document(entry: Entry, now: datetime) -> dict[str, object]:
    """One certificate: moments in ISO 8601, fingerprints in lower-case hex."""
    return {
        "name": entry.name,
        "subject": entry.subject,
        "region": entry.region,
        "ca": entry.family.value,
        "valid_from": entry.not_before.isoformat(),
        "expires": entry.not_after.isoformat(),
        "expired": entry.is_expired(now),
        "self_issued": entry.self_issued,
        "brought_by_owner": entry.is_owners,
        "seen_by_java": entry.is_for_java,
        "alias": entry.alias,
        "sha1": entry.sha1,
        "sha256": entry.sha256,
    }


def store_document(
    path: str, store: TrustStore, remarks: Sequence[str], coverages: Sequence[Coverage], now: datetime
) -> dict[str, object]:
    """What `tlscheck trust-store show --json` prints. "coverage" answers for the Regions that were asked about."""
    return {
        "path": path,
        "format": store.format.value,
        "looked_at": now.isoformat(),
        "certificates": [entry_document(entry, now) for entry in store.entries],
        "remarks": list(remarks),
        "coverage": [
            {
                "region": each.region,
                "reader": each.reader.value,
                "readiness": each.readiness.value,
                "reason": each.reason,
                "missing": [entry_document(entry, now) for entry in each.missing],
            }
            for each in coverages
        ],
    }


def uses(
    made: Sequence[File], wrapping: Wrapping, place: Callable[[File], str]
) -> list[tuple[Packaging, Instruction]]:
    """How each client is told to use each format; of the many files of DER the first stands for all."""
    firsts = {file.packaging: file for file in reversed(made)}
    return [
        (packaging, each)
        for packaging in Packaging
        if packaging in firsts
        for each in instructions(firsts[packaging], place(firsts[packaging]), wrapping)
    ]


def built_document(
    made: Sequence[File],
    selection: Selection,
    place: Callable[[File], str],
    used: Sequence[tuple[Packaging, Instruction]],
    now: datetime,
) -> dict[str, object]:
    """What was made, where each file lies, and how each client is told to use it (`uses`)."""
    return {
        "files": [
            {
                "path": place(file),
                "format": file.packaging.value,
                "bytes": len(file.content),
                "sha256": file.sha256,
            }
            for file in made
        ],
        "use": [
            {"format": packaging.value, "client": each.client, "command": each.command} for packaging, each in used
        ],
        "certificates": [entry_document(entry, now) for entry in selection.entries],
        "left_out_as_expired": [entry_document(entry, now) for entry in selection.left_out],
        "notes": list(selection.notes),
    }
