"""AWS's own names, each spelt once: partition, Region, ARN, and the endpoints that RDS gives to databases.

Sources: botocore's partitions.json and endpoints.json for partitions and suffixes, which a test compares with this
table; for the endpoints the RDS and Aurora user guides, and the AWS JDBC wrapper (RdsUtils.java), which shows
`rds` before the Region in China, GovCloud and two of the ISO partitions. Its sibling for node shows amazonaws.eu.
ISO-E and ISO-F stand as those two do, in botocore's domain of theirs; tlscheck has no roots of any of the four.
A probe's cold start waits for this module: it imports little, and a pattern is compiled when it is first needed.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from tlscheck.inventory.bad_request import not_allowed


class Partition(NamedTuple):
    """Regions that share accounts, and the domains that their names lie in. A tuple: its class is made fastest."""

    name: str
    beginning: str
    """Pattern of what its Regions' names begin with; a direction and a number follow, as in `eu-central-1`."""

    suffixes: tuple[str, ...]
    """Domains of its APIs: that of IPv4 first, then that of both IPv4 and IPv6."""

    databases: tuple[str, ...]
    """What the endpoints of a Region's databases end in, `{}` for the Region: only what a source shows. None shows
    a database in an API's domain of both IPv4 and IPv6."""

    bundle: str | None = None
    """Where AWS publishes the roots of its Regions (RDS User Guide, "Using SSL/TLS to encrypt a connection"); None
    where no source tells it."""

    def has(self, region: str) -> bool:
        """Whether it is the name of one of its Regions, today's or one to come."""
        return re.fullmatch(rf"{self.beginning}-[a-z]{{1,20}}-[0-9]{{1,2}}", region) is not None


PARTITIONS = (
    Partition(
        "aws",
        "(?!cn-)[a-z]{2}",
        ("amazonaws.com", "api.aws"),
        ("{}.rds.amazonaws.com",),
        "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem",
    ),
    Partition(
        "aws-cn",
        "cn",
        ("amazonaws.com.cn", "api.amazonwebservices.com.cn"),
        ("{}.rds.amazonaws.com.cn", "rds.{}.amazonaws.com.cn"),
        "https://rds-truststore.s3.cn-north-1.amazonaws.com.cn/global/global-bundle.pem",
    ),
    Partition(
        "aws-us-gov",
        "us-gov",
        ("amazonaws.com", "api.aws"),
        ("{}.rds.amazonaws.com", "rds.{}.amazonaws.com"),
        "https://truststore.pki.us-gov-west-1.rds.amazonaws.com/global/global-bundle.pem",
    ),
    Partition("aws-eusc", "eusc-[a-z]{2}", ("amazonaws.eu", "api.amazonwebservices.eu"), ("{}.rds.amazonaws.eu",)),
    Partition("aws-iso", "us-iso", ("c2s.ic.gov", "api.aws.ic.gov"), ("rds.{}.c2s.ic.gov",)),
    Partition("aws-iso-b", "us-isob", ("sc2s.sgov.gov", "api.aws.scloud"), ("rds.{}.sc2s.sgov.gov",)),
    Partition("aws-iso-e", "eu-isoe", ("cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"), ("rds.{}.cloud.adc-e.uk",)),
    Partition("aws-iso-f", "us-isof", ("csp.hci.ic.gov", "api.aws.hci.ic.gov"), ("rds.{}.csp.hci.ic.gov",)),
)
"""No name of a Region fits two of them."""

REGION_ALLOWED = "a Region's name such as eu-central-1"


def partition_of(region: str) -> Partition | None:
    """The partition that a Region lies in; None for what is no Region's name."""
    return next((each for each in PARTITIONS if each.has(region)), None)


def lies_in(region: str, partition: str) -> bool:
    """Whether a Region is one of the partition of this name."""
    found = partition_of(region)
    return found is not None and found.name == partition


def is_region(text: str) -> bool:
    """Whether a text is a Region's name, to the letter: no zone within it, no capitals, nothing around it."""
    return partition_of(text) is not None


def named_region(field: str, value: object) -> str:
    """The Region that a field of a request names. Raises BadRequest."""
    if isinstance(value, str) and is_region(value):
        return value
    raise not_allowed(field, value, REGION_ALLOWED)


@dataclass(frozen=True, slots=True)
class Arn:
    """`arn:<partition>:<service>:<region>:<account>:<resource>`; Region and account may be empty."""

    partition: str
    service: str
    region: str
    account: str
    resource: str
    """All that follows: `db:orders`, `secret:rds!db-1-AbCdEf`, `product/123456789012/default`."""

    @staticmethod
    def parse(text: str) -> "Arn | None":
        """An ARN's parts; None for what is none."""
        parts = text.split(":", 5)
        return Arn(*parts[1:]) if len(parts) == 6 and parts[0] == "arn" else None

    def __str__(self) -> str:
        return ":".join(("arn", self.partition, self.service, self.region, self.account, self.resource))

    @property
    def kind(self) -> str:
        """`db` of `db:orders`, `product` of `product/...`."""
        return re.split("[:/]", self.resource)[0]


