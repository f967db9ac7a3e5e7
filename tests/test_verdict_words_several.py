"""Findings word for word, where there are several of a thing: which are named, and how many are but counted."""

import pytest
from tlscheck.inventory.database import Proxy
from tlscheck.inventory.region import Authorities, OfferedAuthority, RegionListing
from tlscheck.verdict.regional import judge_region

from tests.examples import NOW, REGION, cluster, database, proxy
from tests.verdicts import found, having


@pytest.mark.parametrize(("count", "tail"), [(15, ""), (16, "; and 1 more")])
def test_fifteen_members_are_named_and_the_others_counted(count: int, tail: str) -> None:
    names = [f"m{number:02}" for number in range(count)]
    mixed = {name: "rds-ca-ecc384-g1" if name == "m00" else "rds-ca-rsa2048-g1" for name in names}
    told = "; ".join(f"{name} has {mixed[name]}" for name in names[:15])
    reason = f"Its members' CAs differ, so a failover changes the chain: {told}{tail}."
    assert found("ca", cluster(member_authorities=mixed))[1] == reason
    reason = f"The CA of {'; '.join(names[:15])}{tail} is not known: the instance was not listed."
    assert found("ca", cluster(member_authorities=dict.fromkeys(names)))[1] == reason


@pytest.mark.parametrize(("count", "tail"), [(10, ""), (11, "; and 1 more")])
def test_ten_databases_behind_a_proxy_are_named_and_the_others_counted(count: int, tail: str) -> None:
    names = tuple(f"db-{number:02}" for number in range(count))
    reason = found("proxy-tls", proxy(proxy=Proxy(True, names)))[1]
    assert reason.startswith(f"RequireTLS is on. It fronts {'; '.join(names[:10])}{tail}. Its certificate is")


def of_region(check: str, *offered: OfferedAuthority, default: str | None = None) -> tuple[str, str, str]:
    listing = RegionListing(REGION, "us-east-1", 3, (), Authorities(offered, default))
    held = {"7c40": "one root", "7c41": "another"}
    (finding,) = (each for each in judge_region(listing, held, NOW) if each.check == check)
    return finding.status.value, finding.reason, finding.told_step


def test_several_roots_are_told_one_after_the_other() -> None:
    held = (OfferedAuthority("a", "7c40", None), OfferedAuthority("b", "7c41", None))
    assert of_region("trust-store", *held)[1] == "The trust store holds the root of a, b."
    lacked = (OfferedAuthority("c", "01", None), OfferedAuthority("d", "02", None))
    assert of_region("trust-store", *held, *lacked)[1] == (
        "The trust store of this deployment lacks the root of c (SHA-1 01), d (SHA-1 02), which the Region "
        "offers. It holds no root of us-east-1 at all. Where AWS's bundle cannot be fetched, one that you saved "
        "is taken: make trust-store EXTRA=rds-bundle.pem."
    )
    unnamed = (OfferedAuthority("e", None, None), OfferedAuthority("f", None, None))
    assert of_region("trust-store", *held, *unnamed)[1] == "The API gives no thumbprint of e, f."


@pytest.mark.parametrize("version", ["TLSv1", "TLSv1.0", "TLSv1.1"])
def test_every_version_that_rfc_8996_ended_is_outdated(version: str) -> None:
    oldest = database(settings=having(ssl_min_protocol_version=version))
    assert found("tls-versions", oldest)[:2] == (
        "WARNING",
        f"The server still takes {version} (ssl_min_protocol_version in orders-pg17).",
    )
    newest = database(settings=having(ssl_min_protocol_version="", ssl_max_protocol_version=version))
    assert found("tls-versions", newest)[:2] == (
        "FAILED",
        f"The newest version that the server speaks is {version} (ssl_max_protocol_version in orders-pg17).",
    )
