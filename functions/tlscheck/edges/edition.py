"""Which tlscheck this is, and where the roots that lie beside it come from."""

import hashlib
import json
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from tlscheck.version import VERSION, Edition, Provenance

_BEGIN = b"-----BEGIN CERTIFICATE-----"


def edition() -> Edition:
    """This version, with every bundle of the layer rds_trust_store, those of RDS Proxy's roots among them.

    Takes 2 ms: nothing keeps it. A bundle that provenance.json does not describe as it is has no known source.
    """
    layer = find_spec("rds_trust_store")  # not importlib.resources, as in tlscheck.edges.server.regional_roots
    folders = [Path(each) for each in (layer and layer.submodule_search_locations) or []]
    return Edition(
        VERSION,
        tuple(_provenance(bundle) for folder in folders for bundle in sorted(folder.glob("*.pem"))),
    )


def _provenance(bundle: Path) -> Provenance:
    content = bundle.read_bytes()
    found = (bundle.name, content.count(_BEGIN), hashlib.sha256(content).hexdigest())
    try:
        told = json.loads((bundle.parent / "provenance.json").read_text("utf-8"))[bundle.name]
        if told["sha256"] != found[2]:
            return Provenance(*found, "not known: it is not the file that provenance.json describes", None)
        return Provenance(*found, str(told["source"]), date.fromisoformat(told["taken"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        return Provenance(*found, f"not known: provenance.json does not tell ({type(error).__name__})", None)
