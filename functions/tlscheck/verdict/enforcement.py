"""Is TLS enforced? What AWS's API says of rds.force_ssl and what the servers say or do, in one answer.

Nothing else reads either of them for a verdict. A server's deed goes before its word, and its word before the
API's: all that the API tells is what is configured, which is true of a server only once it is applied. So one that
refuses plaintext while the API says 0 refuses it now and will not then, and one that accepts it while the API says
1 does not enforce TLS.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tlscheck.inventory.batch import Depth
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.wire.observation import Observation, PlaintextOutcome
from tlscheck.wording import clause, listed, plain

MOST_MEMBERS = 15

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
    """Whether a server had a say in it, and not the API alone."""

    is_set_already: bool = False
    """Whether a server does not do what the API says of it: setting the parameter once more would mend nothing."""

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
        return TlsEnforcement(Enforcement.UNKNOWN, told.reason, by_table=told.enforcement)
    return TlsEnforcement(told.enforcement, told.reason)


def enforcement(
    database: Database, observation: Observation, members: Mapping[str, Observation], depth: Depth
) -> TlsEnforcement:
    """The enforcement of a database by the look at it; of a cluster, by the looks at its members.

    In a sample AWS's API is not asked: what it says is what the last full sweep heard.
    """
    told = told_by_api(database)
    if database.kind is Kind.CLUSTER:
        return _of_cluster(told, database, members, depth)
    refuses, said = _server_says(observation)
    return told if refuses is None else _together(database, said, depth, refuses=refuses)


def _of_cluster(
    told: TlsEnforcement, cluster: Database, members: Mapping[str, Observation], depth: Depth
) -> TlsEnforcement:
    says = {name: _server_says(members[name]) for name in sorted(members)}
    accepting = [f"{plain(name)}: {said}" for name, (refuses, said) in says.items() if refuses is False]
    if accepting:
        return _together(cluster, listed(accepting, MOST_MEMBERS), depth, refuses=False)
    # Members that were not listed, or that their owner excluded.
    absent = tuple(sorted(cluster.member_authorities.keys() - members.keys()))
    if absent:
        return _without(told, absent, depth)
    if says and all(refuses for refuses, _ in says.values()):
        # Not by which of its ways each of them said so: that may differ from one look to the next.
        return _together(cluster, "every member refuses a client without TLS", depth, refuses=True)
    # What one member refuses says nothing of the others.
    return told


def _without(told: TlsEnforcement, absent: tuple[str, ...], depth: Depth) -> TlsEnforcement:
    if not told.is_enforced:
        return told
    who = "a member of the cluster" if len(absent) == 1 else "members of the cluster"
    reason = f"this sweep did not look at {listed(map(plain, absent), MOST_MEMBERS)}, {who}; {_api(told, depth)}"
    return TlsEnforcement(Enforcement.UNKNOWN, reason, absent=absent)


def _together(database: Database, said: str, depth: Depth, *, refuses: bool) -> TlsEnforcement:
    told = told_by_api(database)
    state = (_WHEN_IT_REFUSES if refuses else _WHEN_IT_ACCEPTS)[told.state]
    if refuses and told.state is Enforcement.UNKNOWN and database.force_ssl.configured == "0":
        # It refuses now, and a 0 that may be on its way would end that: neither is all of the truth.
        state = Enforcement.UNKNOWN
    is_set_already = not refuses and told.is_enforced
    return TlsEnforcement(state, f"{said}; {_api(told, depth)}", by_server=True, is_set_already=is_set_already)


def _api(told: TlsEnforcement, depth: Depth) -> str:
    reason = clause(plain(told.reason))
    if told.by_table:
        return reason
    return f"AWS's API: {reason}" if depth is Depth.FULL else f"AWS's API, at the last full sweep: {reason}"


def _server_says(observation: Observation) -> tuple[bool | None, str]:
    match observation.plaintext.outcome:
        case PlaintextOutcome.REFUSED:
            return True, "the server refuses a client without TLS"
        case PlaintextOutcome.ACCEPTED:
            return False, "the server accepts a client without TLS"
    match observation.look.force_ssl:
        case True:
            return True, "the server runs with rds.force_ssl on"
        case False:
            return False, "the server runs with rds.force_ssl off"
    return None, ""
