"""A sweep's report, sweeps/<id>/report.json, as it is kept: its document and the JSON Schema of that."""

from collections.abc import Mapping
from typing import Any

from tlscheck.inventory.batch import Depth
from tlscheck.inventory.database import Kind
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.inventory.gap import GapCause
from tlscheck.inventory.trait import Trait
from tlscheck.json_schema import array, record, text
from tlscheck.ledger.belief import Doubt
from tlscheck.ledger.client import Sort
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.readiness import Verdict
from tlscheck.version import SCHEMA as EDITION
from tlscheck.version import Edition

NAME = "tlscheck.report.v5"
"""One key more, or less, or with another meaning, makes another number."""


def document(summary: Mapping[str, object], edition: Edition) -> dict[str, object]:
    """The summary's fields by name, behind which report it is and which tlscheck wrote it."""
    return {"schema": NAME, "tlscheck": edition.document, **summary}


def _count(description: str, *, or_null: bool = False) -> dict[str, Any]:
    return {"type": ["integer", "null"] if or_null else "integer", "minimum": 0, "description": description}


def _flag(description: str) -> dict[str, Any]:
    return {"type": "boolean", "description": description}


def _moments(description: str) -> dict[str, Any]:
    return {"type": "object", "description": description, "additionalProperties": {"type": "string"}}


_CHECK = {"enum": [each.value for each in CheckId]}
_STATUS = {"enum": [each.value for each in Status]}

_FINDING = record(
    "What one check says of one resource",
    key=text("of the resource, whatever its name: part of the finding's Id in Security Hub CSPM"),
    resource=text("ARN; arn:<partition>:rds:<region>:<account>:region for a Region as a whole"),
    region=text("its Region"),
    check=_CHECK,
    status=_STATUS,
    reason=text("what is, and why we think so"),
    next_step=text("what to do, in words; empty: nothing, or what the commands say"),
    commands=array("lines for a shell that do it, in their order", {"type": "string"}),
)


def _trace(description: str) -> dict[str, Any]:
    trace = record(
        description,
        first=text("the hour when it was seen so first, ISO 8601"),
        last=text("and last"),
        names=_count("how many names it stands for"),
        names_are_exact=_flag("whether they were counted; else their number is estimated"),
        addresses=_moments("address to the hour when it came from there last"),
        elsewhere=text("the hour when it last came from an address that is not named; null: never", or_null=True),
        protocols=_moments("TLS version to the hour when it used that last"),
    )
    return trace | {"type": ["object", "null"]}


_CLIENT = record(
    "Who connects: one application, user and database; or many, as a pattern of their names or as others",
    application=text("application_name, or its pattern with # for what changes; empty: none, or others"),
    user=text("database user; empty: others of any"),
    name=text("database; empty: others of any"),
    sort={"enum": [each.value for each in Sort], "description": "what it stands for"},
    is_plaintext=_flag("whether it counts as connecting without TLS"),
    tls=_trace("how it came with TLS, by looks; null: it never did, so far as is remembered"),
    plaintext=_trace("how it came without TLS, by looks; null: it never did, so far as is remembered"),
    logged_tls=_trace("how it came with TLS by the server's log; null: not by the log, so far as is remembered"),
    logged_plaintext=_trace("how it came without TLS by the server's log; null: the same"),
    doubts=array(
        "why some of what the log says of it counts for nothing, as looks or the server contradict it",
        {"enum": [each.value for each in Doubt]},
    ),
)

_PREDECESSOR = record(
    "A database that had this one's name before, or a member of this cluster that is gone",
    key=text("of that database"),
    identifier=text("its name then"),
    until=text("when a listing first showed the name, or the cluster, without it, ISO 8601"),
    clients=array("who connected to it", _CLIENT),
)

_CAUSE = {
    "enum": [each.value for each in GapCause],
    "description": "which kind of no; `other`: the reason tells it, or nobody knows",
}

_GAP = record(
    "What could not be read",
    operation=text("the call, or what was to be read"),
    reason=text("why"),
    cause=_CAUSE,
)

_REFUSED = record(
    "Regions that gave the same kind of no",
    cause=_CAUSE,
    regions=array("their names", text("the Region")),
    reason=text("AWS's own words, of the first of them"),
)

