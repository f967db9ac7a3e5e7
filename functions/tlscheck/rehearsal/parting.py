"""How a connection ended, from what was seen last."""

from dataclasses import dataclass

from tlscheck.rehearsal.alert import alert, is_incapable
from tlscheck.rehearsal.contact import Contact, Ended
from tlscheck.rehearsal.trial import Shows


@dataclass(frozen=True, slots=True)
class Parting:
    """How far a client came, and why it is thought so."""

    ended: Ended
    why: str = ""
    alert: str = ""


def left(contact: Contact, is_encrypting: bool, is_halfway: bool) -> Parting:
    """Of a client that closed: whether TLS had been granted, and whether it had begun a packet."""
    if is_encrypting:
        return Parting(Ended.CLOSED)
    if is_halfway:
        return Parting(Ended.NOT_UNDERSTOOD, "it left in the middle of its first packet")
    if contact.trial and contact.trial.shows is Shows.NOTHING:
        return Parting(Ended.WITHOUT_TLS)
    if contact.asked_gss:
        return Parting(Ended.CLOSED, "it left when GSSAPI encryption was refused")
    return Parting(Ended.SILENT)


def failed(reason: str) -> Parting:
    """Of TLS that failed, by OpenSSL's reason; "" where the other side closed."""
    if not reason:
        return Parting(Ended.CLOSED)
    if name := alert(reason):
        return Parting(Ended.ALERTED, alert=name)
    words = reason.lower().replace("_", " ")
    return Parting(Ended.INCAPABLE if is_incapable(reason) else Ended.NOT_UNDERSTOOD, f"TLS: {words}")
