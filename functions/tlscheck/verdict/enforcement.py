"""Is TLS enforced? What AWS's API says of rds.force_ssl and what the servers say or do, in one answer.

Nothing else reads either of them for a verdict. A server's deed goes before its word, and its word before the
API's: all that the API tells is what is configured, which is true of a server only once it is applied. So one that
refuses plaintext while the API says 0 refuses it now and will not then, and one that accepts it while the API says
1 does not enforce TLS.

A word that this sweep's look did not hear is an earlier look's: that a server accepted plaintext stands until it
is heard again; that it refused counts only beside an API that says the same. Both are told with their date.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tlscheck.inventory.batch import Depth
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.force_ssl import Enforcement, Unsaid
from tlscheck.verdict.heard import Heard, Word
from tlscheck.wording import OF_A_SAMPLE, clause, day, listed, plain

MOST_MEMBERS = 15

_IT_WAS = {" refuses ": " refused ", " accepts ": " accepted ", " runs ": " ran "}

_WHEN_IT_REFUSES = {
    Enforcement.ENFORCED: Enforcement.ENFORCED,
    Enforcement.UNKNOWN: Enforcement.ENFORCED,
    Enforcement.ENFORCED_AFTER_REBOOT: Enforcement.ENFORCED,
    Enforcement.NOT_ENFORCED: Enforcement.NOT_ENFORCED_AFTER_REBOOT,
    Enforcement.NOT_ENFORCED_AFTER_REBOOT: Enforcement.NOT_ENFORCED_AFTER_REBOOT,
}
_WHEN_IT_ACCEPTS = {
    Enforcement.ENFORCED: Enforcement.NOT_ENFORCED,
    Enforcement.UNKNOWN: Enforcement.NOT_ENFORCED,
    Enforcement.ENFORCED_AFTER_REBOOT: Enforcement.ENFORCED_AFTER_REBOOT,
    Enforcement.NOT_ENFORCED: Enforcement.NOT_ENFORCED,
    Enforcement.NOT_ENFORCED_AFTER_REBOOT: Enforcement.NOT_ENFORCED,
}


@dataclass(frozen=True, slots=True)
class TlsEnforcement:
    """Whether a client without TLS is refused, by all that is known."""

    state: Enforcement
    reason: str
    by_table: Enforcement | None = None
    """What our own table of versions says where nobody else says anything: it is never the state."""

    by_server: bool = False
    """Whether what a server says now had a say in it: neither the API alone, nor an earlier look's word."""

    is_set_already: bool = False
    """Whether a server does not do what the API says of it: setting the parameter once more would mend nothing."""

    is_old: bool = False
    """Whether it accepted plaintext at an earlier look, while AWS's API says by now that it does not."""

    refuses: bool = False
    """Whether it refuses clients without TLS now, as this sweep heard: enforcing it cuts off nobody here."""

    unsaid: Unsaid | None = None
    """Why the API does not say it, where nobody else does."""

    configured: str | None = None
    """The value that the API tells, where it does not tell how far that is applied."""

    waits_on: tuple[str, ...] = ()
    """Members on which the group waits for a reboot."""

    absent: tuple[str, ...] = ()
    """Members of a cluster that were not looked at, where that is why the state is not known."""

    @property
    def is_enforced(self) -> bool:
        """Whether a client without TLS is refused now and stays so."""
        return self.state is Enforcement.ENFORCED


def told_by_api(database: Database) -> TlsEnforcement:
    """What AWS's API says alone, for what was not looked at."""
    told = database.force_ssl
    if told.fallback:
        return TlsEnforcement(
            Enforcement.UNKNOWN, told.reason, by_table=told.enforcement, unsaid=told.unsaid or Unsaid.UNREAD
        )
    configured = told.configured if told.enforcement is Enforcement.UNKNOWN else None
    return TlsEnforcement(
        told.enforcement, told.reason, unsaid=told.unsaid, configured=configured, waits_on=told.waits_on
    )


def group_statuses(database: Database) -> frozenset[str | None]:
    """How far its parameter group is applied, in the API's words, a server each; empty where it does not say."""
    return frozenset(each.status for each in database.force_ssl.applied)


def group_forces(database: Database) -> bool | None:
    """Whether the API tells that its parameter group has rds.force_ssl on, in effect or not; None: it does not."""
    return {"1": True, "0": False}.get(database.force_ssl.configured or "")


