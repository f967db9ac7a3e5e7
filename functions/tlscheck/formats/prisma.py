"""Prisma's schema.prisma: its own engine, unless an adapter or a newer generator puts another driver in its place.

Source: Prisma's documentation (connectors, driver adapters, the upgrade to version 7).
"""

from collections.abc import Iterator

from tlscheck.formats.literals.source import Code
from tlscheck.formats.spoken import Saying

_URLS = ("url", "directUrl", "shadowDatabaseUrl")
_ADAPTED = (
    "its client connects by an adapter, not by Prisma's engine: give the file that makes new PrismaPg({...})"
)


def datasources(source: Code) -> Iterator[Saying]:
    """Each URL of a datasource that is PostgreSQL's."""
    is_adapted = any(_is_adapted(call.positional[-1].plain) for call in source.calls if call.name == "generator")
    for call in source.calls:
        block = call.positional[-1] if call.positional else None
        provider = block.at("provider") if block else None
        if call.name != "datasource" or block is None or provider is None:
            continue
        if provider.content not in {"postgresql", "postgres"}:
            continue
        path = tuple(str(each.content) for each in call.positional[:-1])
        urls = [name for name in _URLS if block.at(name)]
        if not urls:
            yield Saying(
                path,
                call.line,
                instead="its URL stands in prisma.config.ts and in new PrismaPg({...}): give those",
            )
        for name in urls:
            url = block.at(name)
            line = url.line if url else call.line
            # Migrations go through the engine all the same, and mostly by directUrl.
            instead = _ADAPTED if is_adapted and name == "url" else ""
            yield Saying((*path, name), line, url, speaker="prisma", instead=instead)


def _is_adapted(generator: object) -> bool:
    if not isinstance(generator, dict):
        return False
    features = generator.get("previewFeatures")
    return (
        generator.get("provider") == "prisma-client"
        or generator.get("engineType") == "client"
        or (isinstance(features, list) and "driverAdapters" in features)
    )
