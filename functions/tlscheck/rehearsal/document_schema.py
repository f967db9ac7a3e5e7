"""The JSON Schema of what `tlscheck rehearse --json` prints."""

from typing import Any

from tlscheck.drivers.behaviour import Verifies
from tlscheck.json_schema import array, record, text
from tlscheck.rehearsal.conclusion import Encrypts
from tlscheck.rehearsal.contact import Ended
from tlscheck.rehearsal.document import SCHEMA as NAME
from tlscheck.rehearsal.trial import Key, Shows, Tls
from tlscheck.survival.assessment import Scenario, Survival
from tlscheck.trust.trust_store import Authority
from tlscheck.version import SCHEMA as EDITION
from tlscheck.wording import MOST_DETAIL


def _text(description: str, *, or_null: bool = False) -> dict[str, Any]:
    return text(description, or_null=or_null, maxLength=MOST_DETAIL)


def _maybe(description: str) -> dict[str, Any]:
    return {"type": ["boolean", "null"], "description": description}


def _told(description: str, value: dict[str, Any], **more: Any) -> dict[str, Any]:
    return record(
        description,
        **more,
        value=value,
        why=_text("why it cannot be told, or not in whole", or_null=True),
        attempts=array("numbers of the attempts that it rests on", _NUMBER),
    )


_NUMBER = {"type": "integer", "minimum": 1}
_VERDICT = {
    "enum": [each.value for each in Survival],
    "description": "DOES_NOT: it fails, or goes on without encryption. UNKNOWN: it depends on what is not known",
}
_SHA256 = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_CA = {"enum": [*(each.value for each in Authority), None]}
_WHO = {
    "database": _text("its name"),
    "user": _text("its name"),
    "application": _text("application_name; null: none, or none was said", or_null=True),
}

_TRIAL = record(
    "What it was shown when it asked for TLS",
    shows={
        "enum": [each.name for each in Shows],
        "description": "; ".join(f"{each.name}: {each.value}" for each in Shows),
    },
    root={"anyOf": [_SHA256, {"type": "null"}], "description": "of a FORGERY: in whose name it is made"},
    key={"enum": [*(each.value for each in Key), None], "description": "of issuer and certificate"},
    tls={"enum": [*(each.value for each in Tls), None], "description": "the one version that was spoken"},
    named=_maybe("whether it carried the server's names"),
    in_date=_maybe("whether it was in date"),
)

_CONNECTION = record(
    "One of its connections, by accept",
    number=_NUMBER,
    accepted={"type": "number", "minimum": 0, "description": "seconds since the rehearsal began"},
    address=_text("where it came from"),
    ended={
        "enum": [each.name for each in Ended],
        "description": "; ".join(f"{each.name}: it {each.value}" for each in Ended),
    },
    alert=_text("as RFC 8446 names it", or_null=True),
    protocol=_text("TLSv1.2, TLSv1.3; null: no handshake ended well on our side", or_null=True),
    server_name=_text("its SNI", or_null=True),
    why=_text("what was not understood, or why it was cut off", or_null=True),
)

_CLIENT = record(
    "One client",
    client=_text("the name of its port, the command, or what tells it from others"),
    speaks_for={
        "anyOf": [
            record(
                "Whom this speaks for, as pg_stat_activity shows clients",
                **_WHO,
                basis={"enum": ["given", "its StartupMessage"], "description": "who said so"},
            ),
            {"type": "null"},
        ]
    },
    unassigned=_text("why it speaks for nobody: then it changes no answer; null: it does not", or_null=True),
    several=_text("why it is more than one client: then nothing else is told; null: it is one", or_null=True),
    verdict=_VERDICT,
    outlooks=record(
        "By scenario",
        **{
            each.name.lower(): record("One of them", verdict=_VERDICT, why=_text("the same in a sentence"))
            for each in Scenario
        },
    ),
    encrypts=_told("When it uses TLS", {"enum": [*(each.value for each in Encrypts), None]}),
    verifies=_told("What of the server's certificate", {"enum": [*(each.value for each in Verifies), None]}),
    falls_back=_told("It goes on in plaintext after it refused a certificate", _maybe("null: not told")),
    holds=array(
        "each root that was asked about",
        _told(
            "Whether what it trusts holds it",
            _maybe("null: not told"),
            name=_text("its common name"),
            sha256=_SHA256,
            ca=_CA,
            region=_text("null: of RDS Proxy", or_null=True),
            owners={"type": "boolean", "description": "the owner of this deployment brought it"},
        ),
    ),
    brings_own_store=_told(
        "It refuses, and holds none of the roots that a chain of its server may hang from: it pins, or brings a"
        " store of its own",
        _maybe("null: not told"),
    ),
    takes_ecc=_told("It takes certificates with a key of an elliptic curve", _maybe("null: not told")),
    takes_rsa4096=_told(
        "It takes certificates with a key of RSA 4096, told with --trust", _maybe("null: not told")
    ),
    looks_at_dates=_told("It refuses a certificate that has expired", _maybe("null: not told")),
    speaks=array("versions of TLS in which it came as far as the certificate", _text("TLSv1.2, TLSv1.3")),
    advice=_text("what to do", or_null=True),
    needed=array("what is still to be tried before all is told that can be", _text("one of them")),
    seen_as=array("what its own StartupMessages said", record("One of them", **_WHO)),
    attempts=array(
        "all that it did, in order",
        record(
            "All connections of it within a short window",
            number=_NUMBER,
            trial=_TRIAL,
            connections=array("without health checks", _CONNECTION),
        ),
    ),
)

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "What did this client do when it met a server that it must refuse?",
    **record(
        "An answer of tlscheck rehearse, to be kept as evidence of clients' readiness",
        schema={"const": NAME},
        tlscheck=EDITION,
        began_at=_text("ISO 8601, UTC"),
        ended_at=_text("ISO 8601, UTC"),
        way={"enum": ["command", "server"], "description": "a command was run, or clients came from elsewhere"},
        server=record(
            "The one that was played",
            names=array("as its clients write it, the endpoint first", _text("a host's name")),
            region=_text("whose roots were asked about"),
            present_ca={**_CA, "description": "the CA of today; null: not said"},
            target_ca={**_CA, "description": "the CA to rotate to; null: any of the Region's"},
            test_root={
                "type": "boolean",
                "description": "clients were given a root of the rehearsal's own to trust",
            },
        ),
        verdict=_VERDICT,
        clients=array("empty: none came", _CLIENT),
        not_reached=array("what a rehearsal cannot tell of any client", _text("one of them")),
    ),
}
