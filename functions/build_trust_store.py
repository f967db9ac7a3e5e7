"""BuildTrustStore: a console event -> a trust store in S3 for a client, and how the client is told of it."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from tlscheck.edges import clock, telemetry
from tlscheck.edges.aws import s3
from tlscheck.edges.edition import edition
from tlscheck.edges.events import trust_store_event
from tlscheck.edges.stores.ciphers import write_pkcs12
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.trust.order import select
from tlscheck.trust.packaging import File, files, sums
from tlscheck.trust.store_document import built_document, uses

ENVIRONMENT = trust_store_event.for_build_trust_store()
logger = Logger()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Writes the files and their SHA256SUMS below trust-stores/, each request in a folder of its own."""
    telemetry.about(logger, context)
    now = clock.now()
    asked = trust_store_event.asked(event)
    selection = select(asked.order, roots(), asked.present, now)
    made = files(asked.formats, selection.entries, asked.wrapping, write_pkcs12)
    folder = f"trust-stores/{now:%Y%m%dT%H%M%SZ}-{context.aws_request_id}"
    for file in made:
        s3.put_bytes(ENVIRONMENT.bucket, f"{folder}/{file.name}", file.content)
    s3.put_bytes(ENVIRONMENT.bucket, f"{folder}/SHA256SUMS", sums(made))
    logger.info("trust store built", folder=folder, files=len(made), certificates=len(selection.entries))

    def place(file: File) -> str:
        return f"s3://{ENVIRONMENT.bucket}/{folder}/{file.name}"

    used = uses(made, asked.wrapping, lambda file: file.name)
    return {
        "tlscheck": edition().document,
        "bucket": ENVIRONMENT.bucket,
        "folder": folder,
        "fetch": f"aws s3 cp --recursive s3://{ENVIRONMENT.bucket}/{folder}/ .",
        **built_document(made, selection, place, used, now),
    }
