"""Whether the probe and psql with verify-full, of the same roots and names, think the same of a server.

Each server is met by psql and by the probe's own code: certificates of many shapes, names, chains, settings of
TLS, real PostgreSQL. The probe agrees where it trusts a server that psql comes through to, or says that clients
such as psql do, though it sends no credential itself (NOT_STRICT, BELOW_BAR); and where neither does. What differs
by design is listed here with its reason, and leaves the count.
"""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from tests.truth import chains, databases, hosts, leaves, settings
from tests.truth.served import Met, meet

LEAST_CASES = 270
MOST_BY_DESIGN = 12

_ADDRESS = "an address counts where it stands among the addresses: Python, Go and Java look nowhere else"
BY_DESIGN: dict[str, str] = {
    "name: wildcard of a public suffix": "OpenSSL matches no wildcard over one label, and no endpoint has one",
    "name: underscore under a wildcard": "OpenSSL matches none, since no host's name has one, and no endpoint's",
    "name: an address in a DNS name": _ADDRESS,
    "name: an address in the common name": _ADDRESS,
    "name: an address in the common name beside a DNS name": _ADDRESS,
    "name: an address in the common name beside a mail address": _ADDRESS,
    "name: an address under a wildcard": _ADDRESS,
}
"""What the probe does not trust and psql does, and why it is to stay so."""


def measure() -> None:
    """Print the figures. Raises SystemExit where there are too few cases, or a list that does not hold."""
    with ExitStack() as stack:
        cases = [*hosts.cases(), *leaves.cases(), *chains.cases(), *settings.cases(), *databases.cases(stack)]
        if len({each.name for each in cases}) < len(cases):
            raise SystemExit("two cases have one name")
        with ThreadPoolExecutor(2 * (os.cpu_count() or 1)) as pool:
            met = list(pool.map(meet, cases))
    count(met)


def count(met: list[Met]) -> None:
    """Print what they come to. Raises SystemExit as `measure` does."""
    differing = {each.case.name: each for each in met if each.foretold != each.psql}
    by_design = {name: each for name, each in differing.items() if name in BY_DESIGN and each.psql}
    for name, each in by_design.items():
        print(f"  by design: {name}: {each.outcome}: {BY_DESIGN[name]}")
    for name, each in differing.items():
        if name not in by_design:
            psql = "connects" if each.psql else f"refuses ({each.psql_said.splitlines()[-1:]})"
            print(f"  differs: {name}: psql {psql}; the probe says {each.outcome}: {each.detail}")
    for outcome, number in sorted(Counter((each.outcome, each.psql) for each in met).items()):
        print(f"  {number} {outcome[0]}, psql {'connects' if outcome[1] else 'refuses'}")
    if stale := set(BY_DESIGN) - set(by_design):
        raise SystemExit(f"these differ no more: {sorted(stale)}")
    if len(met) < LEAST_CASES or len(by_design) > MOST_BY_DESIGN:
        raise SystemExit(f"{len(met)} cases, {len(by_design)} of which differ by design")
    counted = len(met) - len(by_design)
    agreeing = len(met) - len(differing)
    print(f"  {len(met)} servers, of which {len(by_design)} differ by design")
    print(f"figure truth.trust_agreement {100 * agreeing / counted:.4g} percent", flush=True)
    print(f"figure truth.false_trust {sum(each.is_trusted and not each.psql for each in met)} servers", flush=True)
