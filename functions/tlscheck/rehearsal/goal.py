"""What a rehearsal is to find out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.names import endpoint_name
from tlscheck.trust.order import AUTHORITIES
from tlscheck.trust.trust_store import Authority, Entry


@dataclass(frozen=True, slots=True)
class Goal:
    """Whose server is played, and what becomes of it."""

    names: tuple[str, ...]
    """Of the server, as its clients name it; the endpoint first."""

    region: str
    present: Authority | None
    """None: not said. Then today is not known of a client that does not hold every root of the Region."""

    target: Authority | None
    """None: any of the Region's, and a client survives a rotation where it holds them all."""

    roots: Sequence[Entry] = ()
    """Which a client may hold, in the order in which they are asked about: the present CA's, the target's, the
    Region's others, RDS Proxy's."""

    test_root: bool = False
    """Clients were given a root of ours to trust beside their own: name, date and key become conclusive."""

    @property
    def is_proxy(self) -> bool:
        """Whether RDS Proxy is played: then `present` and `target` are its, and a chain may hang from any root."""
        named = endpoint_name(self.names[0])
        return named is not None and named.is_proxy


def region_of(names: Iterable[str], given: str | None) -> str:
    """The Region that the server's names tell, or that was given. Raises BadRequest: none, or two that differ."""
    told = {found.region for each in names if (found := endpoint_name(each))} | ({given} if given else set())
    if len(told) > 1:
        raise BadRequest(f"--region, --as: they say different Regions: {', '.join(sorted(told))}")
    if not told:
        raise BadRequest("--region: not given, and no name of --as tells it; each Region has roots of its own")
    return told.pop()


def goal(  # noqa: PLR0913 - as many things are asked for
    names: Sequence[str],
    region: str,
    present: Authority | None,
    target: Authority | None,
    known: Sequence[Entry],
    *,
    test_root: bool = False,
) -> Goal:
    """Whose server is played, with the roots to ask about. Raises BadRequest where tlscheck has none of them."""
    asked = Goal(tuple(dict.fromkeys(names)), region, present, target, (), test_root)
    proxys = [each for each in known if each.family is Authority.PROXY]
    first = [each for each in (present, target) if each]
    order = list(dict.fromkeys([*first, *AUTHORITIES]))
    regions = sorted(
        (each for each in known if each.region == region and each.family in order),
        key=lambda each: order.index(each.family),
    )
    if asked.is_proxy:
        if first:
            raise BadRequest(
                "--from, --to: RDS Proxy's certificates hang from none of the database's CAs; leave them out"
            )
        proxy = Authority.PROXY
        return replace(asked, present=proxy, target=proxy, roots=_any(proxys, "RDS Proxy"))
    for family in first:
        _any([each for each in regions if each.family is family], f"{family} in {region}")
    return replace(asked, roots=(*_any(regions, region), *proxys))


def _any(roots: Sequence[Entry], whose: str) -> tuple[Entry, ...]:
    if not roots:
        raise BadRequest(f"tlscheck has no root of {whose}, so it cannot ask whether a client holds it")
    return tuple(roots)