def resource_key(arn: str, resource_id: str) -> str:
    """What is remembered of a resource lies under: `aws:123456789012:eu-central-1:db-ABC...`, whatever its name.

    Raises ValueError for what is no ARN.
    """
    named = Arn.parse(arn)
    if named is None:
        raise ValueError(f"no ARN: {arn!r}")
    return ":".join((named.partition, named.account, named.region, resource_id))


_DATABASES = ("db", "cluster", "db-proxy")
"""Kinds of an ARN that names an instance, a cluster or a proxy."""

_IDENTIFIER = "[A-Za-z*?][A-Za-z0-9*?-]{0,62}"


def is_database(text: str) -> bool:
    """Whether a text can name instances, clusters or proxies: identifier or ARN, with * and ? in it."""
    identifier = text
    if arn := Arn.parse(text):
        kind, _, identifier = arn.resource.partition(":")
        is_rds = arn.service == "rds" and kind in _DATABASES and re.fullmatch("[0-9]{12}", arn.account)
        if not lies_in(arn.region, arn.partition) or not is_rds:
            return False
    return re.fullmatch(_IDENTIFIER, identifier) is not None


class EndpointKind(StrEnum):
    """What an endpoint leads to, by what stands before the account's part of its name."""

    INSTANCE = ""
    CLUSTER = "cluster-"
    """An Aurora cluster's writer, or that of a Multi-AZ DB cluster."""

    READER = "cluster-ro-"
    CUSTOM = "cluster-custom-"
    """Some members of an Aurora cluster: RDS takes no IAM token for it."""

    PROXY = "proxy-"
    """RDS Proxy, whose certificates hang from Amazon Trust Services."""

    SHARD_GROUP = "shardgrp-"
    """Aurora PostgreSQL Limitless Database."""


@dataclass(frozen=True, slots=True)
class EndpointName:
    """What the name of an endpoint says of it."""

    kind: EndpointKind
    region: str

    @property
    def is_proxy(self) -> bool:
        """Whether RDS Proxy answers there."""
        return self.kind is EndpointKind.PROXY

    @property
    def takes_tokens(self) -> bool:
        """Whether RDS takes an IAM token that is signed for this name."""
        return self.kind is not EndpointKind.CUSTOM


_ENDPOINT = (
    # A further endpoint of a proxy is called `<name>.endpoint.proxy-...`.
    r"[a-z0-9-]{1,63}\.(?:endpoint\.(?=proxy-))?"
    rf"({'|'.join(EndpointKind)})[a-z0-9]{{1,63}}\."
    r"([a-z0-9.-]{10,100}?)\.?"
)

_LABEL = "[A-Za-z0-9-]{1,63}"

_LONGEST_HOST = 254
"""Characters of a name in DNS, with the dot at its end."""

HOST_ALLOWED = "a host's name such as orders.c9x2example.eu-central-1.rds.amazonaws.com, without scheme and port"


def is_host(text: str) -> bool:
    """Whether a text can be the name of a host in DNS: letters, digits and dashes between single dots."""
    named = len(text) <= _LONGEST_HOST and re.fullmatch(rf"{_LABEL}(?:\.{_LABEL}){{0,126}}\.?", text)
    return bool(named)


def named_host(field: str, value: str) -> str:
    """The host that a field of a request names. Raises BadRequest."""
    if is_host(value):
        return value
    raise not_allowed(field, value, HOST_ALLOWED)


def endpoint_name(host: str) -> EndpointName | None:
    """What a host's name says, if it is an endpoint of RDS, Aurora or RDS Proxy in a Region; None for any other.

    The writer endpoint of a global database lies in no Region: it is none of these (is_global_writer).
    """
    named = re.fullmatch(_ENDPOINT, host, re.IGNORECASE | re.ASCII)
    if named is None:
        return None
    domain = named[2].lower()
    for region in domain.split(".")[:2]:
        partition = partition_of(region)
        if partition and domain in {each.format(region) for each in partition.databases}:
            return EndpointName(EndpointKind(named[1].lower()), region)
    return None


def lies_with_rds(host: str) -> bool:
    """Whether a host's name lies where AWS alone names databases, be it of a kind that is not known yet."""
    name = host.lower().removesuffix(".")
    if not is_host(host):
        return False
    regions = ["", *filter(is_region, name.split("."))]
    patterns = [pattern for partition in PARTITIONS for pattern in partition.databases]
    return any(name.endswith(f".{each.format(region).lstrip('.')}") for each in patterns for region in regions)


def is_global_writer(host: str) -> bool:
    """Whether a host's name is the writer endpoint of an Aurora global database (Aurora User Guide).

    It leads to the cluster that is the primary one, in whatever Region that lies today.
    """
    pattern = r"[a-z0-9-]{1,63}\.global-[a-z0-9]{1,63}\.global\.rds\.amazonaws\.com\.?"
    return len(host) <= _LONGEST_HOST and re.fullmatch(pattern, host, re.IGNORECASE | re.ASCII) is not None
