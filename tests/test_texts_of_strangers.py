"""Characters that would break a line, or turn it round, in every place where a text of others becomes ours."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tlscheck.edges.command.main import main
from tlscheck.edges.command.terminal import say
from tlscheck.inventory.bad_request import not_allowed
from tlscheck.inventory.batch import Depth, Plan, Sweep
from tlscheck.inventory.database import Database, Proxy, Source
from tlscheck.inventory.force_ssl import Enforcement, ForceSsl
from tlscheck.inventory.former import Predecessor
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.region import Authorities, OfferedAuthority, RegionListing
from tlscheck.inventory.rotation import Rotation
from tlscheck.inventory.settings import Settings
from tlscheck.ledger.client import Client, Sort, Who
from tlscheck.reporting.asff import security_finding
from tlscheck.reporting.delivery import Undelivered
from tlscheck.reporting.message import message_of
from tlscheck.reporting.result import BatchResult, DatabaseResult, result_of
from tlscheck.reporting.summary import summarise
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.evidence import Past
from tlscheck.verdict.finding import Finding, RememberedFinding
from tlscheck.verdict.heard import Heard
from tlscheck.verdict.regional import judge_region
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome, Observation, Plaintext, PlaintextOutcome
from tlscheck.wire.ssl_request import refusal
from tlscheck.wording import harmless, plain, quoted

from tests import verdicts
from tests.examples import (
    CURRENT_CA,
    GOOD_SETTINGS,
    NOW,
    ORDERS,
    REGION,
    RETIRED_CA,
    client,
    cluster,
    database,
    evidence,
    handshake,
    look,
    observation,
    plaintext_client,
    proxy,
)
from tests.judged import judged

# Unicode 16, chapter 23, and UAX #9 (the directional formatting characters).
HARMFUL = {
    "LINE SEPARATOR": "\u2028",
    "PARAGRAPH SEPARATOR": "\u2029",
    "NEXT LINE": "\u0085",
    "LINE FEED": "\n",
    "CARRIAGE RETURN": "\r",
    "VERTICAL TAB": "\v",
    "FORM FEED": "\f",
    "TAB": "\t",
    "NUL": "\0",
    "ESCAPE": "\x1b",
    "DELETE": "\x7f",
    "CONTROL SEQUENCE INTRODUCER": "\x9b",
    "ARABIC LETTER MARK": "\u061c",
    "LEFT-TO-RIGHT MARK": "\u200e",
    "RIGHT-TO-LEFT MARK": "\u200f",
    "LEFT-TO-RIGHT EMBEDDING": "\u202a",
    "RIGHT-TO-LEFT EMBEDDING": "\u202b",
    "POP DIRECTIONAL FORMATTING": "\u202c",
    "LEFT-TO-RIGHT OVERRIDE": "\u202d",
    "RIGHT-TO-LEFT OVERRIDE": "\u202e",
    "LEFT-TO-RIGHT ISOLATE": "\u2066",
    "RIGHT-TO-LEFT ISOLATE": "\u2067",
    "FIRST STRONG ISOLATE": "\u2068",
    "POP DIRECTIONAL ISOLATE": "\u2069",
    "ZERO WIDTH SPACE": "\u200b",
    "ZERO WIDTH JOINER": "\u200d",
    "ZERO WIDTH NO-BREAK SPACE": "\ufeff",
    "SOFT HYPHEN": "\u00ad",
    "NO-BREAK SPACE": "\u00a0",
    "IDEOGRAPHIC SPACE": "\u3000",
    "A SURROGATE": "\ud800",
    "A PRIVATE CHARACTER": "\ue000",
    "A TAG": "\U000e0041",
    "A CHARACTER THAT IS NONE": "\uffff",
}
ALL = "".join(HARMFUL.values())
SPOILT = f"be{ALL}fore"
"""What a stranger wrote; `be fore` is what may be shown of it."""

each_of_them = pytest.mark.parametrize("character", HARMFUL.values(), ids=HARMFUL)


@each_of_them
def test_each_of_them_becomes_a_blank(character: str) -> None:
    assert plain(f"be{character}fore") == "be fore"
    assert harmless(f"be{character}fore") == "be fore"
    assert quoted(f"be{character}fore") == '"be fore"'


def test_a_run_of_them_becomes_one_blank_on_a_line_and_one_each_where_columns_must_stay() -> None:
    assert plain(f"{ALL}{SPOILT}{ALL}") == "be fore"
    assert harmless(SPOILT) == "be" + " " * len(HARMFUL) + "fore"


@pytest.mark.parametrize("text", ["Größe", "данные", "注文", "a-b_c.d:e/f@g", "é́", "€5", "👍", "x²"])
def test_all_other_texts_stay_as_they_are(text: str) -> None:
    assert plain(text) == harmless(text) == text
    assert quoted(text) == f'"{text}"'


def says(check: str, of: Database, seen: Observation | None = None, *known: Client, **more: Any) -> str:
    return verdicts.says(check, evidence(of, seen, known, **more)).reason


def stranger(**texts: Any) -> Who:
    return replace(client().who, **texts)


def before(*clients: Client, **texts: Any) -> dict[str, Any]:
    fields = {"identifier": "orders-old", "resource_id": "db-OLD"} | texts
    return {"past": (Past(Predecessor("aws:1:us-east-1:db-OLD", until=NOW, **fields), clients),)}


def spoilt(settings: dict[str, str], **changes: Any) -> Database:
    return database(settings=Settings(changes.pop("group", "g"), GOOD_SETTINGS.values | settings), **changes)


def of_region(check: str, **changes: Any) -> str:
    authorities = changes.pop("unknown", None) or Authorities(**{"offered": (), "default": None} | changes)
    return of_listing(check, RegionListing(REGION, "us-east-1", 1, authorities=authorities))


def of_listing(check: str, listing: RegionListing) -> str:
    (reason,) = (each.reason for each in judge_region(listing, {}, NOW) if each.check == check)
    return reason


UNSPOILT_CA = OfferedAuthority("rds-ca-rsa2048-g1", "7c40", None)
API_SAID = ForceSsl(Enforcement.UNKNOWN, None, SPOILT)
BLIND = observation(handshake=handshake(HandshakeOutcome.CLOSED, SPOILT), look=look(outcome=LookOutcome.FAILED))
REASONS: dict[str, Callable[[], str]] = {
    "application": lambda: says("plaintext-clients", database(), None, plaintext_client(SPOILT)),
    "user": lambda: says("tls-clients", database(), None, client(who=stranger(user=SPOILT))),
    "datname": lambda: says("tls-clients", database(), None, client(who=stranger(name=SPOILT))),
    "address": lambda: says("tls-clients", database(), None, client(address=SPOILT)),
    "names that are folded": lambda: says(
        "tls-clients", database(), None, client(who=stranger(application=SPOILT, sort=Sort.FOLD))
    ),
    "user of others": lambda: says(
        "tls-clients",
        database(),
        None,
        client(who=stranger(name="", user=SPOILT, application="", sort=Sort.OTHERS_OF_USER)),
    ),
    "client of a predecessor": lambda: says("plaintext-clients", database(), **before(plaintext_client(SPOILT))),
    "name of a predecessor": lambda: says(
        "plaintext-clients", database(), **before(plaintext_client(), identifier=SPOILT)
    ),
    "resource id of a predecessor": lambda: says(
        "plaintext-clients", database(), **before(plaintext_client(), resource_id=SPOILT)
    ),
    "why what is remembered cannot be read": lambda: says(
        "plaintext-clients", database(), unreadable=(Gap("client#1", SPOILT),)
    ),
    "why there is no resource id": lambda: says("not-observed", database(resource_id=Gap("rds:X", SPOILT))),
    "member that is not looked at": lambda: says(
        "force-ssl", cluster(member_authorities={SPOILT: None}), members={SPOILT: Heard(is_absent=True)}
    ),
    "why enforcement is not known": lambda: says("force-ssl", database(force_ssl=API_SAID)),
    "the same, not observed": lambda: says("not-observed", database(force_ssl=API_SAID)),
    "the same, before an upgrade": lambda: says("upgrade-enforces-tls", database(force_ssl=API_SAID)),
    "what the API says beside the server": lambda: says(
        "force-ssl",
        database(force_ssl=API_SAID),
        replace(observation(), plaintext=Plaintext(PlaintextOutcome.REFUSED, "")),
    ),
    "error of a handshake": lambda: says(
        "server-certificate", database(), observation(handshake=handshake(HandshakeOutcome.UNTRUSTED, SPOILT))
    ),
    "why no handshake": lambda: says("server-certificate", database(), BLIND),
    "the same, not observed at all": lambda: says("not-observed", database(), BLIND),
    "error of a look": lambda: says(
        "tls-clients", database(), observation(look=look(outcome=LookOutcome.FAILED, detail=SPOILT))
    ),
    "the CA that a chain names": lambda: says(
        "server-certificate", database(), observation(handshake=handshake(authority=SPOILT))
    ),
    "CA": lambda: says("ca", database(certificate_authority=replace(RETIRED_CA, identifier=SPOILT))),
    "CA that waits": lambda: says("ca", database(certificate_authority=replace(CURRENT_CA, pending=SPOILT))),
    "default CA": lambda: says("ca", database(certificate_authority=replace(CURRENT_CA, default=SPOILT))),
    "source of a replica": lambda: says("ca", database(source=Source(SPOILT, "rds-ca-2019"))),
    "CA of that source": lambda: says("ca", database(source=Source("orders-prod", SPOILT))),
    "name of a member": lambda: says("ca", cluster(member_authorities={SPOILT: None})),
    "CA of a member": lambda: says("ca", cluster(member_authorities={"a": SPOILT, "b": "x"})),
    "CA of every member": lambda: says("ca", cluster(member_authorities={"a": SPOILT})),
    "status": lambda: says("certificate-rotation", database(status=SPOILT, server_certificate_expires=None)),
    "why a rotation is not known": lambda: says(
        "certificate-rotation", database(rotation=Rotation(Gap("rds:X", SPOILT)))
    ),
    "group": lambda: says("tls-versions", spoilt({}, group=SPOILT)),
    "ciphers": lambda: says("tls-versions", spoilt({"ssl_ciphers": SPOILT})),
    "newest version": lambda: says("tls-versions", spoilt({"ssl_max_protocol_version": SPOILT})),
    "oldest version": lambda: says("tls-versions", spoilt({"ssl_min_protocol_version": SPOILT})),
    "hashes": lambda: says("password-hashes", spoilt({"password_encryption": SPOILT})),
    "log": lambda: says("connection-log", spoilt({"log_connections": SPOILT})),
    "prefix of the log": lambda: says("connection-log", spoilt({"log_line_prefix": SPOILT})),
    "why parameters are not known": lambda: says(
        "tls-versions", database(settings=Gap("rds:DescribeDBParameters", SPOILT))
    ),
    "Babelfish's parameter": lambda: says(
        "babelfish-tls",
        cluster(settings=Settings("g", {"rds.babelfish_status": "on", "babelfishpg_tds.tds_ssl_encrypt": SPOILT})),
    ),
    "proxy before it": lambda: says("tls-clients", database(proxies=(SPOILT,))),
    "why proxies are not known": lambda: says("not-observed", database(proxies_gap=Gap("rds:X", SPOILT))),
    "shard group": lambda: says("not-observed", cluster(shard_groups=(SPOILT,))),
    "behind a proxy": lambda: says("proxy-tls", proxy(proxy=Proxy(True, (SPOILT,)))),
    "why that is not known": lambda: says("proxy-tls", proxy(proxy=Proxy(True, Gap("rds:X", SPOILT)))),
    "upgrade that waits": lambda: says(
        "upgrade-enforces-tls",
        database(
            engine_version="14.9",
            pending_version=f"17.{SPOILT}",
            force_ssl=ForceSsl(Enforcement.NOT_ENFORCED, "default.postgres14", "off"),
        ),
    ),
    "why CAs are not known": lambda: of_region("trust-store", unknown=Gap("rds:X", SPOILT)),
    "why no default is": lambda: of_region("default-ca", unknown=Gap("rds:X", SPOILT)),
    "CA of a Region": lambda: of_region("trust-store", offered=(OfferedAuthority(SPOILT, "aa", None),)),
    "its thumbprint": lambda: of_region("trust-store", offered=(OfferedAuthority("a", SPOILT, None),)),
    "CA without one": lambda: of_region("trust-store", offered=(OfferedAuthority(SPOILT, None, None),)),
    "default of a Region": lambda: of_region("default-ca", offered=(UNSPOILT_CA,), default=SPOILT),
    "offered beside it": lambda: of_region(
        "default-ca", offered=(OfferedAuthority(SPOILT, None, None),), default="x"
    ),
    "chosen default": lambda: of_region(
        "default-ca", offered=(OfferedAuthority(SPOILT, None, None, override=True),), default=SPOILT
    ),
    "reason of a gap": lambda: of_listing(
        "not-observed", RegionListing(REGION, "us-east-1", 1, (Gap("rds:DescribeDBInstances", SPOILT),))
    ),
    "call of a gap": lambda: of_listing(
        "not-observed", RegionListing(REGION, "us-east-1", 1, (Gap(SPOILT, "AccessDenied"),))
    ),
}


@pytest.mark.parametrize("place", REASONS)
def test_a_reason_shows_none_of_them(place: str) -> None:
    reason = REASONS[place]()
    assert "be fore" in reason
    assert not set(HARMFUL.values()) & set(reason)


def remembered(**changes: Any) -> RememberedFinding:
    finding = Finding(ORDERS, ORDERS, "us-east-1", CheckId("ca"), Status.FAILED, SPOILT, SPOILT)
    return replace(RememberedFinding(finding, NOW, NOW, NOW, NOW), **changes)


def test_a_finding_in_security_hub_shows_none_of_them() -> None:
    shown = security_finding(remembered(not_observed_since=NOW, not_observed_reason=SPOILT))
    assert shown["Description"].startswith("be fore. Since 2026-11-24 it could not be looked at again. When a CA")
    assert shown["Remediation"]["Recommendation"]["Text"] == "be fore"
    assert shown["ProductFields"]["tlscheck/NotObservedReason"] == "be fore"
    assert not set(ALL) & set(json.dumps(shown, ensure_ascii=False))


def row(**changes: Any) -> DatabaseResult:
    return replace(result_of(judged(verdict="FIX_CLIENTS")), **changes)


def test_a_message_shows_none_of_them() -> None:
    listing = Finding(REGION, REGION, "us-east-1", CheckId("ca"), Status.FAILED, SPOILT, "")
    result = BatchResult((row(identifier=SPOILT, reason=SPOILT),), (listing,), (SPOILT,))
    lost = BatchResult((), (), lost=SPOILT)
    refused = Undelivered(REGION, REGION, "us-east-1", "ca", SPOILT, NOW)
    plan = Plan(Sweep("s", NOW, Depth.FULL), (Gap(SPOILT, SPOILT),))
    sent = message_of(summarise(plan, {"1": result, "2": lost}, [refused]), "s3://report")
    assert sent is not None
    assert sent.body.split("\n")[3:] == [
        "us-east-1: Security Hub CSPM refused 1 finding (be fore)",
        "us-east-1: be fore",
        "1 of the sweep's batches failed: be fore",
        "Could not be read: be fore: be fore",
        "Gone or excluded, findings archived: be fore",
        "",
        "FIX_CLIENTS be fore in us-east-1",
        "  be fore",
    ]


def test_a_line_of_a_terminal_shows_none_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    say(SPOILT)
    assert capsys.readouterr().out == "be" + " " * len(HARMFUL) + "fore\n"


def test_a_complaint_of_the_command_line_shows_none_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([SPOILT])
    said = capsys.readouterr()
    assert not set(ALL) - {"\n"} & set(said.out + said.err)


@each_of_them
def test_what_is_refused_is_shown_escaped(character: str) -> None:
    assert str(not_allowed("request.regions", f"be{character}fore", "x")).isprintable()
    shown = refusal(f"HTTP be{character}fore".encode("utf-8", "replace"))
    assert shown is not None
    assert shown.detail.isprintable()
    assert shown.detail.isascii()
