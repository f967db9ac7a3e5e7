"""Counts the calls that the stand-ins were asked, so that tests can say how many a sweep needs."""

from collections import Counter

_calls: Counter[tuple[str, str]] = Counter()


def count(service: str, region: str, operation: str) -> None:
    """Remember one call of `operation`, refused ones included."""
    _calls[region, f"{service}:{operation}"] += 1


def take() -> dict[str, dict[str, int]]:
    """Calls since the last time, as {Region: {"rds:DescribeDBInstances": 10}}."""
    taken: dict[str, dict[str, int]] = {}
    for (region, operation), number in sorted(_calls.items()):
        taken.setdefault(region, {})[operation] = number
    _calls.clear()
    return taken
