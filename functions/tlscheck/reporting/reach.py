"""How many servers a sweep from here came to, and which databases cannot have the CA that was asked for."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from tlscheck.inventory.database import Database
from tlscheck.verdict.authorities import why_not
from tlscheck.wire.sight import NOT_ASKED, Sight
from tlscheck.wording import counted, listed, plain

MOST_NAMES = 5


def out_of_reach(sights: Iterable[Mapping[Sight, int]], *, reads_logs: bool) -> str:
    """How many servers gave no answer to whoever went there from here; empty where all did, or nobody went."""
    total = sum((Counter(each) for each in sights), Counter[Sight]())
    tried = sum(number for sight, number in total.items() if sight not in NOT_ASKED)
    if not (lost := total[Sight.UNREACHABLE]):
        return ""
    from_there = "look at them from inside their VPC, or by a stack"
    what = from_there if reads_logs else f"--logs needs no network path to them; else {from_there}"
    return f"{lost} of {counted(tried, 'server')} cannot be reached from here: {what}."


def not_to(target: str, databases: Iterable[Database]) -> str:
    """Which databases cannot be changed to this CA, by why: what is told of them names another. Empty: none."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for each in databases:
        if each.kind.is_server and (why := why_not(each, target)):
            by_reason[why].append(plain(each.identifier))
    if not by_reason:
        return ""
    told = "; ".join(f"{listed(names, MOST_NAMES)}: {why}" for why, names in sorted(by_reason.items()))
    return f"No change to {target} is told of where it cannot be: {told}."
