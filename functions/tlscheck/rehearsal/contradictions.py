"""What no single client does: then several come to one port, and nothing is said of any."""

from collections.abc import Iterator

from tlscheck.rehearsal.attempt import Attempt
from tlscheck.rehearsal.contact import Ended
from tlscheck.rehearsal.replies import Manner, Replies, in_plaintext, reply
from tlscheck.rehearsal.trial import Shows, Trial

_GIVE = "several clients here: give each a port"


def several(replies: Replies) -> str:
    """Why these are more than one client; "" where they may be one."""
    found = next(_contradictions(replies), "")
    return f"{_GIVE} ({found})" if found else ""


def _contradictions(replies: Replies) -> Iterator[str]:
    shapes = {each.hello.shape for each in replies.contacts if each.hello and reply(each)}
    if len(shapes) > 1:
        yield "two kinds of ClientHello came"
    for trial, given in replies.given.items():
        manners = {said.manner for said in given}
        if Manner.STARTED in manners and len(manners) > 1:
            yield f"shown {trial.shows}, one went on and one did not"
        alerts = sorted(said.alert for said in given if said.alert)
        if len(alerts) > 1:
            yield f"shown {trial.shows}, one sent {alerts[0]} and one {alerts[1]}"
        if len(manners) > 1:
            yield f"shown {trial.shows}, they {' and '.join(sorted(manners))}"
    yield from _of_certificates(replies)
    if len(replies.first) > 1:
        yield "one begins in plaintext and one with TLS"
    if len(replies.refused_tls) > 1:
        yield "without TLS one goes on and one leaves"
    yield from _of_retries(replies)
    if replies.enough > 1 and not all(map(_adds_up, replies.attempts)):
        yield "they make more connections in plaintext, or fewer, than one that comes back"


def _of_certificates(replies: Replies) -> Iterator[str]:
    """Who takes a certificate of nobody takes every one that is in date and carries its name."""
    took = {_like(trial) for trial in replies.given if _plainly(trial) and _has(replies, trial, Manner.STARTED)}
    refused = {_like(trial) for trial in replies.given if _plainly(trial) and _has(replies, trial, Manner.REFUSED)}
    if took & refused:
        yield "one takes a certificate of nobody and one refuses such a one"


def _like(trial: Trial) -> tuple[object, ...]:
    return trial.key, trial.tls


def _plainly(trial: Trial) -> bool:
    return (
        trial.shows in {Shows.STRANGER, Shows.FORGERY, Shows.OWN_FORGERY} and trial.is_named and trial.is_in_date
    )


def _has(replies: Replies, trial: Trial, manner: Manner) -> bool:
    return any(said.manner is manner for said in replies.given[trial])


def _adds_up(attempt: Attempt) -> bool:
    """Whether each connection with TLS has its own in plaintext, or none has."""
    if not attempt.is_whole:
        return True
    plain = sum(map(in_plaintext, attempt.contacts))
    asked = [each for each in attempt.contacts if each.trial]
    if plain and asked and not in_plaintext(attempt.contacts[0]):
        # who goes on without TLS on its connection has no reason to make another
        return plain == len(asked) and all(each.ended is not Ended.PLAINTEXT for each in asked)
    return not plain or not asked or plain == len(asked)


def _of_retries(replies: Replies) -> Iterator[str]:
    refused = replies.retried([Manner.REFUSED])
    if len(refused) > 1:
        yield "after an alert one comes back in plaintext and one does not"
    started = replies.retried([Manner.STARTED])
    if len(started) > 1:
        yield "after the error one comes back in plaintext and one does not"
    leaves = Ended.WITHOUT_TLS in replies.refused_tls
    if leaves and (True in refused or True in started):
        yield "one leaves without TLS and one comes back in plaintext"
    began_plain = [each for each in replies.attempts if each.is_whole and in_plaintext(each.contacts[0])]
    came_back = {any(contact.trial for contact in each.contacts) for each in began_plain}
    if len(came_back) > 1:
        yield "refused in plaintext, one comes back with TLS and one does not"
