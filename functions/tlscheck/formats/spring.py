"""Spring's data sources (application.yml and .properties, SPRING_* variables), HikariCP's own, and R2DBC's.

Source: Spring Boot, DataSourceProperties and "Common application properties"; HikariCP, HikariConfig and
PropertyElf (a property without a setter is refused); pgjdbc, ds/common/BaseDataSource.java.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from tlscheck.drivers.driver import Driver
from tlscheck.drivers.written import Written
from tlscheck.formats import spring_words
from tlscheck.formats.configuration import Refused
from tlscheck.formats.dotted import nested
from tlscheck.formats.node import Node
from tlscheck.formats.placeholders import without_names
from tlscheck.formats.shape import Block, Hit, Program, Shape, Surroundings, called, plain_of, without


def _plain(name: str) -> str:
    return name.replace("-", "").replace("_", "").casefold()


def _by_name(node: Node | None) -> dict[str, Node]:
    """Names as Spring binds them: without dashes, in any case."""
    found: dict[str, Node] = {}
    for name, each in node.content.items() if node and isinstance(node.content, Mapping) else ():
        # One name in two spellings: both say a part.
        before = found.get(_plain(name))
        found[_plain(name)] = _merged(before, each) if before else each
    return found


def _matches(block: Block) -> bool:
    said = _by_name(block.node)
    if block.path[-2:] in {("spring", "datasource"), ("spring", "r2dbc")}:
        return bool(said)
    url = said.get("url")
    is_java = (
        url is not None
        and without_names(str(url.content)).startswith(("jdbc:", "${", "r2dbc:"))
        and bool({"driverclassname", "username", "hikari", "hikaridatasource", "poolname"} & set(said))
    )
    return ("jdbcurl" in said and "datasourceclassname" not in said) or is_java


def _find(block: Block, around: Surroundings) -> Iterator[Hit]:
    first = around.first.at("spring", *block.path[-1:]) if block.path[-2:-1] == ("spring",) else None
    node = _merged(first, block.node) if first and first is not block.node else block.node
    said = _by_name(node)
    yield from _nested_sources(block, around)
    hikari = _by_name(said.get("hikari"))
    url = said.get("jdbcurl") or hikari.get("jdbcurl") or said.get("url")
    if url is None:
        if "jndiname" in said:
            yield Refused(block.spot, "jndi-name: the server that it runs in holds the URL; give that")
        elif block.path[-2:] == ("spring", "datasource") and any(
            _plain(n) in spring_words.DATASOURCE for n in block.mapping
        ):
            yield Refused(block.spot, "no url stands in it: give the file or variable that says it")
        return
    text = around.text(url)
    name = next((name for name in block.mapping if _plain(name) in {"url", "jdbcurl"}), "")
    spot = block.below(name) if name else block.below("hikari") if "hikari" in block.mapping else block
    if text.startswith("\ue000"):
        yield Refused(
            spot.spot, "its url comes from elsewhere: give the value of that variable, or it with its default"
        )
    elif text.startswith("r2dbc"):
        if "postgres" in text:
            properties = plain_of(said.get("properties"))
            unknown = tuple(name for name in block.mapping if _plain(name) not in spring_words.DATASOURCE)
            yield around.occurrence(
                spot, text=str(url.content), options=properties, driver=Driver.R2DBC, unknown=unknown
            )
    elif re.match(r"jdbc:([\w-]+:)*(postgresql|aws-wrapper:postgresql)", text):
        yield _jdbc(spot, around, node, str(url.content))


def _jdbc(spot: Block, around: Surroundings, node: Node, text: str) -> Hit:
    options: dict[str, object] = {}
    unknown: list[str] = []
    for pool in ("", "hikari", "tomcat", "dbcp2", "oracleucp"):
        held = _by_name(node).get(pool) if pool else node
        said = _by_name(held)
        options |= plain_of(said.get("datasourceproperties"))
        for pair in re.split(r"[;\n]", around.text(said.get("connectionproperties"))):
            key, equals, value = pair.strip().partition("=")
            options |= {key: value} if equals else {}
        known = spring_words.POOLS if pool else spring_words.DATASOURCE
        names = held.content if held and isinstance(held.content, Mapping) else {}
        unknown += [f"{pool}.{n}".strip(".") for n in names if _plain(n) not in known and not _is_source(names[n])]
        if "datasourceclassname" in said:
            unknown.append(f"{pool}.data-source-class-name".strip("."))
    return around.occurrence(spot, text=text, options=options, driver=_driver(text), unknown=tuple(unknown))


def _driver(text: str) -> Driver | None:
    # A URL of another driver's in front of pgjdbc's is for recognition to tell.
    return Driver.PGJDBC if text.startswith("jdbc:postgresql:") else None


def _is_source(node: Node) -> bool:
    return bool({"url", "jdbcurl"} & set(_by_name(node)))


def _nested_sources(block: Block, around: Surroundings) -> Iterator[Hit]:
    for name, node in block.mapping.items():
        if _plain(name) not in spring_words.DATASOURCE and _is_source(node):
            yield from _find(Block((*block.path, name), node), around)


def _merged(first: Node, then: Node) -> Node:
    if not isinstance(first.content, Mapping) or not isinstance(then.content, Mapping):
        return then
    both = {**first.content}
    for name, node in then.content.items():
        known = next((each for each in both if _plain(each) == _plain(name)), None)
        before = both.pop(known) if known else None
        both[name] = _merged(before, node) if before else node
    return Node(both, then.line)


def _variables(block: Block, around: Surroundings) -> Iterator[Hit]:
    """SPRING_DATASOURCE_URL: a dash is left out of it, and a dot is _."""
    dotted: dict[str, Node] = {}
    for name, node in block.mapping.items():
        part = name.removeprefix("SPRING_").lower().partition("_")
        inner = re.sub(r"^(hikari|tomcat|dbcp2|properties|datasourceproperties)_", r"\1.", part[2])
        inner = re.sub(r"\.(datasourceproperties|data_source_properties)_", ".data-source-properties.", inner)
        dotted[f"{part[0]}.{inner.replace('_', '-') if '.' not in inner else inner}"] = node
    tree = nested(Node(dotted, block.node.line))
    for kind in ("datasource", "r2dbc"):
        prefix = f"SPRING_{kind.upper()}_"
        own = [name for name in block.mapping if name.startswith(prefix)]
        if not own:
            continue
        spot = block.below(f"{prefix}URL" if f"{prefix}URL" in own else own[0]).spot
        for each in _find(Block((*block.path, "spring", kind), tree.at(kind) or Node(None)), around):
            if isinstance(each, Refused):
                yield replace(each, spot=spot)
            else:
                unknown = tuple(prefix + re.sub(r"\W", "_", name).upper() for name in each.unknown)
                yield replace(each, spot=spot, unknown=unknown)


def _is_hikari(block: Block) -> bool:
    return "dataSourceClassName" in block.mapping or (
        "jdbcUrl" in block.mapping
        and (
            any(name.startswith("dataSource.") for name in block.mapping)
            or set(block.mapping) <= spring_words.HIKARI
        )
    )


def _hikari(block: Block, around: Surroundings) -> Iterator[Hit]:
    said = block.mapping
    properties = {n.removeprefix("dataSource."): node for n, node in said.items() if n.startswith("dataSource.")}
    # What has a dot is another program's.
    unknown = [name for name in said if "." not in name and name not in spring_words.HIKARI]
    url = around.text(said.get("jdbcUrl"))
    if "dataSourceClassName" not in said:
        if url.startswith("jdbc:postgresql:"):
            options = {name: node.plain for name, node in properties.items()}
            yield around.occurrence(
                block.below("jdbcUrl"), text=url, options=options, driver=Driver.PGJDBC, unknown=tuple(unknown)
            )
        return
    if not around.text(said["dataSourceClassName"]).startswith("org.postgresql."):
        return
    bean: dict[str, object] = {}
    for name, node in properties.items():
        if name in spring_words.SETTERS:
            bean[spring_words.SETTERS[name]] = node.plain
        elif name not in spring_words.OTHER_SETTERS:
            unknown.append(f"dataSource.{name}")
    host, port = (
        around.text(properties.get("serverName") or properties.get("serverNames")),
        around.text(properties.get("portNumber")),
    )
    text = (
        around.text(properties.get("url") or properties.get("URL"))
        or f"jdbc:postgresql://{host}:{port or '5432'}/"
    )
    spot = next(
        (block.below(f"dataSource.{n}") for n in ("url", "URL", "serverName", "serverNames") if n in properties),
        block,
    )
    in_url = Written() if "url" in properties or "URL" in properties else None
    written = in_url or Written(
        names=called(
            said,
            ("dataSource.sslMode", "dataSource.sslmode"),
            ("dataSource.sslRootCert", "dataSource.sslrootcert"),
        )
    )
    yield around.occurrence(
        spot, text=text, options=bean, driver=Driver.PGJDBC, unknown=tuple(unknown), written=written
    )


def _rest_of_hikari(block: Block, _: Surroundings) -> Node:
    own = (name for name in block.mapping if "." not in name or name.startswith("dataSource."))
    return without(block.node, *own)


SHAPE = Shape("Spring's application.yml and .properties", _matches, _find)
HIKARI = Shape("HikariCP's properties", _is_hikari, _hikari, _rest_of_hikari)
PROGRAM = Program(re.compile(r"SPRING_(DATASOURCE|R2DBC)_[A-Z0-9_]+"), _variables)
