"""Check server-certificate: would a client that verifies accept what the server presents?"""

from datetime import datetime, timedelta

from tlscheck.inventory.certificate import Offer
from tlscheck.inventory.parameter_group import CIPHERS, NEWEST_PROTOCOL
from tlscheck.verdict.advice import Advice
from tlscheck.verdict.check import BEST_PRACTICES, ROTATION_PAGE, Check, CheckId, Severity, Status
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.outdated import OUTDATED
from tlscheck.verdict.reaching import reach
from tlscheck.verdict.remedies import setting
from tlscheck.verdict.renewal import awaits_restart, change_authority, renew, restart
from tlscheck.verdict.visibility import WHAT_THE_WIRE_SHOWED, trusted_until, unseen
from tlscheck.wire.observation import HandshakeOutcome
from tlscheck.wording import clause, day, plain, sentence

CHECK = Check(
    CheckId.SERVER_CERTIFICATE,
    title="The server presents a certificate that a careful client accepts",
    why="A client that verifies the server refuses any other; one that does not can be deceived.",
    remedy="Renew the server certificate, and connect by the name of the endpoint.",
    documentation=ROTATION_PAGE,
    type=BEST_PRACTICES,
    severities={Status.FAILED: Severity.HIGH, Status.WARNING: Severity.MEDIUM},
)

SOON = timedelta(days=30)


def judge(evidence: Evidence) -> Finding:
    """The finding of an instance or member; expiry is judged by the certificate presented, not by the API."""
    handshake = evidence.observation.handshake
    if expires := trusted_until(evidence):
        return _judge_expiry(evidence, expires)
    if handshake.outcome in WHAT_THE_WIRE_SHOWED:
        detail = clause(plain(handshake.detail))
        what = WHAT_THE_WIRE_SHOWED[handshake.outcome]
        reason = sentence(f"{what}: {detail}" if detail else what)
        # Clients that are not strict accept it: libpq, and Python before 3.13.
        status = Status.WARNING if handshake.outcome is HandshakeOutcome.NOT_STRICT else Status.FAILED
        return evidence.finding(CHECK.id, status, reason, _remedy(evidence))
    lead = "Its certificate was seen, but TLS was not made" if handshake.chain else "Its certificate was not seen"
    reason = f"{lead}: {unseen(evidence)}"
    return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, reach(evidence))


def _judge_expiry(evidence: Evidence, expires: datetime) -> Finding:
    until = day(expires)
    if evidence.observation.handshake.outcome is HandshakeOutcome.BELOW_BAR:
        return _judge_ciphers(evidence, until if expires - evidence.at > SOON else f"{until} only")
    if other := _another_authority(evidence):
        reason = f"Its certificate verifies and is valid to {until}, but {other}."
        return evidence.finding(CHECK.id, Status.WARNING, reason, _of_another(evidence))
    if expires - evidence.at > SOON:
        reason = f"Its certificate verifies against the Region's roots, carries its name, and is valid to {until}."
        return evidence.finding(CHECK.id, Status.PASSED, reason)
    reason = f"Its certificate verifies, but is valid only to {until}."
    return evidence.finding(CHECK.id, Status.WARNING, reason, renew(evidence, expires))


def _judge_ciphers(evidence: Evidence, until: str) -> Finding:
    """Of a server whose certificate verifies for clients that take what others refuse: libpq is one."""
    detail = clause(plain(evidence.observation.handshake.detail))
    reason = f"Its certificate is valid to {until}, and the server takes no cipher of today: {detail}"
    return evidence.finding(CHECK.id, Status.WARNING, sentence(reason), _TODAYS_CIPHERS)


_TODAYS_CIPHERS = (
    f"Add ciphers of today to {CIPHERS} in its parameter group: ECDHE-RSA-AES256-GCM-SHA384 and "
    "ECDHE-RSA-AES128-GCM-SHA256; for a certificate with an ECC key ECDHE-ECDSA-AES256-GCM-SHA384. Leave in those "
    "that are there: clients may need them."
)


def _another_authority(evidence: Evidence) -> str:
    """That the chain hangs from another CA than the one that the API names, if so."""
    presented = evidence.observation.handshake.authority
    named = evidence.database.certificate_authority.identifier
    if presented is None or named is None or presented == named:
        return ""
    why = (
        "a change of CA awaits a restart"
        if evidence.database.certificate_authority.of_certificate in {None, presented}
        else ("and says that the certificate in use is of it too")
    )
    return f"it hangs from {plain(presented)} while AWS's API names {plain(named)}: {why}"


def _of_another(evidence: Evidence) -> Advice:
    """What to do about a certificate of another CA than its own: a restart loads that one, if it is due."""
    authority = evidence.database.certificate_authority
    if authority.of_certificate == authority.identifier:
        return Advice(ANOTHER_SERVER)
    return restart(evidence)


ANOTHER_SERVER = (
    "See whether what answers at the endpoint is this database's own server: what its name resolves to, and what "
    "stands between. If it is, ask AWS Support about that certificate."
)


def _remedy(evidence: Evidence) -> Advice:
    match evidence.observation.handshake.outcome:
        case HandshakeOutcome.TLS_REFUSED:
            return setting(evidence, "ssl", "1")
        case HandshakeOutcome.EXPIRED if _is_expired(evidence):
            return renew(evidence, evidence.at)
        case HandshakeOutcome.EXPIRED | HandshakeOutcome.WRONG_NAME:
            return Advice(ANOTHER_SERVER)
        case HandshakeOutcome.OUTDATED | HandshakeOutcome.INCOMPLETE_CHAIN | HandshakeOutcome.UNPROVEN:
            return _mend_the_rest(evidence)
        case _:
            return _mend_its_certificate(evidence)


def _mend_its_certificate(evidence: Evidence) -> Advice:
    """Of a certificate that does not verify: by what AWS's API says of its CA, or else it may be another's."""
    if evidence.database.certificate_authority.offer is Offer.RETIRED_OR_UNKNOWN:
        return change_authority(evidence)
    return restart(evidence) if awaits_restart(evidence.database) else Advice(ANOTHER_SERVER)


def _is_expired(evidence: Evidence) -> bool:
    """Whether AWS's API says so too, or says nothing: else something else answers, or it was not loaded."""
    expires = evidence.database.server_certificate_expires
    return expires is None or expires <= evidence.at


def _mend_the_rest(evidence: Evidence) -> Advice:
    """Of a server to which another certificate would be of no use."""
    handshake, database = evidence.observation.handshake, evidence.database
    if handshake.outcome is HandshakeOutcome.OUTDATED:
        is_old = handshake.protocol in OUTDATED
        return setting(evidence, NEWEST_PROTOCOL, "TLSv1.2") if is_old else Advice(_TODAYS_CIPHERS)
    between = (
        f"See what stands between {evidence.asker.looker} and {database.identifier}, or has its name instead: "
    )
    if handshake.outcome is HandshakeOutcome.INCOMPLETE_CHAIN:
        return Advice(f"{between}RDS itself sends all certificates up to its root. Have it send them too.")
    return Advice(f"{between}it shows a certificate, which anybody can have seen, without its key.")
