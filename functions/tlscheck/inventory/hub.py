"""A Region's Security Hub CSPM: whether there is one, and since when."""

from dataclasses import dataclass
from datetime import datetime

from tlscheck.inventory.gap import DECIDED, Gap


@dataclass(frozen=True, slots=True)
class Hub:
    """What securityhub:DescribeHub said of a Region; where it could not be asked, a Gap stands in its place."""

    subscribed_at: datetime | None
    """SubscribedAt: what was sent before is not in this hub. None: the account has no hub in the Region."""


def to_send_to(hub: Hub | Gap) -> Hub | Gap:
    """The hub as a sender has to take it: one that is denied takes nothing, as where the account has none."""
    return Hub(None) if isinstance(hub, Gap) and hub.cause in DECIDED else hub
