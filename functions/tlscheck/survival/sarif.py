"""Answers as SARIF 2.1.0, which code hosts show beside the line that an answer is about.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.
"""

import re
from collections.abc import Sequence
from urllib.parse import quote

from tlscheck.drivers.behaviour import Verifies
from tlscheck.formats.configuration import Spot
from tlscheck.formats.reading import Located
from tlscheck.survival.assessment import Scenario, Survival
from tlscheck.survival.client_document import Answer
from tlscheck.version import Edition
from tlscheck.wording import sendable

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RULES = {
    "client-does-not-survive": (
        "error",
        "This client would not survive a rotation of the server's CA, or the enforcement of TLS.",
    ),
    "client-not-known": ("warning", "Whether this client would survive is not known."),
    "client-not-read": ("warning", "A connection stands here that could not be read."),
    "client-verifies-nothing": ("note", "This client survives, and is not known to verify the server."),
    "client-verifies-no-name": (
        "note",
        "This client survives, and verifies the server's chain alone, not its name.",
    ),
}
"""By id: the level, and what it says."""

_HELP = (
    "Write what the result gives as the fix, with the trust store that it names, and ask again: tlscheck client"
    " <this file>. docs/clients.md of tlscheck says what each answer means."
)


def sarif(answers: Sequence[Answer], refused: Sequence[Located], edition: Edition) -> dict[str, object]:
    """One run: a result for each connection that needs somebody, none for one that survives and verifies."""
    results = [result for each in answers if (result := _result(each))]
    results += [_of("client-not-read", each.refused, each.spot) for each in refused]
    rules = [
        {
            "id": rule,
            "shortDescription": {"text": text},
            "fullDescription": {"text": text},
            "help": {"text": _HELP},
            "defaultConfiguration": {"level": level},
        }
        for rule, (level, text) in _RULES.items()
    ]
    driver = {"name": "tlscheck", "version": edition.version, "rules": rules}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def _result(answer: Answer) -> dict[str, object] | None:
    assessment = answer.assessment
    today = assessment.outlook(Scenario.TODAY).prediction.verifies
    match assessment.verdict:
        case Survival.DOES_NOT:
            rule = "client-does-not-survive"
        case Survival.UNKNOWN:
            rule = "client-not-known"
        case _ if today is Verifies.CHAIN_AND_NAME:
            return None
        case _ if today is Verifies.CHAIN:
            rule = "client-verifies-no-name"
        case _:
            rule = "client-verifies-nothing"
    return _of(rule, _words(answer), answer.found_at)


def _words(answer: Answer) -> str:
    """Why, by scenario, and what to write."""
    assessment = answer.assessment
    said = dict.fromkeys(
        f"{each.scenario}: {each.why}" for each in assessment.outlooks if each.verdict is assessment.verdict
    )
    parts = [f"{assessment.connection.driver}.", *said]
    fix = answer.fix
    parts += [f"{'Fix' if fix.is_needed else 'Safer'}: {fix.line}"] * bool(fix.line)
    parts += [f"Trust store: {fix.trust_store}"] * bool(fix.trust_store)
    return "\n".join(parts)


def _of(rule: str, text: str, spot: Spot) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": rule,
        "ruleIndex": list(_RULES).index(rule),
        "level": _RULES[rule][0],
        "message": {"text": sendable(text)},
    }
    if spot.file:
        place: dict[str, object] = {"artifactLocation": {"uri": _uri(spot.file)}}
        place |= {"region": {"startLine": spot.line}} if spot.line else {}
        location: dict[str, object] = {"physicalLocation": place}
        location |= {"logicalLocations": [{"fullyQualifiedName": sendable(spot.path)}]} if spot.path else {}
        result["locations"] = [location]
    return result


def _uri(file: str) -> str:
    """Relative to where the command ran, as code hosts want it, unless the path itself is not."""
    if re.match(r"[A-Za-z]:[\\/]|\\\\", file) or ("\\" in file and "/" not in file):  # Windows' own
        file = file.replace("\\", "/")
    named = quote(file.removeprefix("./"), "/:" if re.match("[A-Za-z]:/", file) else "/", errors="surrogateescape")
    return f"file://{'' if file.startswith('/') else '/'}{named}" if re.match("/|[A-Za-z]:/", file) else named
