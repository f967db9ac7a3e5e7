"""Which Region's roots a client is measured against."""

from datetime import UTC, datetime

import pytest
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.server_name import is_named
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.survival.answer import Find, answer, region_for
from tlscheck.survival.assessment import About, Survival
from tlscheck.survival.client_document import Question
from tlscheck.trust.trust_store import Format, TrustStore

NOW = datetime(2026, 11, 24, tzinfo=UTC)
EUROPE = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
AMERICA = "orders.cluster-c9x2example.us-east-1.rds.amazonaws.com"
PROXY = "app.endpoint.proxy-c9x2example.eu-central-1.rds.amazonaws.com"
SOVEREIGN = "orders.c9x2example.eusc-de-east-1.rds.amazonaws.eu"


def question(endpoint: str = "", region: str | None = None) -> Question:
    return Question(About.BOTH, region, "", "", endpoint)


@pytest.mark.parametrize(
    ("host", "endpoint", "region", "expected"),
    [
        (EUROPE, "", None, "eu-central-1"),
        (SOVEREIGN, "", None, "eusc-de-east-1"),
        ("localhost", EUROPE, None, "eu-central-1"),
        ("orders.example.com", SOVEREIGN, None, "eusc-de-east-1"),
        (AMERICA, EUROPE, None, "eu-central-1"),
        (EUROPE, "orders.example.com", None, "eu-central-1"),
        ("localhost", EUROPE, "eu-central-1", "eu-central-1"),
        (EUROPE.replace("c9x", "cluster-custom-c9x"), "", None, "eu-central-1"),
        (AMERICA.replace("cluster-", "cluster-ro-"), "", None, "us-east-1"),
        ("localhost", "", "us-east-1", "us-east-1"),
        ("localhost", "", None, None),
        ("localhost", "orders.example.com", None, None),
        ("", "", None, None),
    ],
)
def test_the_region_is_the_one_named_or_the_endpoints_or_the_hosts(
    host: str, endpoint: str, region: str | None, expected: str | None
) -> None:
    assert region_for(Connection(Driver.LIBPQ, host), question(endpoint, region)) == expected


@pytest.mark.parametrize(
    ("host", "endpoint", "region"), [(EUROPE, "", "us-east-1"), ("localhost", EUROPE, "us-east-1")]
)
def test_a_region_that_the_name_contradicts_is_refused(host: str, endpoint: str, region: str) -> None:
    with pytest.raises(BadRequest, match="it is us-east-1, and the endpoint's name says eu-central-1"):
        answer(Connection(Driver.LIBPQ, host), question(endpoint, region), roots(), holding(region), NOW)


def holding(region: str) -> Find:
    store = TrustStore(Format.PEM, tuple(root for root in roots() if root.region == region))
    return lambda _place, _family: (store, "its file")


@pytest.mark.parametrize(
    ("region", "expected"), [("eu-central-1", Survival.SURVIVES), ("us-east-1", Survival.DOES_NOT)]
)
def test_a_client_behind_a_tunnel_needs_the_roots_of_its_endpoints_region(region: str, expected: Survival) -> None:
    client = Connection(Driver.LIBPQ, "localhost", mode="verify-ca", root="/roots.pem")
    told = answer(client, question(EUROPE), roots(), holding(region), NOW)
    assert told.assessment.verdict is expected
    if expected is Survival.DOES_NOT:
        assert "--region eu-central-1" in told.fix.trust_store


def test_a_further_endpoint_of_a_proxy_is_a_proxy() -> None:
    client = Connection(Driver.LIBPQ, PROXY, mode="verify-ca", root="/roots.pem")
    told = answer(client, question(), roots(), holding("eu-central-1"), NOW)
    assert "lack Amazon Trust Services" in told.assessment.found


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("app.proxy-c9x2example.rds.us-iso-west-1.c2s.ic.gov", "us-iso-west-1"),
        ("app.proxy-c9x2example.eusc-de-east-1.rds.amazonaws.eu", "eusc-de-east-1"),
        ("app.proxy-c9x2example.us-gov-west-1.rds.amazonaws.com", "us-gov-west-1"),
        ("app.endpoint.proxy-c9x2example.rds.cn-north-1.amazonaws.com.cn", "cn-north-1"),
    ],
)
def test_which_roots_a_proxy_of_another_partition_has_is_not_known(host: str, region: str) -> None:
    client = Connection(Driver.LIBPQ, host, mode="verify-full", root="/roots.pem")
    told = answer(client, question(region=region), roots(), holding("eu-central-1"), NOW)
    assert told.assessment.verdict is Survival.UNKNOWN
    assert f"which roots RDS Proxy's certificates hang from in {region} is not known" in told.assessment.found


def test_what_is_said_of_a_global_databases_writer_endpoint_is_true() -> None:
    client = Connection(
        Driver.LIBPQ, "g.global-c9x2.global.rds.amazonaws.com", mode="verify-full", root="/roots.pem"
    )
    named, why = is_named(client)
    assert named is None
    assert why == (
        "whether the certificate carries this name is not known: it is a global database's writer endpoint,"
        " which lies in no Region by its name"
    )
    told = answer(client, question(), roots(), holding("eu-central-1"), NOW)
    assert told.assessment.verdict is Survival.UNKNOWN
    assert not [each for each in told.assessment.outlooks if "no endpoint of RDS" in each.why]
