"""What is said of a rehearsed client, line by line: a few for who knows no TLS, then the details."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from tlscheck.drivers.behaviour import Verifies
from tlscheck.rehearsal.attempt import Attempt
from tlscheck.rehearsal.conclusion import Conclusion, Told
from tlscheck.rehearsal.contact import Contact, Ended
from tlscheck.rehearsal.goal import Goal
from tlscheck.rehearsal.trial import Shows, Trial
from tlscheck.survival.assessment import Scenario, Survival
from tlscheck.survival.telling import ASKED, IN_WORDS, NAMES, Line, said
from tlscheck.trust.trust_store import Authority, Entry
from tlscheck.wording import counted, listed, plain, quoted

_ASKED_ABOUT = (Scenario.ROTATED, Scenario.ENFORCED)
_VERIFIES = {
    Verifies.NOTHING: "nothing: whoever sits between can read and change all of it",
    Verifies.NAME: "the name alone, which anybody can write into a certificate",
    Verifies.CHAIN: "who issued the certificate",
    Verifies.CHAIN_AND_NAME: "who issued the certificate, and the name in it",
}
_HEADINGS = ("CLIENT", "TRIED", "ENCRYPTS", "VERIFIES", "ROOTS", "VERDICT", "NEEDED")
_NOT_YET = "-"
_WIDEST = (34, 5, 23, 14, 9, 8, 40)
_MOST_ROWS = 200


def lines(conclusion: Conclusion, goal: Goal) -> Iterator[Line]:
    """Who it is and whether it survives; what was done; a line for each question; what to do; then details."""
    if conclusion.several:
        yield f"{who(conclusion)}: {conclusion.several}. Nothing is said of any of them.", Survival.UNKNOWN
        yield f"  to do: {conclusion.advice}", None
        return
    yield f"{who(conclusion)}: it {IN_WORDS[conclusion.verdict]}.", conclusion.verdict
    yield f"  asked: {'; '.join(f'{NAMES[each]}: {ASKED[each]}' for each in _ASKED_ABOUT)}", None
    yield f"  tried: {_tried(conclusion)}", None
    for (verdict, why), same in groupby(_ASKED_ABOUT, key=lambda each: conclusion.outlooks[each]):
        yield f"  {' and '.join(_question(each, goal) for each in same)}: {said(verdict, why)}", verdict
    if conclusion.advice:
        yield f"  to do: {conclusion.advice}", None
    if conclusion.needed:
        yield f"  still needed: {'; '.join(conclusion.needed)}", None
    yield from ((f"    {line}", None) for line in _details(conclusion, goal))


def who(conclusion: Conclusion) -> str:
    """Its name here, and the user, database and application that it named itself."""
    users = [
        f"{quoted(user)} in {quoted(database)}" + (f" by {quoted(application)}" if application else "")
        for user, database, application in conclusion.users
    ]
    named = f" (as {listed(users, 2)})" if users else ""
    return f"{plain(conclusion.client) or 'a client'}{named}"


def table(conclusions: Sequence[Conclusion]) -> list[str]:
    """A row for each client, under a row of headings; no row is wider than 140 characters."""
    rows = [_HEADINGS, *map(_row, conclusions[:_MOST_ROWS])]
    widths = [min(widest, max(len(row[column]) for row in rows)) for column, widest in enumerate(_WIDEST)]
    told = [
        "  ".join(plain(cell, width).ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    rest = len(conclusions) - _MOST_ROWS
    return [*told, f"and {counted(rest, 'more client')}"] if rest > 0 else told


def news(before: Conclusion | None, now: Conclusion, goal: Goal) -> Iterator[Line]:
    """What was learnt of a client since: a line for each new attempt, and one for another verdict."""
    known = len(before.attempts) if before else 0
    name = plain(now.client) or "a client"
    for attempt in now.attempts[known:]:
        yield f"{name}: {happened(attempt, goal)}", None
    if now.several and not (before and before.several):
        yield f"{name}: {now.several}", Survival.UNKNOWN
    elif not now.needed and (before is None or before.needed or before.verdict is not now.verdict):
        yield f"{name}: it {IN_WORDS[now.verdict]}", now.verdict


def happened(attempt: Attempt, goal: Goal) -> str:
    """One attempt in a sentence."""
    did = ", then ".join(map(_did, attempt.contacts))
    return f"attempt {attempt.number}: shown {shown(attempt.trial, goal)}: {did}"


def shown(trial: Trial, goal: Goal) -> str:
    """A trial in words."""
    if trial.shows is Shows.NOTHING:
        return str(trial.shows)
    if trial.shows is Shows.FORGERY:
        name = next((plain(each.told) for each in goal.roots if each.sha256 == trial.root), "a root")
        return f"a certificate in the name of {name}, signed by another key ({trial.tls})"
    flaws = [*["of another name"] * (not trial.is_named), *["out of date"] * (not trial.is_in_date)]
    return f"{trial.shows} ({', '.join([trial.key, trial.tls, *flaws])})"


def _did(contact: Contact) -> str:
    did = f"it {contact.ended}"
    if contact.ended is Ended.ALERTED:
        return f"{did} ({plain(contact.alert)})"
    return f"{did} ({plain(contact.why)})" if contact.why else did


def _row(conclusion: Conclusion) -> tuple[str, ...]:
    if conclusion.several:
        unsaid = (_NOT_YET,) * 3
        return (
            conclusion.client,
            str(len(conclusion.attempts)),
            *unsaid,
            "UNKNOWN",
            "a port for each: several here",
        )
    told = [told.value for _, told in conclusion.holds]
    known = sum(value is not None for value in told)
    return (
        conclusion.client,
        str(len(conclusion.attempts)),
        str(conclusion.encrypts.value or "?"),
        str(conclusion.verifies.value or "?"),
        f"{told.count(True)} of {len(told)}" if known else "?",
        conclusion.verdict if not conclusion.needed or conclusion.verdict is Survival.DOES_NOT else "...",
        conclusion.needed[0].removeprefix("at least ") if conclusion.needed else "",
    )


def _tried(conclusion: Conclusion) -> str:
    count = len(conclusion.attempts)
    return (
        f"{counted(count, 'attempt')} to connect, at a server that is no database and shows certificates that a"
        " client should refuse; nobody was let in, and no password was asked for"
    )


def _question(scenario: Scenario, goal: Goal) -> str:
    if scenario is not Scenario.ROTATED:
        return NAMES[scenario]
    if goal.is_proxy:
        return f"{NAMES[scenario]} of RDS Proxy's certificate"
    return f"{NAMES[scenario]} to {goal.target or 'any CA'} in {goal.region}"


def _details(conclusion: Conclusion, goal: Goal) -> Iterator[str]:
    yield f"encrypts: {_told(conclusion.encrypts, str(conclusion.encrypts.value))}"
    verifies = conclusion.verifies
    yield f"verifies: {_told(verifies, _VERIFIES[verifies.value] if verifies.value else '')}"
    falls = (
        "yes: it goes on in plaintext, so whoever sits between can make it"
        if conclusion.falls_back.value
        else "no"
    )
    yield f"falls back to plaintext after it refused a certificate: {_told(conclusion.falls_back, falls)}"
    if conclusion.brings_own.value:
        own = "refuses; holds none of the roots asked about: it pins or brings its own store"
        yield f"{'RDS Proxy' if goal.is_proxy else goal.region}: {_told(conclusion.brings_own, own)}"
    yield from _of_roots(conclusion)
    ecc = conclusion.takes_ecc
    yield f"takes certificates with a key of an elliptic curve: {_told(ecc, 'yes' if ecc.value else 'no')}"
    if goal.test_root:
        large = conclusion.takes_rsa4096
        yield f"takes certificates with a key of RSA 4096: {_told(large, 'yes' if large.value else 'no')}"
        dates = conclusion.looks_at_dates
        so = "yes" if dates.value else "no: it takes one that has expired"
        yield f"looks at a certificate's dates: {_told(dates, so)}"
    yield f"came as far as the certificate with: {', '.join(conclusion.speaks) or 'no version of TLS'}"
    rest = (Scenario.TODAY, Scenario.BOTH)
    for (verdict, why), same in groupby(rest, key=lambda each: conclusion.outlooks[each]):
        yield f"{', and '.join(same)}: {said(verdict, why)}"
    yield from (happened(each, goal) for each in conclusion.attempts)
    if not goal.test_root:
        yield "without --trust, what it makes of a wrong name, of the date or of a kind of key shows only in part"
    yield "not reached: whatever comes after its StartupMessage, such as passwords and channel binding"


def _of_roots(conclusion: Conclusion) -> Iterator[str]:
    """A line for each that is known, and one for all of which the same is said: so of RDS Proxy's."""
    alike: dict[tuple[bool | None, str, str], list[tuple[Entry, Told[bool]]]] = {}
    for root, held in conclusion.holds:
        is_alone = held.value is not None and root.family is not Authority.PROXY
        alike.setdefault((held.value, held.why, root.sha256 if is_alone else ""), []).append((root, held))
    for (value, why, _), same in alike.items():
        rests = () if value is None else sorted({each for _, held in same for each in held.attempts})
        told = _told(Told(value, why, tuple(rests)), "yes" if value else "no")
        yield f"holds {_which([root for root, _ in same], conclusion)}: {told}"


def _which(roots: Sequence[Entry], conclusion: Conclusion) -> str:
    """The roots by name, but for all of them and for all of RDS Proxy's."""
    if 1 < len(roots) == len(conclusion.holds):
        return f"any of the {len(roots)} roots that were asked about"
    proxys = [root for root, _ in conclusion.holds if root.family is Authority.PROXY]
    is_short = len(proxys) > 1 and all(root in roots for root in proxys)
    names = [plain(root.told) for root in roots if not (is_short and root in proxys)]
    return "; ".join([*names, *[f"any of RDS Proxy's {len(proxys)} roots"] * is_short])


def _told[T](told: Told[T], words: str) -> str:
    """In words, with what it rests on; or why it cannot be told."""
    rests = f" ({_attempts(told.attempts)})" if told.attempts else ""
    if told.value is None:
        return f"cannot be told: {told.why or 'not tried yet'}{rests}"
    return f"{words}{rests}" + (f"; {told.why}" if told.why else "")


def _attempts(numbers: Sequence[int]) -> str:
    """`attempts 1, 2, 4 to 9`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = [f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return f"attempt{'s' * (len(numbers) > 1)} {', '.join(told)}"
