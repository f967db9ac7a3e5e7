"""Check server-certificate: would a client that verifies accept what the server presents?"""

from datetime import datetime, timedelta

from tlscheck.verdict import commands
from tlscheck.verdict.checks import CheckId
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding, Status
from tlscheck.wire.observation import HandshakeOutcome
from tlscheck.wire.targeting import no_probe, target_of
from tlscheck.wording import clause, day, plain, sentence

SOON = timedelta(days=30)

WHAT_THE_WIRE_SHOWED = {
    HandshakeOutcome.UNKNOWN_ISSUER: "The server's certificate hangs from none of the Region's root certificates",
    HandshakeOutcome.WRONG_NAME: "The server's certificate does not carry the name of its endpoint",
    HandshakeOutcome.EXPIRED: "The server's certificate has expired",
    HandshakeOutcome.NOT_YET_VALID: "The server's certificate is not valid yet",
    HandshakeOutcome.SELF_SIGNED: "The server's certificate is signed by itself alone",
    HandshakeOutcome.WEAK: "The server's certificate is too weak to be believed",
    HandshakeOutcome.NOT_STRICT: "The server's certificate breaks a rule that strict clients check",
    HandshakeOutcome.UNTRUSTED: "The server's certificate does not verify",
    HandshakeOutcome.TLS_REFUSED: "The server refuses TLS",
}
"""The outcomes that are the server's own answer, and bad; all others but TRUSTED say nothing about it."""


def judge(evidence: Evidence) -> Finding:
    """The finding of an instance or member; expiry is judged by the certificate presented, not by the API."""
    handshake = evidence.observation.handshake
    if expires := _trusted_until(evidence):
        return _judge_expiry(evidence, expires)
    if handshake.outcome in WHAT_THE_WIRE_SHOWED:
        detail = clause(plain(handshake.detail))
        what = WHAT_THE_WIRE_SHOWED[handshake.outcome]
        reason = sentence(f"{what}: {detail}" if detail else what)
        # Clients that are not strict accept it: libpq, and Python before 3.13.
        status = Status.WARNING if handshake.outcome is HandshakeOutcome.NOT_STRICT else Status.FAILED
        return evidence.finding(CheckId.SERVER_CERTIFICATE, status, reason, _remedy(evidence))
    reason = f"Its certificate was not seen: {unseen(evidence)}"
    return evidence.finding(CheckId.SERVER_CERTIFICATE, Status.NOT_OBSERVED, reason, reach(evidence))


def is_observed(evidence: Evidence) -> bool:
    """Whether the handshake says anything about the server's certificate."""
    return evidence.observation.handshake.outcome in WHAT_THE_WIRE_SHOWED or bool(_trusted_until(evidence))


def unseen(evidence: Evidence) -> str:
    """Why the server's certificate was not seen, as the rest of a sentence."""
    handshake = evidence.observation.handshake
    if handshake.outcome is HandshakeOutcome.TRUSTED:
        return "the probe kept no readable certificate of the chain."
    return sentence(clause(plain(handshake.detail)) or handshake.outcome)


def reach(evidence: Evidence) -> str:
    """What to do so that the server's handshake can be seen."""
    database = evidence.database
    endpoint = f"{database.endpoint.host}:{database.endpoint.port}" if database.endpoint else database.identifier
    match evidence.observation.handshake.outcome:
        case HandshakeOutcome.UNREACHABLE | HandshakeOutcome.TIMED_OUT | HandshakeOutcome.CLOSED:
            return f"Let the probe's security group reach {endpoint}, and see that the server answers there."
        case HandshakeOutcome.NOT_POSTGRESQL:
            return f"See what answers at {endpoint}: it does not speak PostgreSQL's protocol."
        case HandshakeOutcome.NO_ROOTS:
            return f"Deploy a root certificate layer that holds the roots of {database.region}."
        case _:
            return _have_it_tried(evidence)


def _have_it_tried(evidence: Evidence) -> str:
    database = evidence.database
    if isinstance(target_of(database, evidence.user), str):
        return f"Nothing, unless {database.identifier} should be available: a later sweep looks again."
    if database.network is None:
        return "Deploy a probe that reaches it and name it as the default one (parameter ProbeReachesOtherVpcs)."
    if evidence.observation.handshake.detail == no_probe(database.network):
        return f"Deploy this template with Role=probe-only into {database.network} of {database.region}."
    return "See the log of the probe; the next sweep looks again."


def _trusted_until(evidence: Evidence) -> datetime | None:
    handshake = evidence.observation.handshake
    trusted = handshake.outcome is HandshakeOutcome.TRUSTED and handshake.chain
    return handshake.chain[0].not_after if trusted else None


def _judge_expiry(evidence: Evidence, expires: datetime) -> Finding:
    until = day(expires)
    if other := _another_authority(evidence):
        reason = f"Its certificate verifies and is valid to {until}, but {other}."
        return evidence.finding(CheckId.SERVER_CERTIFICATE, Status.WARNING, reason, _restart(evidence))
    if expires - evidence.at > SOON:
        reason = f"Its certificate verifies against the Region's roots, carries its name, and is valid to {until}."
        return evidence.finding(CheckId.SERVER_CERTIFICATE, Status.PASSED, reason)
    reason = f"Its certificate verifies, but is valid only to {until}."
    return evidence.finding(CheckId.SERVER_CERTIFICATE, Status.WARNING, reason, _renew(evidence))


def _another_authority(evidence: Evidence) -> str:
    """That the chain hangs from another CA than the one that the API names, if so."""
    presented = evidence.observation.handshake.authority
    named = evidence.database.certificate_authority.identifier
    if presented is None or named is None or presented == named:
        return ""
    return (
        f"it hangs from {plain(presented)} while AWS's API names {plain(named)}: a change of CA awaits a restart"
    )


def _restart(evidence: Evidence) -> str:
    database = evidence.database
    return (
        f"Make sure that its TLS clients trust the root of {database.certificate_authority.identifier} (see "
        f"tls-clients), then restart it: aws rds reboot-db-instance --region {database.region} "
        f"--db-instance-identifier {database.identifier}"
    )


def _remedy(evidence: Evidence) -> str:
    database = evidence.database
    match evidence.observation.handshake.outcome:
        case HandshakeOutcome.TLS_REFUSED:
            return commands.set_parameter(database, "ssl", "1")
        case HandshakeOutcome.EXPIRED:
            return _renew(evidence)
        case HandshakeOutcome.WRONG_NAME:
            return (
                "See that the endpoint's name resolves to this database and nothing stands between. "
                f"If so, have a new certificate issued: {_change(evidence)}"
            )
        case _:
            return f"Have a certificate of a current CA issued: {_change(evidence)}"


def _renew(evidence: Evidence) -> str:
    # RDS renews by itself or offers this action; where neither happened, only a change of CA issues a new one.
    return f"{commands.renew_certificate(evidence.database)} or, where no such action waits: {_change(evidence)}"


def _change(evidence: Evidence) -> str:
    return commands.change_authority(evidence.database, commands.preferred_authority(evidence.database))
