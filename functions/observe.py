"""Observe: a batch of databases -> what their probe says -> clients and findings in the table."""

from collections.abc import Iterator, Mapping
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from tlscheck.edges.aws import dynamodb, probes, s3
from tlscheck.edges.documents import dump, load
from tlscheck.edges.events import environment, steps
from tlscheck.edges.server import regional_roots
from tlscheck.inventory.bad_request import not_allowed
from tlscheck.inventory.batch import Batch, Sweep
from tlscheck.inventory.database import Database
from tlscheck.inventory.region import RegionListing
from tlscheck.reporting.result import BatchResult, DatabaseResult, probes_of, result_key, result_of
from tlscheck.verdict.evidence import Evidence, members_of
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.judgement import judge
from tlscheck.verdict.regional import judge_region
from tlscheck.verdict.settle import archived, settle
from tlscheck.wire.observation import Observation
from tlscheck.wire.targeting import assigned

ENVIRONMENT = environment.for_observe()
logger = Logger()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes it
    """Looks at a batch and remembers what it saw; a repeated or older sweep changes nothing."""
    key, sweep = steps.observe(event)
    if (text := s3.get(ENVIRONMENT.bucket, key)) is None:
        raise not_allowed("batch", key, f"the key of a batch in {ENVIRONMENT.bucket}")
    batch = load(Batch, text)
    targets, untried = assigned(batch.databases, ENVIRONMENT.user, master_secrets=ENVIRONMENT.master_secrets)
    looked = probes.look(batch.network, batch.region, ENVIRONMENT.default_probe, targets)
    seen = {observation.arn: observation for observation in (*looked, *untried)}
    result = BatchResult(
        databases=tuple(_observe(database, batch, seen, sweep) for database in batch.databases),
        listings=tuple(finding for listing in batch.listings for finding in _judge_region(listing, sweep)),
        vanished=tuple(arn for listing in batch.listings for arn in _archive(listing, sweep)),
        probes=probes_of(looked),
    )
    s3.put(ENVIRONMENT.bucket, result_key(key), dump(result))
    logger.info("batch observed", sweep=sweep.id, batch=key, databases=len(batch.databases))
    return {"batch": key, "databases": len(batch.databases)}


def _observe(database: Database, batch: Batch, seen: Mapping[str, Observation], sweep: Sweep) -> DatabaseResult:
    remembered = dynamodb.load(ENVIRONMENT.table, database.arn)
    members = members_of(database, batch.databases, seen)
    at, user = sweep.started_at, ENVIRONMENT.user
    evidence = Evidence(database, seen[database.arn], remembered.clients, at, user, members)
    judgement = judge(evidence, remembered.findings, sweep, ENVIRONMENT.client_memory)
    for client in judgement.news:
        dynamodb.put_client(ENVIRONMENT.table, client, ENVIRONMENT.client_memory)
    dynamodb.put_findings(ENVIRONMENT.table, judgement.settled)
    dynamodb.put_database(ENVIRONMENT.table, database, judgement.readiness, sweep)
    return result_of(judgement)


def _judge_region(listing: RegionListing, sweep: Sweep) -> Iterator[Finding]:
    remembered = {each.finding.check: each for each in dynamodb.load(ENVIRONMENT.table, listing.arn).findings}
    for finding in judge_region(listing, regional_roots.installed().thumbprints, sweep.started_at):
        settled = settle(remembered.get(finding.check), finding, sweep.started_at)
        dynamodb.put_finding(ENVIRONMENT.table, settled)
        yield settled.finding


def _archive(listing: RegionListing, sweep: Sweep) -> Iterator[str]:
    for arn in listing.vanished:
        findings = dynamodb.load(ENVIRONMENT.table, arn).findings
        dynamodb.put_findings(ENVIRONMENT.table, (archived(each, sweep.started_at) for each in findings))
        # Last, so that what is interrupted here is done again by the next sweep.
        if dynamodb.forget_database(ENVIRONMENT.table, arn, sweep.started_at):
            yield arn
