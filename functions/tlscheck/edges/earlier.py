"""Documents that an earlier version wrote, as this one has them: samples read those of the last full sweep.

Until 0.1.0 what was not known was a text beside an empty value; now it is a Gap in the value's place.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from tlscheck.inventory.batch import Batch
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import NOT_ASKED
from tlscheck.wire.observation import HandshakeOutcome

type Document = dict[str, Any]

_CALL = re.compile(r"([a-z0-9]+:[A-Za-z]+): (.*)", re.DOTALL)
_OTHERWISE = "an earlier sweep"
"""Where a text does not begin with the call that gave no answer."""

_MARKS = ('"proxies_unknown"', '"unknown"', '"resource_id":""', '"resource_id": ""')

_BESIDE = re.compile(r'"beside": ?\{')
"""What every Database says from 0.5.0 on, and no tag."""


def is_earlier(text: str) -> bool:
    """Whether some of it may be written so; a name of a tag that looks alike changes nothing."""
    return _BESIDE.search(text) is None or any(mark in text for mark in _MARKS)


def database(document: Document) -> Document:
    """A Database, its own dicts left as they are."""
    settings, rotation, proxy = (document.get(name) or {} for name in ("settings", "rotation", "proxy"))
    changed = dict(document)
    if document.get("resource_id") == "":
        changed["resource_id"] = _RESOURCE_ID.get(document.get("kind", ""), _RESOURCE_ID["instance"])
    if "unknown" in settings:
        changed["settings"] = _gap(settings["unknown"]) or _without(settings, "unknown")
    if "version_unknown" in rotation:
        version, actions = _gap(rotation["version_unknown"]), _gap(rotation.get("actions_unknown", ""))
        changed["rotation"] = {
            "without_restart": version or rotation["without_restart"],
            "supported": version or rotation["supported"],
            "actions": actions or rotation["actions"],
        }
    if "targets_unknown" in proxy:
        fronts = _gap(proxy["targets_unknown"]) or proxy["fronts"]
        changed["proxy"] = _without(proxy, "targets_unknown") | {"fronts": fronts}
    if "proxies_unknown" in document:
        changed = _without(changed, "proxies_unknown") | {"proxies_gap": _gap(document["proxies_unknown"])}
    return {"beside": {"gap": _LISTED_BEFORE}} | changed


_LISTED_BEFORE = {"operation": "an earlier version", "reason": "it did not ask; the next full sweep does"}
"""Why it is not known who else is on a parameter group: until 0.4.0 nobody asked."""


def batch(document: Document) -> Document:
    """A Batch with its databases and listings."""
    databases = [database(each) for each in document["databases"]]
    return document | {"databases": databases, "listings": [_listing(each) for each in document["listings"]]}


_RESOURCE_ID = {
    "instance": {"operation": "rds:DescribeDBInstances", "reason": "named no DbiResourceId"},
    "member": {"operation": "rds:DescribeDBInstances", "reason": "named no DbiResourceId"},
    "cluster": {"operation": "rds:DescribeDBClusters", "reason": "named no DbClusterResourceId"},
    "proxy": {"operation": "rds:DescribeDBProxies", "reason": "named no id in DBProxyArn"},
}
"""Until 0.2.0 it was an empty text where the API left it out."""


def observation(document: Document) -> Document:
    """An Observation of a probe: until 0.2.0 a group of sessions had one address, and each address was a group.

    From 0.5.0 on a handshake's outcome is one that 0.4.0 knows, and its `ending` the outcome itself where it knows
    none.
    """
    look = document["look"]
    groups = [
        each if "addresses" in each else each | {"addresses": [each["address"]], "more_addresses": 0}
        for each in look["sessions"]
    ]
    return document | {"look": look | {"sessions": groups}, "handshake": _handshake(document["handshake"])}


def _handshake(document: Document) -> Document:
    ending = document.get("ending")
    is_known = ending in set(HandshakeOutcome)
    return _without(document, "ending") | ({"outcome": ending} if is_known else {})


AS_NOW: Mapping[type, Callable[[Document], Document]] = {Database: database, Batch: batch}
"""The nouns that outlive a deployment, or are under way during one."""


def _listing(document: Document) -> Document:
    authorities = document.get("authorities") or {}
    if "unknown" not in authorities:
        return document
    return document | {"authorities": _gap(authorities["unknown"]) or _without(authorities, "unknown")}


def _gap(text: str) -> Document | None:
    if not text:
        return None
    call = _CALL.fullmatch(text)
    if call:
        return {"operation": call[1], "reason": call[2]}
    return {"operation": NOT_ASKED.operation if text == NOT_ASKED.reason else _OTHERWISE, "reason": text}


def _without(document: Document, name: str) -> Document:
    return {each: value for each, value in document.items() if each != name}
