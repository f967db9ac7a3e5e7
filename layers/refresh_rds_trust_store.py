"""Refreshes the roots of layers/rds_trust_store from the bundles that AWS publishes (`make trust-store`).

What is fetched is not believed: of each bundle only root certificates are kept that are self-signed, in date,
named as RDS names the roots of the bundle's own partition, with the key that the name promises. A bundle is
refused whole when it is cut short, when a certificate in it claims to be an RDS root and its signature is wrong,
when it brings another key under a name that any file of the layer has, or when it lacks a root in date that
nobody gave up by name (LOSE). Nothing is written until all bundles have been looked at. The owner's own roots
(EXTRA, REMOVE) pass the same inspection, and lie in a file of their own.
"""

import argparse
import ssl
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tlscheck.edges.stores.rds_trust_store import OWNER
from tlscheck.inventory.names import PARTITIONS
from tlscheck.wording import plain

from layers.roots import owners
from layers.roots.bundle import ROOT_NAME, Refused
from layers.roots.fetched import Refresh, not_held, plan
from layers.roots.folder import date_template, dated, roots_in

TRUST_STORE = Path(__file__).parent / "rds_trust_store" / "python" / "rds_trust_store"
TEMPLATE = Path(__file__).parent.parent / "template.yaml"

BUNDLES = {each.name: each.bundle for each in PARTITIONS if each.bundle}

ALL = "all"

LONGEST_LINE = 20_000
"""Characters: a refusal names all the roots that a bundle lacks, so that its command can be pasted."""


def main(
    arguments: Sequence[str] | None = None,
    folder: Path = TRUST_STORE,
    template: Path = TEMPLATE,
    bundles: Mapping[str, str] = BUNDLES,
    context: ssl.SSLContext | None = None,
) -> int:
    """The command behind `make trust-store`; 1 if something was refused or could not be had."""
    now = datetime.now(UTC)
    try:
        chosen = _parsed(arguments, folder, bundles)
        dated(template, folder)
        refused = 0
        if chosen.extra is not None:
            _say("your own roots", owners.bring(Path(chosen.extra).expanduser(), now, folder))
        elif chosen.remove is not None:
            names = () if chosen.remove == [ALL] else chosen.remove
            _say("your own roots", owners.remove(names, now, folder))
        else:
            trusting = context or ssl.create_default_context()

            def look(partition: str) -> Refresh:
                return plan(partition, bundles[partition], trusting, now, folder, chosen.lose)

            refused = _refresh(chosen.partitions, bundles, folder, now, look)
        date_template(template, folder)
    except Refused as why:
        _say("refused, nothing written", [str(why)])
        return 1
    return 1 if refused else 0


def _refresh(
    partitions: Sequence[str],
    bundles: Mapping[str, str],
    folder: Path,
    now: datetime,
    look: Callable[[str], Refresh],
) -> int:
    """Looks at all bundles, then writes those that were not refused; returns how many were."""
    mine = roots_in(folder / OWNER)
    seen: list[Refresh] = []
    for partition in partitions:
        try:
            found = look(partition)
        except Refused as why:
            _say(f"{partition}: {bundles[partition]}", [f"refused, nothing written: {why}"])
            continue
        seen.append(found)
        _say(f"{partition}: {bundles[partition]}", found.lines(mine))
    for found in seen:
        found.write(now, folder)
    return len(partitions) - len(seen)


def _parsed(arguments: Sequence[str] | None, folder: Path, bundles: Mapping[str, str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    known = ", ".join(bundles)
    parser.add_argument("partitions", nargs="*", metavar="partition", help=f"of {known}; all by default")
    parser.add_argument("--lose", metavar="NAMES", type=_names, default=[], help="roots in date that AWS gave up")
    own = parser.add_mutually_exclusive_group()
    own.add_argument("--extra", metavar="FILE", help="a PEM file of roots to bring yourself; nothing is fetched")
    own.add_argument(
        "--remove", metavar="NAMES", type=_names_or_all, help=f"of your own roots, or {ALL}; nothing is fetched"
    )
    chosen = parser.parse_args(arguments)
    if (chosen.extra is not None or chosen.remove is not None) and (chosen.partitions or chosen.lose):
        parser.error("your own roots are of no partition's bundle: name nothing else with them")
    chosen.partitions = chosen.partitions or list(bundles)
    if unknown := set(chosen.partitions) - bundles.keys():
        parser.error(f"unknown partition {', '.join(sorted(unknown))}: allowed are {known}")
    if chosen.lose and (not_there := not_held(chosen.lose, chosen.partitions, folder)):
        parser.error(f"--lose: there is no {', '.join(not_there)} to lose")
    return chosen


def _names(text: str) -> list[str]:
    names = [each.strip() for each in text.split(",") if each.strip()]
    for name in names or [text]:
        if not ROOT_NAME.fullmatch(name):
            raise argparse.ArgumentTypeError(
                f"{name!r} is no root's name such as Amazon RDS eu-west-1 Root CA RSA2048 G1; commas between them"
            )
    return names


def _names_or_all(text: str) -> list[str]:
    return [ALL] if text.strip() == ALL else _names(text)


def _say(what: str, lines: Sequence[str]) -> None:
    print(what + "".join(f"\n  {plain(line, LONGEST_LINE)}" for line in lines))  # noqa: T201 - a command speaks to its terminal


if __name__ == "__main__":
    sys.exit(main())
