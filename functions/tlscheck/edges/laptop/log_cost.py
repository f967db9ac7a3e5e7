"""What the logs of the databases that were discovered would cost to read; whoever pays is told before."""

from collections.abc import Sequence

from tlscheck.edges import log_preview
from tlscheck.edges.events.environment import DiscoverEnvironment
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.batch import Batch, Depth
from tlscheck.ledger.reading_price import ReadingPrice, reading_price

NOT_WANTED = (
    "logs were not read, for their price; agree to it with --yes, narrow it by --region, --database or --days, "
    "or leave out --logs"
)


class NotWantedError(BadRequest):
    """Whoever pays does not want the logs read for that, or could not be asked."""


def price(environment: DiscoverEnvironment, batches: Sequence[Batch], *, is_kept: bool) -> ReadingPrice:
    """Asks for the sizes of log groups, and reads no line; `is_kept`: whether what is read is remembered."""
    found, unsaid = log_preview.estimates(environment, Depth.FULL, batches)
    return reading_price(found, unsaid, environment.evidence_span.days, is_kept=is_kept)
