"""The databases that findings on their way are about: what the last listing said of each."""

from aws_lambda_powertools import Logger

from tlscheck.edges.aws import dynamodb, refusals
from tlscheck.edges.aws.table import Table
from tlscheck.inventory.database import Database
from tlscheck.reporting.resource import has_details
from tlscheck.verdict.finding import Finding

logger = Logger(child=True)


class Resources:
    """Those of one invocation, each read once: half a read unit for all findings of a database together."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._known: dict[str, Database | None] = {}

    def of(self, finding: Finding) -> Database | None:
        """The database of a finding; None for a Region, and where it is not known: then it has no details."""
        if not has_details(finding.resource):
            return None
        if finding.key not in self._known:
            self._known[finding.key] = self._read(finding.key)
        return self._known[finding.key]

    def _read(self, key: str) -> Database | None:
        try:
            return dynamodb.described(self._table, key)
        except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
            logger.warning("database not read", key=key, reason=refusals.reason(error))
            return None
