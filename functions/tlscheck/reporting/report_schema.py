"""A sweep's report, sweeps/<id>/report.json, as it is kept: its document and the JSON Schema of that."""

from collections.abc import Mapping
from typing import Any

from tlscheck.inventory.batch import Depth
from tlscheck.inventory.database import Kind
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.inventory.trait import Trait
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.readiness import Verdict
from tlscheck.version import SCHEMA as EDITION
from tlscheck.version import Edition

NAME = "tlscheck.report.v1"
"""One key more, or less, or with another meaning, makes another number."""


def document(summary: Mapping[str, object], edition: Edition) -> dict[str, object]:
    """The summary's fields by name, behind which report it is and which tlscheck wrote it."""
    return {"schema": NAME, "tlscheck": edition.document, **summary}


def _object(description: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _text(description: str, *, or_null: bool = False) -> dict[str, Any]:
    return {"type": ["string", "null"] if or_null else "string", "description": description}


def _list(of: dict[str, Any], description: str) -> dict[str, Any]:
    return {"type": "array", "items": of, "description": description}


def _count(description: str) -> dict[str, Any]:
    return {"type": "integer", "minimum": 0, "description": description}


_CHECK = {"enum": [each.value for each in CheckId]}
_STATUS = {"enum": [each.value for each in Status]}

_FINDING = _object(
    "What one check says of one resource",
    resource=_text("ARN; arn:<partition>:rds:<region>:<account>:region for a Region as a whole"),
    region=_text("its Region"),
    check=_CHECK,
    status=_STATUS,
    reason=_text("what is, and why we think so"),
    next_step=_text("what to do; empty: nothing"),
)

_DATABASE = _object(
    "One database in this sweep",
    arn=_text("its ARN"),
    identifier=_text("its name"),
    region=_text("its Region"),
    kind={"enum": [each.value for each in Kind]},
    enforcement={"enum": [each.value for each in Enforcement], "description": "whether TLS is enforced"},
    certificate_authority=_text("the CA that it is set to; null: not known", or_null=True),
    certificate=_text("what the server presented; empty for a cluster or a proxy"),
    certificate_expires=_text("of what it presented, ISO 8601; null: nothing was presented", or_null=True),
    tls_clients=_count("clients remembered with TLS, folded by application, user and database"),
    plaintext_clients=_count("the same, without TLS"),
    verdict={"enum": [each.value for each in Verdict]},
    reason=_text("of the verdict"),
    findings=_list(_FINDING, "one a check that was made"),
    changed=_list(_CHECK, "checks whose finding this sweep changed"),
    traits=_list({"enum": [each.value for each in Trait]}, "what is special about it"),
    probe_version=_text("of the tlscheck that looked at it; null: none did, or one before 0.2.0", or_null=True),
)

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A sweep's report",
    **_object(
        "What one sweep of tlscheck found",
        schema={"const": NAME},
        tlscheck=EDITION,
        sweep=_object(
            "The sweep",
            id=_text("its name"),
            started_at=_text("ISO 8601, UTC"),
            depth={"enum": [each.value for each in Depth]},
        ),
        verdicts=_object(
            "How many databases have each verdict", **{each.value: _count(each.value) for each in Verdict}
        ),
        checks={
            "type": "object",
            "description": "by check, how many findings have each status; a status that none has is left out",
            "propertyNames": _CHECK,
            "additionalProperties": {
                "type": "object",
                "propertyNames": _STATUS,
                "additionalProperties": {"type": "integer", "minimum": 1},
            },
        },
        databases=_list(_DATABASE, "the most pressing verdict first"),
        listings=_list(_FINDING, "what is wrong with, or not known of, Regions as a whole"),
        lost_batches=_list(_text("its key"), "batches that failed in this sweep"),
        refused_deliveries=_list(
            _object(
                "Findings that a Region's Security Hub refused",
                region_arn=_text("arn:<partition>:rds:<region>:<account>:region"),
                region=_text("the Region"),
                reason=_text("its own words"),
                at=_text("when last, ISO 8601"),
            ),
            "where findings did not arrive",
        ),
        vanished=_list(_text("ARN"), "databases that are gone or were excluded: their findings were archived"),
        probes=_list(EDITION, "which tlscheck looked at servers, so far as it said: probes have their own day"),
    ),
}
