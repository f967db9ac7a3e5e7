"""What observe left for the report, as this version reads it."""

import json
from typing import Any

from tlscheck.edges.documents import from_document
from tlscheck.reporting.result import BatchResult
from tlscheck.verdict.check import CheckId


def load_result(text: str) -> BatchResult:
    """The result of a batch, without findings of checks that only an earlier or later version has.

    Raises as `documents.load` does.
    """
    document = json.loads(text)
    for each in (document, *document.get("databases", ())):
        for field in {"findings", "listings"} & each.keys():
            each[field] = [finding for finding in each[field] if _is_known(finding)]
    return from_document(BatchResult, document)


def _is_known(finding: dict[str, Any]) -> bool:
    return finding.get("check") in set(CheckId)
