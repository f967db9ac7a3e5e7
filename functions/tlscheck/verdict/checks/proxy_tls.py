"""Check proxy-tls: does an RDS Proxy insist on TLS?"""

from tlscheck.inventory.gap import NOT_ASKED, Gap
from tlscheck.verdict.check import BEST_PRACTICES, GUIDE, Check, CheckId, Severity, Status
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.remedies import ASK_AGAIN
from tlscheck.wording import listed, plain, sentence

CHECK = Check(
    CheckId.PROXY_TLS,
    title="The RDS Proxy insists on TLS",
    why="Behind a proxy a database cannot see how the clients connect.",
    remedy="Turn RequireTLS on once no client of the proxy connects without TLS.",
    documentation=f"{GUIDE}/rds-proxy.howitworks.html",
    type=BEST_PRACTICES,
    severities={Status.FAILED: Severity.MEDIUM, Status.WARNING: Severity.MEDIUM},
)

MOST_FRONTED = 10

ITS_OWN_END = (
    "Its certificate is of AWS Certificate Manager, so no rotation of RDS's CAs concerns its clients; how they "
    "connect to it, the databases behind it cannot see."
)

REQUIRE = (
    "Whom it would cut off is not known: ask the owners of its clients, and see the proxy's metric "
    "ClientConnectionsNoTLS in CloudWatch, which counts connections without TLS. Once that has stayed 0 for as "
    "long as the rarest job takes to come, turn RequireTLS on (modify-db-proxy --require-tls)."
)
"""Source of the metric: RDS User Guide, "Monitoring RDS Proxy metrics with Amazon CloudWatch"."""


def judge(evidence: Evidence) -> Finding:
    """The finding of a proxy, by its flag RequireTLS."""
    database = evidence.database
    told = f"{fronted(evidence)} {ITS_OWN_END}"
    if database.status == "deleting":
        return evidence.finding(CHECK.id, Status.INFORMATIONAL, f"It is being deleted. {told}")
    match database.proxy.require_tls if database.proxy else None:
        case True:
            return evidence.finding(CHECK.id, Status.PASSED, f"RequireTLS is on. {told}")
        case False:
            return evidence.finding(CHECK.id, Status.WARNING, f"RequireTLS is off. {told}", REQUIRE)
        case None:
            reason = f"The API does not say whether RequireTLS is on. {told}"
            return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, ASK_AGAIN)


def fronted(evidence: Evidence) -> str:
    """What a proxy fronts, in a sentence."""
    proxy = evidence.database.proxy
    fronts = proxy.fronts if proxy else NOT_ASKED
    if isinstance(fronts, Gap):
        return sentence(f"What it fronts is not known: {plain(fronts.told)}")
    if not fronts:
        return "It fronts no database."
    return f"It fronts {listed((plain(each) for each in fronts), MOST_FRONTED)}."
