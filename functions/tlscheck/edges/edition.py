"""Which tlscheck this is, and where the roots that lie beside it come from."""

import hashlib
import json
from datetime import date
from pathlib import Path

from tlscheck.edges.stores import rds_trust_store
from tlscheck.version import MOST_BUNDLES, MOST_NAME, MOST_SOURCE, VERSION, Edition, Provenance
from tlscheck.wording import plain

_BEGIN = b"-----BEGIN CERTIFICATE-----"


def edition() -> Edition:
    """This version, with every bundle of the layer rds_trust_store, those of RDS Proxy's roots among them.

    Takes 2 ms: nothing keeps it. A bundle that provenance.json does not describe as it is has no known source.
    Others write the layer: its texts come out harmless and bounded, as tlscheck.version.SCHEMA says.
    """
    bundles = rds_trust_store.paths()
    if len(bundles) <= MOST_BUNDLES:
        return Edition(VERSION, tuple(map(_provenance, bundles)))
    named = bundles[: MOST_BUNDLES - 1]
    rest = Provenance("*.pem", 0, "", f"not named: {len(bundles) - len(named)} more bundles", None)
    return Edition(VERSION, (*map(_provenance, named), rest))


def _provenance(bundle: Path) -> Provenance:
    name = plain(bundle.name, MOST_NAME)
    content = rds_trust_store.content(bundle)
    if isinstance(content, str):
        return Provenance(name, 0, "", f"not known: it cannot be read ({content})", None)
    found = (name, content.count(_BEGIN), hashlib.sha256(content).hexdigest())
    try:
        described = (bundle.parent / "provenance.json").read_text("utf-8")
        told = json.loads(described)[bundle.name]
        if told["sha256"] != found[2]:
            return Provenance(*found, "not known: it is not the file that provenance.json describes", None)
        source, taken = told["source"], date.fromisoformat(told["taken"])
        if not isinstance(source, str):
            return Provenance(*found, "not known: provenance.json names no source", None)
        return Provenance(*found, plain(source, MOST_SOURCE), taken)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        return Provenance(*found, f"not known: provenance.json does not tell ({type(error).__name__})", None)
