"""The Regions that are enabled in this account (EC2's DescribeRegions)."""

from botocore.config import Config

from tlscheck.edges.aws import session
from tlscheck.edges.aws.refusals import REFUSED, UNREACHABLE, gap
from tlscheck.inventory.gap import Gap

_PATIENT = Config(connect_timeout=5, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 6})
"""About a minute in all, where nobody answers."""


def enabled(home: str) -> tuple[str, ...] | Gap:
    """Names of the enabled Regions, opted in or never in need of it, sorted; asked in the Region we run in."""
    client = session.client("ec2", region=home, config=_PATIENT)
    try:
        regions = client.describe_regions(AllRegions=False)["Regions"]
    except (REFUSED, *UNREACHABLE) as error:
        return gap("ec2:DescribeRegions", error)
    return tuple(sorted(each["RegionName"] for each in regions))
