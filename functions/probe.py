"""Databases of one network -> what the wire says.

Invoked by observe, or from the console, with `{"targets": [Target...]}` and, to look several times on one
connection, `"looks"` and `"interval"` (seconds); answers `{"observations": [Observation...]}`, one for each
target, in their order, and which `"tlscheck"` looked. An observe of the version before reads past what it does not
know. It needs no AWS service for an IAM login: tokens are signed here.
"""

import logging
from typing import Any

from tlscheck.edges.events import environment
from tlscheck.edges.server.deadline import Invocation
from tlscheck.edges.server.regional_roots import installed
from tlscheck.edges.server.servers import observe_all
from tlscheck.wire.document import documents
from tlscheck.wire.observation import LookOutcome
from tlscheck.wire.request import targets, visit

RESERVE_SECONDS = 2.0
"""Kept of the function's time to answer in."""

USUAL_VISIT = environment.for_probe()

log = logging.getLogger(__name__)
log.setLevel(environment.log_level())


def handler(event: dict[str, Any], context: Invocation) -> dict[str, Any]:
    """Look at every target. Raises BadRequest before anything is looked at."""
    from tlscheck.edges.edition import edition  # noqa: PLC0415 - a cold start does not wait for it

    asked, this = targets(event), edition()
    log.info("%s", " | ".join(str(this).splitlines()))
    seconds = context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS
    observations = observe_all(asked, installed(), seconds, visit(event, USUAL_VISIT))
    # A line for each server, ninety-six times a day, would cost more than looking: only of what was not seen.
    unseen = [each for each in observations if each.look.outcome is not LookOutcome.SEEN]
    log.info("%d servers, %d seen", len(observations), len(observations) - len(unseen))
    for each in unseen:
        log.info("%s: handshake %s, look %s", ascii(each.arn), each.handshake.outcome, each.look.outcome)
    return {"observations": documents(observations), "tlscheck": this.document}
