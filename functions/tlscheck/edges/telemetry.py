"""What a door tells CloudWatch of itself: numbers, and what each of its log lines bears."""

from collections.abc import Iterable
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from tlscheck.reporting.metrics import Metric


def send(counted: Iterable[Metric]) -> None:
    """Writes the numbers as one line of CloudWatch's embedded metric format, from which it makes metrics.

    Their namespace is POWERTOOLS_METRICS_NAMESPACE, their one dimension `service` POWERTOOLS_SERVICE_NAME: the
    stack's name, so that two stacks of a Region count apart.
    """
    # One for each line: what another invocation left half counted is not carried over.
    metrics = EphemeralMetrics()
    found = list(counted)
    for each in found:
        metrics.add_metric(each.name, MetricUnit(each.unit), each.value)
    if found:
        metrics.flush_metrics()


def about(logger: Logger, context: LambdaContext, **keys: Any) -> None:
    """From here on each line of this invocation's log, the rooms' too, bears its requestId and these keys."""
    logger.clear_state()
    # As Lambda itself calls it, in the probe's lines too: one query finds them all.
    logger.append_keys(requestId=context.aws_request_id, **keys)
