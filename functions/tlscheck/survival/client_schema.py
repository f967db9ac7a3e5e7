"""The JSON Schema of what `tlscheck client --json` prints and the door check_client returns."""

from typing import Any

from tlscheck.drivers.behaviour import Verifies
from tlscheck.drivers.driver import Driver
from tlscheck.json_schema import array, record, text
from tlscheck.survival.assessment import About, Scenario, Survival
from tlscheck.survival.client_document import SCHEMA as NAME
from tlscheck.survival.prediction import Cause
from tlscheck.version import SCHEMA as EDITION

_VERDICT = {
    "enum": [each.value for each in Survival],
    "description": "DOES_NOT: it fails, or goes on without encryption. UNKNOWN: it depends on what is not known",
}
_MAYBE = {"type": ["boolean", "null"], "description": "null: it depends on what is not known"}

_OUTLOOK = record(
    "What happens in one scenario",
    verdict=_VERDICT,
    connects=_MAYBE,
    encrypted=_MAYBE,
    verifies={
        "enum": [*(each.value for each in Verifies), None],
        "description": "what of the server's certificate; null: it depends",
    },
    causes={
        "type": "array",
        "items": {"enum": [each.name for each in Cause]},
        "description": "why it fails or falls back, whatever is true of what is not known",
    },
    perhaps={
        "type": "array",
        "items": {"enum": [each.name for each in Cause]},
        "description": "why it may fail or fall back: it depends on what is not known",
    },
    why=text("the same in a sentence"),
    question=text("the one whose answer would settle what is not known", or_null=True),
)

_FOUND_AT = record(
    "Where it stands",
    file=text("as it was given; null: the words were", or_null=True),
    path=text("in the file: services.web.environment.DATABASE_URL; null: it is all that was given", or_null=True),
    line={"type": ["integer", "null"], "minimum": 1, "description": "of the file, from 1; null: not known"},
)

_CLIENT = record(
    "One connection",
    found_at=_FOUND_AT,
    client=record(
        "How it connects, without its password",
        driver={"enum": [each.value for each in Driver]},
        version=text("of the driver; of libpq for all that link it", or_null=True),
        label=text("which connection of a file", or_null=True),
        host=text("the name that it connects to", or_null=True),
        port={"type": "integer", "minimum": 1, "maximum": 65535},
        mode=text("what decides about TLS, in the driver's words; null: its default", or_null=True),
        root_file=text("the file of roots that it names", or_null=True),
        notes=array("what its owner should know of how it was read", {"type": "string"}),
        unknown=array("its words that are not known: the verdict is UNKNOWN because of them", {"type": "string"}),
        ignored=array("its words that this driver ignores: they decide nothing", {"type": "string"}),
    ),
    verdict=_VERDICT,
    roots=record(
        "Its roots", sought=array("where they were sought", {"type": "string"}), found=text("what was found there")
    ),
    outlooks=record("By scenario", **{each.name.lower(): _OUTLOOK for each in Scenario}),
    basis={
        "enum": ["run", "read, not run", "unknown"],
        "description": "whether the driver was run against real servers, or its source or manual read",
    },
    holds_for_versions=array("the driver's versions that this was said of", {"type": "string"}),
    fix=record(
        "What to change",
        needed={"type": "boolean", "description": "false: it survives as it is"},
        line=text("in the driver's own words", or_null=True),
        trust_store=text(
            "the command that makes its trust store; in words where only AWS has its roots", or_null=True
        ),
        where=text("where the line is written, and in place of what; or why there is none", or_null=True),
        host=text(
            "the host to write in place of the present one; null: it stays, or the line says it", or_null=True
        ),
    ),
    hosts={
        "type": "array",
        "minItems": 1,
        "description": "each host that it may connect to: all must be survived",
        "items": record(
            "One of them",
            host=text("null: not said", or_null=True),
            port={"type": "integer", "minimum": 1, "maximum": 65535},
            address=text("where it connects to, if that is not the host's own address", or_null=True),
            verdict=_VERDICT,
            outlooks=record("By scenario", **{each.name.lower(): _VERDICT for each in Scenario}),
        ),
    },
    tried={
        "type": "array",
        "description": "one for each host, in their order; empty: no handshake was asked for",
        "items": record(
            "A handshake with the real server, by the client's rules and with its roots",
            host=text("null: not said", or_null=True),
            port={"type": "integer", "minimum": 1, "maximum": 65535},
            outcome=text("TRUSTED, NOT_VERIFIED where it looks at nothing, NOT_TRIED, or what went wrong"),
            detail=text("the same in a sentence"),
            protocol=text("TLSv1.3", or_null=True),
            presented=array("subjects of the server's chain, leaf first", {"type": "string"}),
            verifies={"enum": [each.value for each in Verifies], "description": "what of the server it looks at"},
            root=text("subject of the client's root that the chain hangs from", or_null=True),
        ),
    },
)

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Would this client survive?",
    **record(
        "An answer of tlscheck client, to be kept as evidence of a client's readiness",
        schema={"const": NAME},
        tlscheck=EDITION,
        asked_at=text("ISO 8601, UTC"),
        about={"enum": [each.value for each in About]},
        region=text("whose roots were looked for; null: not known, or not one for all clients", or_null=True),
        present_ca=text("the CA of today; null: not said", or_null=True),
        target_ca=text("the CA to rotate to; null: any of the Region's", or_null=True),
        target_key=text("the kind of key that comes with that CA: ECDSA P-384; null: no CA is said", or_null=True),
        endpoint=text("the database's own name, if it was given", or_null=True),
        assumed=array("what was taken for given", {"type": "string"}),
        verdict=_VERDICT,
        clients={"type": "array", "items": _CLIENT, "minItems": 1},
        refused={
            "type": "array",
            "items": record(
                "One that could not be read, and that the verdict does not speak of",
                found_at=_FOUND_AT,
                why=text("without any value of it"),
            ),
        },
    ),
}
