"""An organisation's own place for what its accounts report: a topic and a bucket, often in another account."""

from collections.abc import Sequence
from dataclasses import dataclass

from tlscheck.inventory.batch import Depth
from tlscheck.reporting.message import MOST_BODY, MOST_SUBJECT, Notification
from tlscheck.reporting.summary import Summary
from tlscheck.verdict.readiness import Verdict
from tlscheck.wording import cut, plain

MOST_FAILURE = 400


@dataclass(frozen=True, slots=True)
class Central:
    """Where an organisation gathers reports; without a topic and a bucket it gathers none."""

    topic: str = ""
    """ARN of the topic that gets each message as well, or ""."""

    bucket: str = ""
    """Name of the bucket that gets the newest report, or ""."""

    folder: str = ""
    """Of this stack in the bucket: `111122223333/eu-central-1`, its account and Region; "" where nobody said."""

    @property
    def key(self) -> str:
        """S3 key of the newest report."""
        return f"{self.folder}/latest.json"

    def takes(self, summary: Summary) -> bool:
        """Whether the bucket gets this report: that of a full sweep of the whole account, until the next one's."""
        return bool(self.bucket) and summary.sweep.depth is Depth.FULL and not summary.sweep.narrow


def addressed(message: Notification, central: Central) -> Notification:
    """The message beginning with whose it is: one mailbox gets those of many accounts and Regions."""
    if not central.folder:
        return message
    subject = f"{central.folder} {message.subject}"
    return Notification(subject[:MOST_SUBJECT], cut(f"Of {central.folder}.\n{message.body}", MOST_BODY))


def attributes(summary: Summary, central: Central) -> dict[str, str | int]:
    """By which a subscription chooses among the messages of many accounts."""
    account, _, region = central.folder.partition("/")
    return {
        "account": account,
        "region": region,
        "news": len(summary.news),
        "fix": summary.verdicts[Verdict.FIX_DATABASE] + summary.verdicts[Verdict.FIX_CLIENTS],
    }


def with_failures(message: Notification, failures: Sequence[str]) -> Notification:
    """The message that says first what did not reach the organisation, and why."""
    told = "".join(f"{plain(each, MOST_FAILURE)}\n" for each in failures)
    return Notification(message.subject, cut(f"{told}{message.body}", MOST_BODY))
