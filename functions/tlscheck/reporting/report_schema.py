"""A sweep's report, sweeps/<id>/report.json, as it is kept: its document and the JSON Schema of that."""

from collections.abc import Mapping
from typing import Any

from tlscheck.inventory.batch import Depth
from tlscheck.inventory.database import Kind
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.inventory.gap import GapCause
from tlscheck.inventory.trait import Trait
from tlscheck.ledger.client import Sort
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.readiness import Verdict
from tlscheck.version import SCHEMA as EDITION
from tlscheck.version import Edition

NAME = "tlscheck.report.v4"
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


def _count(description: str, *, or_null: bool = False) -> dict[str, Any]:
    return {"type": ["integer", "null"] if or_null else "integer", "minimum": 0, "description": description}


def _flag(description: str) -> dict[str, Any]:
    return {"type": "boolean", "description": description}


def _moments(description: str) -> dict[str, Any]:
    return {"type": "object", "description": description, "additionalProperties": {"type": "string"}}


_CHECK = {"enum": [each.value for each in CheckId]}
_STATUS = {"enum": [each.value for each in Status]}

_FINDING = _object(
    "What one check says of one resource",
    key=_text("of the resource, whatever its name: part of the finding's Id in Security Hub CSPM"),
    resource=_text("ARN; arn:<partition>:rds:<region>:<account>:region for a Region as a whole"),
    region=_text("its Region"),
    check=_CHECK,
    status=_STATUS,
    reason=_text("what is, and why we think so"),
    next_step=_text("what to do, in words; empty: nothing, or what the commands say"),
    commands=_list({"type": "string"}, "lines for a shell that do it, in their order"),
)


def _trace(description: str) -> dict[str, Any]:
    trace = _object(
        description,
        first=_text("the hour when it was seen so first, ISO 8601"),
        last=_text("and last"),
        names=_count("how many names it stands for"),
        names_are_exact=_flag("whether they were counted; else their number is estimated"),
        addresses=_moments("address to the hour when it came from there last"),
        elsewhere=_text("the hour when it last came from an address that is not named; null: never", or_null=True),
        protocols=_moments("TLS version to the hour when it used that last"),
    )
    return trace | {"type": ["object", "null"]}


_CLIENT = _object(
    "Who connects: one application, user and database; or many, as a pattern of their names or as others",
    application=_text("application_name, or its pattern with # for what changes; empty: none, or others"),
    user=_text("database user; empty: others of any"),
    name=_text("database; empty: others of any"),
    sort={"enum": [each.value for each in Sort], "description": "what it stands for"},
    is_plaintext=_flag("whether it counts as connecting without TLS"),
    tls=_trace("how it came with TLS; null: it never did, so far as is remembered"),
    plaintext=_trace("how it came without TLS; null: it never did, so far as is remembered"),
)

_PREDECESSOR = _object(
    "A database that had this one's name before, or a member of this cluster that is gone",
    key=_text("of that database"),
    identifier=_text("its name then"),
    until=_text("when a listing first showed the name, or the cluster, without it, ISO 8601"),
    clients=_list(_CLIENT, "who connected to it"),
)

_CAUSE = {
    "enum": [each.value for each in GapCause],
    "description": "which kind of no; `other`: the reason tells it, or nobody knows",
}

_GAP = _object(
    "What could not be read",
    operation=_text("the call, or what was to be read"),
    reason=_text("why"),
    cause=_CAUSE,
)

_REFUSED = _object(
    "Regions that gave the same kind of no",
    cause=_CAUSE,
    regions=_list(_text("the Region"), "their names"),
    reason=_text("AWS's own words, of the first of them"),
)

_DATABASE = _object(
    "One database in this sweep",
    key=_text("what is remembered of it lies under: partition, account, Region and resource id"),
    arn=_text("its ARN"),
    identifier=_text("its name"),
    region=_text("its Region"),
    kind={"enum": [each.value for each in Kind]},
    enforcement={"enum": [each.value for each in Enforcement], "description": "whether TLS is enforced"},
    certificate_authority=_text("the CA that it is set to; null: not known", or_null=True),
    certificate=_text("what the server presented; empty for a cluster or a proxy"),
    certificate_expires=_text("of what it presented, ISO 8601; null: nothing was presented", or_null=True),
    tls_clients=_count(
        "how many of its clients were seen with TLS; null: none, but not everybody could be seen, or no server",
        or_null=True,
    ),
    plaintext_clients=_count("how many count as connecting without TLS; null: the same", or_null=True),
    clients=_list(_CLIENT, "all clients remembered, those without TLS first"),
    predecessors=_list(_PREDECESSOR, "newest first"),
    verdict={"enum": [each.value for each in Verdict]},
    reason=_text("of the verdict"),
    findings=_list(_FINDING, "one a check that applies"),
    announced=_list(_CHECK, "checks whose finding this sweep announced"),
    worse=_list(_CHECK, "of those, the ones that became FAILED"),
    verdict_announced=_flag("whether this sweep announced the verdict"),
    flapping=_flag("whether this sweep is the one that says that the verdict comes and goes"),
    traits=_list({"enum": [each.value for each in Trait]}, "what is special about it"),
    probe_version=_text("of the tlscheck that looked at it; null: none did, or one before 0.2.0", or_null=True),
    looked_at=_text("when the server was looked at last, ISO 8601; null: never, or not known", or_null=True),
    error=_text(
        "why this sweep did not judge it, so that all of this is what earlier ones left, or could not keep what "
        "it says of it; empty: it did"
    ),
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
            narrow=_flag("whether somebody asked for a part of the account only"),
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
        lost_batches=_list(
            _object(
                "A batch that failed in this sweep",
                batch=_text("its key"),
                error=_text("why, so far as that was left"),
            ),
            "what is said of their databases is what earlier sweeps left",
        ),
        undelivered=_list(
            _object(
                "A finding that the Security Hub CSPM of its Region refused when it was sent last",
                key=_text("of its resource"),
                resource=_text("ARN"),
                region=_text("the Region"),
                check=_text("the check"),
                reason=_text("the hub's own words"),
                at=_text("when, ISO 8601"),
                cause=_CAUSE,
            ),
            "what did not arrive",
        ),
        vanished=_list(_text("ARN"), "databases that are gone or were excluded: their findings were archived"),
        gaps=_list(_GAP, "what is kept, of earlier sweeps or of this one, and could not be read"),
        without_hub=_list(
            _text("the Region"),
            "where the account has no Security Hub CSPM, as a full sweep asks: nothing is sent there",
        ),
        refused_regions=_list(_REFUSED, "Regions of which nothing could be listed, by why"),
        refused_hubs=_list(
            _REFUSED, "Regions that did not say whether they have a Security Hub CSPM, by why: a full sweep asks"
        ),
        probes=_list(EDITION, "which tlscheck looked at servers, so far as it said: probes have their own day"),
        skipped_samples=_list(
            _object(
                "Samples that looked at nothing, for one reason",
                reason=_text("why"),
                count=_count("how many"),
                first=_text("when the first of them started, ISO 8601"),
                last=_text("and the last"),
            ),
            "since the full sweep of the whole account before this one: holes in what is covered",
        ),
        retired=_count("findings that were archived in Security Hub CSPM, where that was asked for"),
    ),
}
