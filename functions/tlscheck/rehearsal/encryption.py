"""When a client uses TLS, and whether it goes on without after it refused a certificate."""

from tlscheck.rehearsal.conclusion import Encrypts, Told
from tlscheck.rehearsal.contact import Ended
from tlscheck.rehearsal.replies import Manner, Opening, Replies

_NEVER_ASKED = "it never asked for TLS"


def encrypts(replies: Replies) -> Told[Encrypts]:  # noqa: PLR0911 - one return for each way to know it
    """When it asks for TLS, and whether it goes on without."""
    plain = replies.first.get(Opening.PLAINTEXT, ())
    asked = replies.asked_tls
    if plain and len(plain) >= replies.enough:
        came_back = tuple(number for number in plain if number in asked)
        return Told(Encrypts.WHEN_REFUSED if came_back else Encrypts.NEVER, "", came_back or plain)
    if not asked:
        return Told(None, "it has not been here often enough")
    without = replies.refused_tls
    if went_on := without.get(Ended.PLAINTEXT, ()):
        return _sure(replies, Encrypts.WHEN_OFFERED, went_on)
    came_back = (*replies.retried([Manner.STARTED]).get(True, ()), *_after_refusal(replies).get(True, ()))
    # where several may come, what follows may be another's: being offered none decides
    if came_back and replies.enough == 1:
        return _sure(replies, Encrypts.WHEN_OFFERED, tuple(sorted(set(came_back))))
    if left := without.get(Ended.WITHOUT_TLS, ()):
        return _sure(replies, Encrypts.ALWAYS, left)
    if replies.is_direct and (stayed := _stayed(replies)):
        return _sure(replies, Encrypts.ALWAYS, stayed)
    return Told(None, "what it does where no TLS is offered was not tried yet", asked)


def falls_back(replies: Replies) -> Told[bool]:  # noqa: PLR0911 - one return for each way to know it
    """Whether plaintext follows its own refusal of a certificate."""
    if not replies.asked_tls:
        return Told(None, _NEVER_ASKED)
    followed = _after_refusal(replies)
    if followed:
        value, numbers = next(iter(followed.items()))
        if len(followed) > 1:
            return Told(None, "it did so once and not another time", replies.asked_tls)
        if len(numbers) < replies.enough:
            return Told(None, "it has not refused often enough", numbers)
        return Told(value, "", numbers)
    started = replies.which([Manner.STARTED])
    if started:
        return Told(False, "it refuses no certificate", started)
    if Opening.PLAINTEXT in replies.first:
        refused = replies.which([Manner.REFUSED, Manner.SILENT])
        if refused:
            return Told(False, "it begins in plaintext, and does not come back to it", refused)
    return Told(None, "it has refused no certificate yet")


def _after_refusal(replies: Replies) -> dict[bool, tuple[int, ...]]:
    return dict(replies.retried([Manner.REFUSED, Manner.SILENT]))


def _stayed(replies: Replies) -> tuple[int, ...]:
    return (*replies.retried([Manner.STARTED]).get(False, ()), *_after_refusal(replies).get(False, ()))


def _sure(replies: Replies, value: Encrypts, numbers: tuple[int, ...]) -> Told[Encrypts]:
    if len(numbers) < replies.enough:
        return Told(None, "it has not done so often enough", numbers)
    return Told(value, "", numbers)
