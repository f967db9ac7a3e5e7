"""CheckClient: how a client connects, from the console -> would it survive, and what to change?"""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from tlscheck.edges import clock, telemetry
from tlscheck.edges.edition import edition
from tlscheck.edges.events import client_event
from tlscheck.edges.stores.machine import in_the_console
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.formats.reading import located_in_all
from tlscheck.survival.answer import answers
from tlscheck.survival.client_document import document

logger = Logger()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The answer as tlscheck.survival.client_schema describes it; nothing is opened, connected to or kept."""
    telemetry.about(logger, context)
    now = clock.now()
    asked = client_event.asked(event)
    find = in_the_console(asked.trust_store, has_home_root=asked.has_home_root)
    told_of, refused = answers(located_in_all([asked.configuration]), asked.question, roots(), find, now)
    told = document(asked.question, told_of, refused, edition(), now)
    logger.info("client checked", clients=len(told_of), refused=len(refused), verdict=told["verdict"])
    return told
