"""Stands in for an account's choice of Regions: ministack says that every Region is enabled.

The emulated account has three Regions that are enabled by default, one that it opted into and one that it did
not: ec2:DescribeRegions and account:ListRegions answer accordingly.
"""

from ministack.services import account, ec2

DEFAULT = ("us-east-1", "eu-central-1", "eu-west-1")
OPTED_IN = ("eu-south-1",)
NOT_OPTED_IN = ("ap-east-1",)
ENABLED = DEFAULT + OPTED_IN


def fill() -> None:
    """Let EC2 and Account Management answer from the Regions above."""
    ec2._ACTION_MAP["DescribeRegions"] = _describe_regions
    account._DISPATCH["/listRegions"] = _list_regions


def _describe_regions(parameters: dict[str, list[str]]) -> object:
    every = parameters.get("AllRegions", ["false"])[0].lower() == "true"
    asked = {values[0] for name, values in parameters.items() if name.startswith("RegionName.")}
    items = "".join(
        f"<item><regionName>{region}</regionName><regionEndpoint>ec2.{region}.amazonaws.com</regionEndpoint>"
        f"<optInStatus>{status}</optInStatus></item>"
        for status, regions in (
            ("opt-in-not-required", DEFAULT),
            ("opted-in", OPTED_IN),
            ("not-opted-in", NOT_OPTED_IN if every else ()),
        )
        for region in regions
        if not asked or region in asked
    )
    return ec2._xml(200, "DescribeRegionsResponse", f"<regionInfo>{items}</regionInfo>")


def _list_regions(request: dict[str, list[str]]) -> object:
    wanted = request.get("RegionOptStatusContains") or []
    regions = [
        {"RegionName": region, "RegionOptStatus": status}
        for status, regions in (("ENABLED_BY_DEFAULT", DEFAULT), ("ENABLED", OPTED_IN), ("DISABLED", NOT_OPTED_IN))
        for region in regions
        if not wanted or status in wanted
    ]
    return account._json(200, {"Regions": regions})
