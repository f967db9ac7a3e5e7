"""What to do about a server whose certificate was not seen."""

import json

from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import CIPHERS, NEWEST_PROTOCOL, OLDEST_PROTOCOL
from tlscheck.verdict.bring_roots import bring_roots
from tlscheck.verdict.evidence import Evidence
from tlscheck.wire.observation import HandshakeOutcome
from tlscheck.wire.public_address import PEERING
from tlscheck.wire.targeting import no_probe, target_of
from tlscheck.wire.wakefulness import CAPACITY_CALL, PAUSES
from tlscheck.wording import joined, plain


def reach(evidence: Evidence) -> str:
    """What to do so that the server's handshake can be seen."""
    database, asker = evidence.database, evidence.asker
    endpoint = f"{database.endpoint.host}:{database.endpoint.port}" if database.endpoint else database.identifier
    handshake = evidence.observation.handshake
    match handshake.outcome:
        case HandshakeOutcome.UNREACHABLE if _is_public_elsewhere(evidence) and not asker.is_here:
            return (
                f"Have {endpoint} resolve to its private address where the probe runs: enable DNS resolution "
                f"support on the peering connection with {database.network or 'its VPC'}, or DNS support on the "
                "transit gateway's attachment. Or deploy this template with Role=probe-only there."
            )
        case outcome if outcome in _ANSWERED or (outcome in _BROKEN_OFF and handshake.chain):
            return _have_it_agree(evidence, endpoint)
        case HandshakeOutcome.UNREACHABLE | HandshakeOutcome.TIMED_OUT | HandshakeOutcome.CLOSED:
            return _have_it_reached(evidence, endpoint)
        case HandshakeOutcome.NOT_POSTGRESQL:
            return f"See what answers at {endpoint}: it does not speak PostgreSQL's protocol."
        case HandshakeOutcome.NO_ROOTS:
            return bring_roots(database.region, asker)
        case _:
            return _have_it_tried(evidence)


def _have_it_reached(evidence: Evidence, endpoint: str) -> str:
    if not evidence.asker.is_here:
        return f"Let the probe's security group reach {endpoint}, and see that the server answers there."
    by_logs = "" if evidence.asker.reads_logs else "Or ask its log who connects, which needs no way to it: --logs."
    return joined(
        f"Run it where {endpoint} can be reached (inside its VPC), and see that the server answers there.", by_logs
    )


_ANSWERED = frozenset({HandshakeOutcome.NO_COMMON_TLS, HandshakeOutcome.FAILED})
_BROKEN_OFF = frozenset({HandshakeOutcome.CLOSED, HandshakeOutcome.TIMED_OUT})
"""With a certificate seen before, no network is in the way."""


def _have_it_agree(evidence: Evidence, endpoint: str) -> str:
    if evidence.observation.handshake.outcome is HandshakeOutcome.NO_COMMON_TLS:
        return (
            "Let it take TLSv1.2 or newer with a cipher of today that fits its key, such as "
            f"ECDHE-RSA-AES256-GCM-SHA384: see {_deciding(evidence)}. Or its curve is not one that clients offer, "
            "as prime256v1 is: ssl_ecdh_curve, since PostgreSQL 18 ssl_groups."
        )
    return (
        f"See why {endpoint} did not end the TLS handshake well: its log of that moment says it, and so does "
        f"that of whatever stands between it and {evidence.asker.looker}."
    )


def _deciding(evidence: Evidence) -> str:
    """The parameters that decide on versions and ciphers, as far as they are known."""
    settings = evidence.database.settings
    values = {} if isinstance(settings, Gap) else settings.values
    told = [f"{name} ({plain(values[name])})" if values.get(name) else name for name in _DECIDE]
    return f"{', '.join(told[:-1])} and {told[-1]} in its parameter group"


_DECIDE = (CIPHERS, OLDEST_PROTOCOL, NEWEST_PROTOCOL)


def _is_public_elsewhere(evidence: Evidence) -> bool:
    """Whether the probe may have been led to its public address of IPv4, beside which it has a private one."""
    is_private = evidence.database.publicly_accessible is False
    return not is_private and PEERING in evidence.observation.handshake.detail


def _have_it_tried(evidence: Evidence) -> str:
    database = evidence.database
    if evidence.observation.handshake.detail.startswith(PAUSES):
        return _have_it_awake(evidence)
    if isinstance(target_of(database, evidence.user), str):
        return f"Nothing, unless {database.identifier} should be available: a later sweep looks again."
    if evidence.asker.is_here:
        return f"Ask again{'' if evidence.asker.connects else ' without --no-connect'}."
    if database.network is None:
        return "Deploy a probe that reaches it and name it as the default one (parameter ProbeReachesOtherVpcs)."
    if evidence.observation.handshake.detail == no_probe(database.network):
        return f"Deploy this template with Role=probe-only into {database.network} of {database.region}."
    return "See the log of the probe; the next sweep looks again."


def _have_it_awake(evidence: Evidence) -> str:
    database = evidence.database
    is_denied = CAPACITY_CALL in evidence.observation.handshake.detail
    if evidence.asker.is_here:
        again = f"While {database.identifier} is in use, run it again: it is looked at then."
        allow = f"Let {evidence.asker.whose} call {CAPACITY_CALL} in {database.region}."
        return joined(allow if is_denied else "", again)
    sweep = json.dumps({"databases": [database.identifier]})
    first = f"Let Observe's role call {CAPACITY_CALL} in {database.region}." if is_denied else ""
    return joined(
        first,
        f"While {database.identifier} is in use, start a sweep with {sweep}: it is looked at then.",
        "Or deploy with WakePausedDatabases=ENABLED, and each full sweep wakes it.",
    )