def enforcement(database: Database, heard: Heard, members: Mapping[str, Heard], depth: Depth) -> TlsEnforcement:
    """The enforcement of a database by its server's word; of a cluster, by the words of its members.

    In a sample AWS's API is not asked: what it says is what the last full sweep heard.
    """
    told = told_by_api(database)
    if database.kind is Kind.CLUSTER:
        return _of_cluster(told, database, members, depth)
    word = heard.word
    if word is None:
        return told
    if heard.is_new or not word.refuses:
        said = word.said if heard.is_new else _was(word)
        return _together(database, said, depth, refuses=word.refuses, is_new=heard.is_new)
    return replace(told, reason=f"{_was(word)}; {_api(told, depth)}") if told.is_enforced else told


def _of_cluster(
    told: TlsEnforcement, cluster: Database, members: Mapping[str, Heard], depth: Depth
) -> TlsEnforcement:
    # Members that were not listed, or that their owner excluded, are members all the same.
    heard = {name: members.get(name, Heard(is_absent=True)) for name in cluster.member_authorities} | dict(members)
    words = {name: (heard[name].word, heard[name].is_new) for name in sorted(heard)}
    accepting = [
        (f"{plain(name)}: {word.said if is_new else _was(word)}", is_new)
        for name, (word, is_new) in words.items()
        if word and not word.refuses
    ]
    if accepting:
        said = listed((said for said, _ in accepting), MOST_MEMBERS)
        return _together(cluster, said, depth, refuses=False, is_new=any(is_new for _, is_new in accepting))
    absent = tuple(name for name, (word, _) in words.items() if word is None and heard[name].is_absent)
    if absent:
        return _without(told, absent, depth)
    if words and all(word is not None and is_new for word, is_new in words.values()):
        # Not by which of its ways each of them said so: that may differ from one look to the next.
        return _together(cluster, "every member refuses a client without TLS", depth, refuses=True)
    # What one member refuses, or refused, says nothing of the others.
    earlier = [f"{plain(name)}: {_was(word)}" for name, (word, is_new) in words.items() if word and not is_new]
    if not (earlier and told.is_enforced):
        return told
    return replace(told, reason=f"{listed(earlier, MOST_MEMBERS)}; {_api(told, depth)}")


def _without(told: TlsEnforcement, absent: tuple[str, ...], depth: Depth) -> TlsEnforcement:
    if not told.is_enforced:
        return told
    who = "a member of the cluster" if len(absent) == 1 else "members of the cluster"
    reason = f"this sweep did not look at {listed(map(plain, absent), MOST_MEMBERS)}, {who}; {_api(told, depth)}"
    return TlsEnforcement(Enforcement.UNKNOWN, reason, absent=absent)


def _together(
    database: Database, said: str, depth: Depth, *, refuses: bool, is_new: bool = True
) -> TlsEnforcement:
    told = told_by_api(database)
    state = (_WHEN_IT_REFUSES if refuses else _WHEN_IT_ACCEPTS)[told.state]
    if refuses and told.state is Enforcement.UNKNOWN and database.force_ssl.configured == "0":
        # It refuses now, and a 0 that may be on its way would end that: neither is all of the truth.
        state = Enforcement.UNKNOWN
    contradicts = not refuses and told.is_enforced
    return TlsEnforcement(
        state,
        f"{said}; {_api(told, depth)}",
        by_server=is_new,
        refuses=refuses and is_new,
        unsaid=told.unsaid if state is Enforcement.UNKNOWN else None,
        configured=told.configured if state is Enforcement.UNKNOWN else None,
        waits_on=told.waits_on,
        is_set_already=contradicts and is_new,
        is_old=contradicts and not is_new,
    )


def _api(told: TlsEnforcement, depth: Depth) -> str:
    reason = clause(plain(told.reason))
    if told.by_table:
        return reason
    return f"AWS's API: {reason}" if depth is Depth.FULL else f"AWS's API{OF_A_SAMPLE[0]}: {reason}"


def _was(word: Word) -> str:
    """An earlier look's word, with its date."""
    was = word.said
    for present, past in _IT_WAS.items():
        was = was.replace(present, past)
    when = f"on {day(word.at)}" if word.at else "at an earlier look"
    return f"{when} {was}, and it was not heard since"
