"""CheckClient: how a client connects, from the console -> would it survive, and what to change?"""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from tlscheck.client_side.answers import answer
from tlscheck.client_side.client_document import document
from tlscheck.client_side.recognition import connections
from tlscheck.edges import client_event, clock
from tlscheck.edges.client_machine import in_the_console
from tlscheck.edges.rds_roots import roots

logger = Logger()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes it
    """The answer as tlscheck.client_side.client_schema describes it; nothing is opened, connected to or kept."""
    now = clock.now()
    asked = client_event.asked(event)
    find = in_the_console(asked.trust_store, has_home_root=asked.has_home_root)
    answers = [answer(each, asked.question, roots(), find, now) for each in connections(asked.words)]
    told = document(asked.question, answers, now)
    logger.info("client checked", clients=len(answers), verdict=told["verdict"])
    return told
