"""What a server's log says and looks, or the server, contradict: told, and counted for nothing."""

from collections.abc import Iterator

from tlscheck.ledger.belief import Doubt
from tlscheck.verdict.clients import named, with_tls, without_tls
from tlscheck.verdict.evidence import Evidence

_TLS = {
    Doubt.LOOK: "a look showed the same user without TLS from there since",
    Doubt.SPELLED: "a name of the same user spells what the server writes of TLS",
}


def doubted_tls(evidence: Evidence) -> str:
    """Whom the log has with TLS, and why that is not believed; empty where there is nobody."""
    return " ".join(_told(evidence))


def doubted_plaintext(evidence: Evidence) -> str:
    """Whom the log has without TLS although the server refuses it; empty where there is nobody."""
    clients = without_tls(each.client for each in evidence.belief.doubted if each.doubt is Doubt.ENFORCED)
    if not clients:
        return ""
    why = "It came before that, or somebody who was refused made the line up."
    return f"Not counted, as the server refuses it: {named(clients)}. {why}"


def _told(evidence: Evidence) -> Iterator[str]:
    for doubt, why in _TLS.items():
        clients = with_tls(each.client for each in evidence.belief.doubted if each.doubt is doubt)
        if clients:
            yield f"Not believed, as {why}: {named(clients)}. The log may hold a text of the client's own."
