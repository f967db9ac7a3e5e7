"""What is said of a client, line by line: five lines for who knows no TLS, then the details."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from tlscheck.drivers.connection import IN_CODE, Connection
from tlscheck.survival.assessment import About, Assessment, Outlook, Scenario, Survival, is_only_read
from tlscheck.survival.client_document import Answer, Question, Tried
from tlscheck.survival.keys import about_key
from tlscheck.survival.roots import Where

type Line = tuple[str, Survival | None]
"""A line, and the verdict that it tells, if it tells one."""

ASKED = {
    Scenario.ROTATED: (
        "the server gets a certificate of another CA: who verifies it needs that CA's root certificate"
    ),
    Scenario.ENFORCED: "the server refuses whoever connects without TLS (rds.force_ssl = 1)",
}
NAMES = {Scenario.ROTATED: "rotation", Scenario.ENFORCED: "enforcement"}
IN_WORDS = {
    Survival.SURVIVES: "survives",
    Survival.DOES_NOT: "DOES NOT survive",
    Survival.UNKNOWN: "is not known to survive",
}
_BEFORE = {Scenario.ROTATED: "before the CA is rotated", Scenario.ENFORCED: "before TLS is enforced"}
_BEGINNINGS = {Survival.SURVIVES: "survives. ", Survival.DOES_NOT: "does not survive. ", Survival.UNKNOWN: ""}
_NOT_KNOWN = "Not known"
OF = {
    About.ROTATION: (Scenario.ROTATED,),
    About.ENFORCEMENT: (Scenario.ENFORCED,),
    About.BOTH: (Scenario.ROTATED, Scenario.ENFORCED),
}


def lines(told: Answer, question: Question) -> Iterator[Line]:
    """Who it is and whether it survives; a line for each question with its meaning; what to do; then details."""
    assessment, connection = told.assessment, told.assessment.connection
    if at := str(told.found_at):
        yield f"{at}:", None
    yield f"{_who(connection)}: it {IN_WORDS[assessment.verdict]}.", assessment.verdict
    asked = OF[question.about]
    yield f"  asked: {'; '.join(f'{NAMES[each]}: {ASKED[each]}' for each in asked)}", None
    for (verdict, why), same in groupby(map(assessment.outlook, asked), key=lambda each: (each.verdict, each.why)):
        yield f"  {' and '.join(NAMES[each.scenario] for each in same)}: {said(verdict, why)}", verdict
    yield from ((f"  {line}", None) for line in _to_do(told, question.about))
    yield from ((f"    {line}", None) for line in _details(told, question))


def _who(connection: Connection) -> str:
    version = ".".join(str(part) for part in connection.version)
    driver = " ".join(filter(None, (str(connection.driver), version)))
    of = f" of {connection.framework}" if connection.framework else ""
    if connection.is_local:
        return f"{driver}{of} at a unix socket"
    names = [connection.host, *(each.host for each in connection.others)]
    ports = [connection.port, *(each.port for each in connection.others)]
    hosts = [
        f"{name}:{port}" if names.count(name) > 1 else name
        for name, port in zip(names, ports, strict=True)
        if name
    ]
    return f"{driver}{of} at {', '.join(hosts) or 'a host that is not said'}"


def said(verdict: Survival, why: str) -> str:
    """In words of everyday; what is not known begins with that."""
    if verdict is Survival.UNKNOWN and not why.startswith(_NOT_KNOWN):
        return f"{_NOT_KNOWN}. {why}"
    return f"{_BEGINNINGS[verdict]}{why}"


def _to_do(told: Answer, about: About) -> Iterator[str]:
    """What to do in the order in which it is done, and by when."""
    fix = told.fix
    verb = "fix" if fix.is_needed else "safer"
    if fix.line or fix.host:
        if fix.trust_store:
            yield f"trust store: {fix.trust_store}"
        yield " ".join(filter(None, (f"{verb}:", fix.line)))
        if fix.host:
            yield f"host: {fix.host}"
        if fix.where:
            yield f"where: {fix.where}"
    elif fix.where:
        yield f"{verb}: {fix.where}"
    elif not fix.is_needed:
        yield "to do: nothing"
    if fix.is_needed and (when := _when(told.assessment, about)):
        yield f"when: {when}"
    if asks := _question(told.assessment.outlooks):
        yield f"to ask: {asks}"


def _when(assessment: Assessment, about: About) -> str:
    if assessment.outlook(Scenario.TODAY).verdict is Survival.DOES_NOT:
        return "now: today too it does not connect, or not with the TLS that it wants"
    late = [each for each in OF[about] if assessment.outlook(each).verdict is not Survival.SURVIVES]
    if not late and about is About.BOTH and assessment.verdict is not Survival.SURVIVES:
        late = list(OF[about])
    return " and ".join(_BEFORE[each] for each in late)


def _question(outlooks: Sequence[Outlook]) -> str:
    return next(
        (each.question for each in outlooks if each.question and each.verdict is Survival.UNKNOWN), ""
    ) or next((each.question for each in outlooks if each.question), "")


def _details(told: Answer, question: Question) -> Iterator[str]:
    assessment, connection = told.assessment, told.assessment.connection
    yield f"what it says of TLS: {connection.mode or f'nothing, so {connection.driver} does as by default'}"
    is_wanted = {Scenario.TODAY, Scenario.BOTH} if question.about is About.BOTH else {Scenario.TODAY}
    rest = [each for each in assessment.outlooks if each.scenario in is_wanted]
    for (verdict, why), same in groupby(rest, key=lambda each: (each.verdict, each.why)):
        yield f"{', and '.join(each.scenario for each in same)}: {said(verdict, why)}"
    yield from _of_roots(assessment)
    for each in told.tried:
        yield f"tried {_tried_at(connection, each)}: {each.outcome}: {each.detail}"
    for note in (*connection.notes, *about_key(question.target, connection.driver.family)):
        yield f"note: {note}"
    yield from _of_words(connection)
    if assessment.rules:
        basis = "read in its source, not run" if is_only_read(assessment) else "run against real servers"
        yield f"basis: this driver's behaviour was {basis}"


def _tried_at(connection: Connection, tried: Tried) -> str:
    if connection.is_local:
        return "a unix socket"
    return f"{tried.host}:{tried.port}" if tried.host else "no host"


def _of_roots(assessment: Assessment) -> Iterator[str]:
    root = assessment.connection.root
    places = [place for place in assessment.looked if place.where is not Where.NOWHERE]
    if places:
        sought = dict.fromkeys(" ".join(filter(None, (place.where, place.path))) for place in places)
        yield f"roots: {', or '.join(sought)}; {assessment.found}"
    if root and root not in {IN_CODE, "system"} and not root.startswith(("/", "~", "\\")) and root[1:2] != ":":
        yield f"{root} was sought in this folder; the client seeks it in the folder that it runs in"


def _of_words(connection: Connection) -> Iterator[str]:
    if connection.ignored:
        yield f"ignored, since {connection.driver} ignores it: {', '.join(connection.ignored)}"
    if connection.unknown:
        yield f"not known: {', '.join(connection.unknown)}; correct it or leave it out, and ask again"
    yield "passwords, if there were any, were dropped as it was read"
