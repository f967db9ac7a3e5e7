"""Checks plaintext-clients and tls-clients: who connects without TLS, and who with it."""

from collections.abc import Iterable

from tlscheck.ledger.client import Client
from tlscheck.verdict.checks import CheckId
from tlscheck.verdict.enforcement import enforced
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding, Status
from tlscheck.verdict.not_observed import show_sessions, unseen_sessions
from tlscheck.wording import counted, listed, plain, quoted

MOST_LISTED = 5
"""Clients that a reason names; the table holds all of them."""


def judge_plaintext(evidence: Evidence) -> Finding:
    """The finding of an instance or member. Nobody seen is a pass only where the server refuses plaintext."""
    check = CheckId.PLAINTEXT_CLIENTS
    if plaintext := evidence.plaintext_clients:
        reason = f"{_counted(plaintext)} without TLS: {named(plaintext)}."
        step = (
            "Give each of them sslmode=verify-full and the Region's root certificates. It counts until it was "
            "seen with TLS, and then for seven days not without."
        )
        return evidence.finding(check, Status.FAILED, reason, step)
    if not evidence.seen:
        reason = f"Who is connected was not seen: {unseen_sessions(evidence)}"
        return evidence.finding(check, Status.NOT_OBSERVED, reason, show_sessions(evidence))
    enforcement = enforced(evidence)
    if enforcement.is_enforced:
        reason = f"The server refuses connections without TLS ({plain(enforcement.reason)}), and none was seen."
        return evidence.finding(check, Status.PASSED, reason)
    reason = "No client was seen without TLS, but the server may accept one, and a look shows only its moment."
    return evidence.finding(check, Status.INFORMATIONAL, reason)


def judge_tls(evidence: Evidence) -> Finding:
    """The finding of an instance or member: never good or bad, only who must be asked."""
    check = CheckId.TLS_CLIENTS
    if clients := evidence.tls_clients:
        reason = (
            f"{_counted(clients)} with TLS: {named(clients)}. Whether they verify the server cannot be seen."
            f"{_behind_proxies(evidence)}"
        )
        step = "Before the CA is changed, ask their owners which root certificates they trust."
        return evidence.finding(check, Status.INFORMATIONAL, reason, step)
    if not evidence.seen:
        reason = f"Who is connected was not seen: {unseen_sessions(evidence)}"
        return evidence.finding(check, Status.NOT_OBSERVED, reason, show_sessions(evidence))
    reason = f"No client was seen with TLS so far.{_behind_proxies(evidence)}"
    return evidence.finding(check, Status.INFORMATIONAL, reason)


def _behind_proxies(evidence: Evidence) -> str:
    if not evidence.database.proxies:
        return ""
    proxies = listed((plain(each) for each in evidence.database.proxies), most=MOST_LISTED)
    return f" Clients of the proxy {proxies} are hidden behind it (see its proxy-tls)."


def folded(clients: Iterable[Client]) -> dict[tuple[str, str, str], list[str]]:
    """Application, user and datname to the addresses they come from: what people call one client."""
    names: dict[tuple[str, str, str], list[str]] = {}
    for client in clients:
        names.setdefault((client.who.application, client.who.user, client.who.name), []).append(client.who.address)
    return names


def _counted(clients: Iterable[Client]) -> str:
    count = len(folded(clients))
    return f"{counted(count, 'client')} {'connects' if count == 1 else 'connect'}"


def named(clients: Iterable[Client]) -> str:
    """The clients by name, at most MOST_LISTED of them."""
    return listed(
        (_name(*client, addresses) for client, addresses in sorted(folded(clients).items())), most=MOST_LISTED
    )


def _name(application: str, user: str, name: str, addresses: list[str]) -> str:
    # One address and no number: a reason that changes with every new container would be news each time.
    first = plain(min(addresses))
    where = f" from {first}{' and others' if len(addresses) > 1 else ''}" if first else ""
    what = quoted(application) if application.strip() else "a client without an application name"
    return f"{what} as {quoted(user)} in {quoted(name)}{where}"
