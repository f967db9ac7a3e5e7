"""A full sweep, registered as under way before it lists anything, so that whoever writes meanwhile knows of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from tlscheck.edges import clock
from tlscheck.edges.aws import dynamodb
from tlscheck.edges.aws.table import Table
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.inventory.overlap import LONGEST_SWEEP
from tlscheck.verdict.steps import Running


@contextmanager
def begun(table: Table, sweep: Sweep | None) -> Iterator[None]:
    """Registers a full sweep, which Report ends; a preview, a sample and a retirement list nothing.

    A bad request ends it too, since nobody tries that again; after another failure Lambda does.
    """
    if sweep is None or sweep.depth is not Depth.FULL:
        yield
        return
    dynamodb.begin(table, Running(sweep.id, sweep.started_at, clock.now() + LONGEST_SWEEP))
    try:
        yield
    except BadRequest:
        dynamodb.end(table, sweep.id)
        raise