_PICTURE = record(
    "How complete `clients` are: what of the last whole days looks and the server's log cover; null: it is no "
    "server, or no day is over since somebody looked",
    since=text("when the first of these days began, ISO 8601, UTC"),
    until=text("when the last of them ended"),
    looks=_count("how many looks showed everybody"),
    is_log_complete=_flag("whether the log covers all of it: who opened a connection of its own is in the list"),
    week=array(
        "a line a weekday, Monday first, of a letter an hour, UTC: L the log covers it on each of these days, o "
        "looks or the log do, - on some of them, . on none; a blank: no such day",
        {"type": "string", "pattern": "^[Lo. -]{24}$"},
    ),
    said=text("that in words"),
) | {"type": ["object", "null"]}

_DATABASE = record(
    "One database in this sweep",
    key=text("what is remembered of it lies under: partition, account, Region and resource id"),
    arn=text("its ARN"),
    identifier=text("its name"),
    region=text("its Region"),
    kind={"enum": [each.value for each in Kind]},
    enforcement={"enum": [each.value for each in Enforcement], "description": "whether TLS is enforced"},
    certificate_authority=text("the CA that it is set to; null: not known", or_null=True),
    certificate=text("what the server presented; empty for a cluster or a proxy"),
    certificate_expires=text("of what it presented, ISO 8601; null: nothing was presented", or_null=True),
    tls_clients=_count(
        "how many of its clients were seen with TLS; null: none, but not everybody could be seen, or no server",
        or_null=True,
    ),
    plaintext_clients=_count("how many count as connecting without TLS; null: the same", or_null=True),
    clients=array("all clients remembered, those without TLS first", _CLIENT),
    predecessors=array("newest first", _PREDECESSOR),
    verdict={"enum": [each.value for each in Verdict]},
    reason=text("of the verdict"),
    findings=array("one a check that applies", _FINDING),
    announced=array("checks whose finding this sweep announced", _CHECK),
    worse=array("of those, the ones that became FAILED", _CHECK),
    verdict_announced=_flag("whether this sweep announced the verdict"),
    flapping=_flag("whether this sweep is the one that says that the verdict comes and goes"),
    traits=array("what is special about it", {"enum": [each.value for each in Trait]}),
    probe_version=text("of the tlscheck that looked at it; null: none did, or one before 0.2.0", or_null=True),
    looked_at=text("when the server was looked at last, ISO 8601; null: never, or not known", or_null=True),
    picture=_PICTURE,
    error=text(
        "why this sweep did not judge it, so that all of this is what earlier ones left, or could not keep what "
        "it says of it; empty: it did"
    ),
)

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A sweep's report",
    **record(
        "What one sweep of tlscheck found",
        schema={"const": NAME},
        tlscheck=EDITION,
        sweep=record(
            "The sweep",
            id=text("its name"),
            started_at=text("ISO 8601, UTC; of a sample that waited, when it looked"),
            depth={"enum": [each.value for each in Depth]},
            narrow=_flag("whether somebody asked for a part of the account only"),
        ),
        verdicts=record(
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
        databases=array("the most pressing verdict first", _DATABASE),
        listings=array("what is wrong with, or not known of, Regions as a whole", _FINDING),
        lost_batches=array(
            "what is said of their databases is what earlier sweeps left",
            record(
                "A batch that failed in this sweep",
                batch=text("its key"),
                error=text("why, so far as that was left"),
            ),
        ),
        undelivered=array(
            "what did not arrive",
            record(
                "A finding that the Security Hub CSPM of its Region refused when it was sent last",
                key=text("of its resource"),
                resource=text("ARN"),
                region=text("the Region"),
                check=text("the check"),
                reason=text("the hub's own words"),
                at=text("when, ISO 8601"),
                cause=_CAUSE,
            ),
        ),
        vanished=array("databases that are gone or were excluded: their findings were archived", text("ARN")),
        gaps=array("what is kept, of earlier sweeps or of this one, and could not be read", _GAP),
        without_hub=array(
            "where the account has no Security Hub CSPM, as a full sweep asks: nothing is sent there",
            text("the Region"),
        ),
        refused_regions=array("Regions of which nothing could be listed, by why", _REFUSED),
        refused_hubs=array(
            "Regions that did not say whether they have a Security Hub CSPM, by why: a full sweep asks", _REFUSED
        ),
        probes=array("which tlscheck looked at servers, so far as it said: probes have their own day", EDITION),
        skipped_samples=array(
            "since the full sweep of the whole account before this one: holes in what is covered",
            record(
                "Samples that looked at nothing, for one reason",
                reason=text("why"),
                count=_count("how many"),
                first=text("when the first of them started, ISO 8601"),
                last=text("and the last"),
            ),
        ),
        retired=_count("findings that were archived in Security Hub CSPM, where that was asked for"),
        offset_seconds=_count(
            "how long after a schedule had started it this sample looked: drawn at random; 0: it did not wait"
        ),
    ),
}
