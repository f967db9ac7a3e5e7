"""All that a Security Hub was sent of a database or Region, archived there before its stack is removed."""

from datetime import datetime

from tlscheck.verdict.sending import ended, may_stand
from tlscheck.verdict.steps import Steps, all_of, write_over
from tlscheck.verdict.tries import OVERTAKEN, Tries


def retire(key: str, at: datetime) -> Steps[tuple[int, str]]:
    """Hands on as archived whatever of a key a hub may show: how many findings, and why not all, if so.

    What is remembered stays as it is otherwise.
    """
    tries = Tries()
    while True:
        own = yield from all_of(key)
        steps = [write_over(ended(each, at), at, own) for each in own.findings if may_stand(each)]
        if (yield from tries.done(steps)):
            return len(steps), "; ".join(
                gap.told for gap in own.unreadable if gap.operation.startswith("finding#")
            )
        if tries.are_spent:
            return 0, OVERTAKEN
