"""Databases, observations and clients as a test needs them: clean ones, changed where the test differs."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from tlscheck.inventory.certificate import CertificateAuthority, Offer
from tlscheck.inventory.database import Database, Endpoint, Kind, Proxy
from tlscheck.inventory.force_ssl import Applied, Enforcement, ForceSsl
from tlscheck.inventory.gap import NOT_ASKED
from tlscheck.inventory.rotation import Rotation
from tlscheck.inventory.settings import Settings
from tlscheck.ledger.client import Client, Sort, Trace, Who
from tlscheck.verdict.clients import Callers
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.heard import Heard, word_of
from tlscheck.verdict.sharing import Server
from tlscheck.wire.observation import (
    Certificate,
    Handshake,
    HandshakeOutcome,
    Look,
    LookOutcome,
    Observation,
    SessionGroup,
)

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ACCOUNT = "111122223333"
ORDERS = f"arn:aws:rds:us-east-1:{ACCOUNT}:db:orders-prod"
LEDGER = f"arn:aws:rds:us-east-1:{ACCOUNT}:cluster:ledger"
PROXY = f"arn:aws:rds:us-east-1:{ACCOUNT}:db-proxy:prx-0123456789abcdef0"
REGION = f"arn:aws:rds:us-east-1:{ACCOUNT}:region"
KEY = f"aws:{ACCOUNT}:us-east-1:db-ORDERS"
"""What is remembered of orders-prod lies under."""

ENFORCED = ForceSsl(
    Enforcement.ENFORCED,
    "orders-pg17",
    "rds.force_ssl is 1 in orders-pg17 (in-sync)",
    configured="1",
    applied=(Applied("orders-prod", "in-sync"),),
)
NOT_ENFORCED = ForceSsl(Enforcement.NOT_ENFORCED, "orders-pg17", "rds.force_ssl is 0 in orders-pg17 (in-sync)")
UNKNOWN_ENFORCEMENT = ForceSsl(Enforcement.UNKNOWN, "orders-pg17", "rds:DescribeDBParameters: AccessDenied")

OFFERED = ("rds-ca-ecc384-g1", "rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1")
CURRENT_CA = CertificateAuthority(
    "rds-ca-rsa2048-g1",
    Offer.OFFERED,
    "the Region offers rds-ca-rsa2048-g1",
    expires=datetime(2061, 5, 20, tzinfo=UTC),
    offered=OFFERED,
)
RETIRED_CA = CertificateAuthority(
    "rds-ca-2019", Offer.RETIRED_OR_UNKNOWN, "rds-ca-2019 is not among the CAs of the Region", offered=OFFERED
)
GOOD_SETTINGS = Settings(
    "orders-pg17",
    {
        "ssl": "1",
        "ssl_min_protocol_version": "TLSv1.2",
        "ssl_max_protocol_version": "TLSv1.3",
        "ssl_ciphers": "",
        "password_encryption": "scram-sha-256",
        "rds.accepted_password_auth_method": "scram",
        "log_connections": "1",
        "log_line_prefix": "%t:%r:%u@%d:[%p]:",
    },
)
BY_ITSELF = Rotation(without_restart=True, supported=OFFERED)
NO_CA_OF_ITS_OWN = CertificateAuthority(
    None, Offer.UNKNOWN, "the API names no CA of this database", offered=OFFERED
)
"""Of an Aurora cluster, each of whose members has one."""

UNKNOWN_CA = CertificateAuthority(None, Offer.UNKNOWN, "the Region's CAs could not be listed: AccessDenied")


def database(**changes: Any) -> Database:
    """An enforced, current, available instance that IAM logs in to."""
    fields: dict[str, Any] = {
        "arn": ORDERS,
        "kind": Kind.INSTANCE,
        "identifier": "orders-prod",
        "region": "us-east-1",
        "engine": "postgres",
        "engine_version": "17.4",
        "status": "available",
        "resource_id": "db-ORDERS",
        "cluster": None,
        "network": "vpc-0a1b2c3d",
        "endpoint": Endpoint("orders-prod.c9x2example.us-east-1.rds.amazonaws.com", 5432),
        "iam_authentication": True,
        "secret": None,
        "force_ssl": ENFORCED,
        "certificate_authority": CURRENT_CA,
        "server_certificate_expires": NOW + timedelta(days=300),
        "settings": GOOD_SETTINGS,
        "rotation": BY_ITSELF,
        "pending_changes": (),
    }
    return Database(**fields | changes)


def cluster(**changes: Any) -> Database:
    """An enforced Aurora cluster: it has parameters, but neither an endpoint of its own nor a certificate."""
    fields: dict[str, Any] = {
        "arn": LEDGER,
        "kind": Kind.CLUSTER,
        "identifier": "ledger",
        "resource_id": "cluster-LEDGER",
        "engine": "aurora-postgresql",
        "cluster": None,
        "endpoint": None,
        "certificate_authority": NO_CA_OF_ITS_OWN,
        "server_certificate_expires": None,
        "member_authorities": {"ledger-1": "rds-ca-rsa2048-g1"},
    }
    return database(**fields | changes)


def member(**changes: Any) -> Database:
    """An instance of that cluster."""
    fields: dict[str, Any] = {
        "arn": f"arn:aws:rds:us-east-1:{ACCOUNT}:db:ledger-1",
        "kind": Kind.MEMBER,
        "identifier": "ledger-1",
        "resource_id": "db-LEDGER1",
        "engine": "aurora-postgresql",
        "cluster": "ledger",
    }
    return database(**fields | changes)


def proxy(**changes: Any) -> Database:
    """A proxy in front of orders-prod that insists on TLS."""
    fields: dict[str, Any] = {
        "arn": PROXY,
        "kind": Kind.PROXY,
        "identifier": "orders-proxy",
        "resource_id": "prx-0123456789abcdef0",
        "endpoint": None,
        "iam_authentication": False,
        "force_ssl": UNKNOWN_ENFORCEMENT,
        "certificate_authority": UNKNOWN_CA,
        "server_certificate_expires": None,
        "settings": NOT_ASKED,
        "rotation": Rotation(),
        "proxy": Proxy(require_tls=True, fronts=("orders-prod",)),
    }
    return database(**fields | changes)


def sessions(
    application: str = "orders-api",
    *,
    tls: bool = True,
    address: str = "10.0.1.5",
    user: str = "orders",
    name: str = "orders",
) -> SessionGroup:
    """Two sessions of one client."""
    return SessionGroup(name, user, application, (address,), 0, tls, "TLSv1.3" if tls else None, 2)


def leaf(**changes: Any) -> Certificate:
    """A server certificate that is valid for another 300 days."""
    fields: dict[str, Any] = {
        "subject": "CN=orders-prod.c9x2example.us-east-1.rds.amazonaws.com",
        "issuer": "CN=Amazon RDS us-east-1 Subordinate CA RSA2048 G1.A.1",
        "not_before": NOW - timedelta(days=65),
        "not_after": NOW + timedelta(days=300),
        "names": ("orders-prod.c9x2example.us-east-1.rds.amazonaws.com",),
        "sha1": "ab" * 20,
        "sha256": "ab" * 32,
        "self_issued": False,
    }
    return Certificate(**fields | changes)


def handshake(outcome: HandshakeOutcome = HandshakeOutcome.TRUSTED, detail: str = "", **changes: Any) -> Handshake:
    """A handshake; by default one that a careful client accepts."""
    fields: dict[str, Any] = {"protocol": "TLSv1.3", "cipher": "TLS_AES_256_GCM_SHA384", "chain": (leaf(),)}
    return Handshake(outcome, detail, **fields | changes)


def look(*groups: SessionGroup, outcome: LookOutcome = LookOutcome.SEEN, detail: str = "") -> Look:
    """A look; by default one that saw everybody."""
    return Look(outcome, detail, 170004, groups)


def observation(arn: str = ORDERS, handshake: Handshake = handshake(), look: Look = look()) -> Observation:  # noqa: B008 - frozen values
    """What a probe says of a database; by default that all is well and nobody is connected."""
    return Observation(arn, handshake, look)


def who(
    application: str = "orders-api", user: str = "orders", name: str = "orders", sort: Sort = Sort.CLIENT
) -> Who:
    """A client of orders-prod; of a fold, the patterns of its names."""
    return Who(KEY, name, user, application, sort)


def trace(
    last: datetime = NOW,
    addresses: Iterable[str] = ("10.0.1.5",),
    protocols: Iterable[str] = (),
    first: datetime | None = None,
    **changes: Any,
) -> Trace:
    """How a client came, in one way: from each address and by each protocol until `last`, for 30 days."""
    return Trace(
        first or last - timedelta(days=30),
        last,
        dict.fromkeys(addresses, last),
        protocols=dict.fromkeys(protocols, last),
        **changes,
    )


def client(
    application: str = "orders-api",
    *,
    who: Who | None = None,
    last_tls: datetime | None = NOW,
    last_plaintext: datetime | None = None,
    address: str = "10.0.1.5",
    protocols: Iterable[str] = ("TLSv1.3",),
    **changes: Any,
) -> Client:
    """A client of orders-prod, seen now with TLS only; `tls` and `plaintext` take whole traces."""
    sides: dict[str, Any] = {
        "tls": trace(last_tls, (address,), protocols) if last_tls else None,
        "plaintext": trace(last_plaintext, (address,)) if last_plaintext else None,
    }
    return Client(who or Who(KEY, "orders", "orders", application), **sides | changes)


def plaintext_client(application: str = "billing-cron", **changes: Any) -> Client:
    """A client of orders-prod that was only ever seen without TLS."""
    return client(application, **{"last_tls": None, "last_plaintext": NOW} | changes)


NOBODY_ELSE = Callers(are_all=True)
"""Of a server where all were seen, and none came without TLS or below TLSv1.2."""


def evidence(
    of: Database | None = None,
    seen: Observation | None = None,
    clients: Iterable[Client] = (),
    user: str = "tlscheck",
    **more: Any,
) -> Evidence:
    """What is known of a database; by default a clean one where nobody is connected. Members say nothing."""
    of = of or database()
    seen = seen or observation(of.arn)
    fields: dict[str, Any] = {
        "heard": Heard(word_of(seen, NOW), is_new=True),
        "members": dict.fromkeys(of.member_authorities, Heard()),
        "servers": {name: Server(name, NOBODY_ELSE, NOBODY_ELSE) for name in of.member_authorities},
    }
    return Evidence(of, seen, tuple(clients), NOW, user, **fields | more)
