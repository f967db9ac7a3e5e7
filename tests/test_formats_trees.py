"""Texts of data become trees with lines, as their own readers take them; ambiguous ones are refused by line."""

import json
import subprocess
import sys
from collections.abc import Callable

import pytest
from tlscheck.drivers.placeholder import mark
from tlscheck.formats.node import Node
from tlscheck.formats.trees import dotenv, ini, properties, toml, yaml
from tlscheck.formats.trees import json as json_tree
from tlscheck.inventory.bad_request import BadRequest

LAUGHS = "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{name}: &{name} [{','.join(['*' + before] * 10)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("read", "text", "plain"),
    [
        (yaml.read, "a: 1\n---\n- x\n--- \n", ({"a": 1}, ["x"])),
        (
            yaml.read,
            "d: &d\n  x: 1\n  y: 2\np:\n  <<: *d\n  y: 3\n",
            ({"d": {"x": 1, "y": 2}, "p": {"x": 1, "y": 3}},),
        ),
        (yaml.read, "p: {<<: [{x: 1}, {x: 2, z: 3}]}", ({"p": {"x": 1, "z": 3}},)),
        (
            yaml.read,
            'a: yes\nb: true\nc: "true"\nd: ~\ne: 007\nf:\n',
            ({"a": "yes", "b": True, "c": "true", "d": None, "e": "007", "f": None},),
        ),
        (
            yaml.read,
            "a: !vault |\n  6162\nb: !!str 1\nc: !Join [a, b]\n",
            ({"a": mark("!vault"), "b": "1", "c": mark("!Join")},),
        ),
        (yaml.read, "a: !!python/object/apply:os.system [ls]\n", ({"a": ["ls"]},)),
        (
            json_tree.read,
            '// x\n{"a": [1, 2,], /* y */ "b": {"c": null, "d": -1.5e3},}',
            {"a": [1, 2], "b": {"c": None, "d": -1500.0}},
        ),
        (toml.read, 'a = 1\n[b.c]\nd = "x"\n', {"a": 1, "b": {"c": {"d": "x"}}}),
        (ini.read, "[a]\nx = 1 ; y\n[b c]\nz=1=2\n", {"a": {"x": "1 ; y"}, "b c": {"z": "1=2"}}),
        (ini.read, "[a]\nx = 1\n  2\n", {"a": {"x": "1\n2"}}),
        (
            properties.read,
            "a.b : 1\n! no\na.c=x\\\n  y\\u0041\\:\na.b=2\n#---\na.b 3\n",
            ({"a.b": "2", "a.c": "xyA:"}, {"a.b": "3"}),
        ),
        (
            dotenv.read,
            'export A=1 # x\r\nB="x\\ny"\nC=\'q#$\'\n\n#D=1\nE=a#b\n$env:F="2"\nset G=3\nH="two\nlines"\nI=',
            {"A": "1", "B": "x\ny", "C": "q#$", "E": "a#b", "F": "2", "G": "3", "H": "two\nlines", "I": ""},
        ),
        (dotenv.read, "A=1\nA=2\nB=1\nB=1\nC", {"A": mark("A, which stands twice,"), "B": "1", "C": mark("$C")}),
    ],
)
def test_a_text_becomes_the_tree_that_its_own_reader_makes(
    read: Callable[[str], Node | tuple[Node, ...]], text: str, plain: object
) -> None:
    found = read(text)
    assert (tuple(each.plain for each in found) if isinstance(found, tuple) else found.plain) == plain


@pytest.mark.parametrize(
    ("read", "text", "line"),
    [
        (yaml.read, "a: 1\nb: [\n", 3),
        (yaml.read, "a: *b", 1),
        (yaml.read, "a: &a [*a]", 1),
        (yaml.read, "a: 1\na: 2\n", 2),
        (yaml.read, "? [a]\n: 1\n", 1),
        (yaml.read, "\n" + "[" * 5000, 2),
        (yaml.read, "a: {<<: 1}", 1),
        (yaml.read, LAUGHS, 5),
        (json_tree.read, '{"a": 1\n"b": 2}', 2),
        (json_tree.read, '{"a":\n1,"a":2}', 2),
        (json_tree.read, "[" * 5000, 1),
        (json_tree.read, '{"a": 1}\nx', 2),
        (json_tree.read, '{"a": "\\x"}', 1),
        (json_tree.read, '{"a": ', 1),
        (toml.read, "a = 1\nb = \n", 2),
        (ini.read, "[a]\nx=1\nx=2\n", 3),
        (ini.read, "[a]\nx=1\n[a]\ny=2\n", 3),
        (properties.read, "a.b=\\u00g1\n", 1),
        (dotenv.read, "A=1\nB='x\n", 2),
        (dotenv.read, "A=1\n{\n", 2),
    ],
)
def test_what_its_readers_refuse_or_differ_in_is_refused_with_its_line(
    read: Callable[[str], object], text: str, line: int
) -> None:
    with pytest.raises(BadRequest, match=f" line {line}: "):
        read(text)


@pytest.mark.parametrize(
    ("read", "text", "lines"),
    [
        (yaml.read, "# c\na:\n  b: 1\n  c: &c\n    - x\n  d: *c\n", {"a.b": 3, "a.c.0": 5, "a.d": 6}),
        (json_tree.read, '{\n"a": {\n"b":\n1}}', {"a": 2, "a.b": 3}),
        (toml.read, "[[d]]\nn = 1\n[[d]]\nn = 2\n[d.x]\ny = 1\n", {"d.0.n": 2, "d.1.n": 4, "d.1.x.y": 6}),
        (ini.read, "\n[a]\n; c\nx = 1\n", {"a": 2, "a.x": 4}),
        (properties.read, "#c\na.b=1\\\n2\na.c=3\n", {"a.b": 2, "a.c": 4}),
        (dotenv.read, 'A="x\ny"\nB=1\n', {"A": 1, "B": 3}),
    ],
)
def test_each_value_knows_its_line(
    read: Callable[[str], Node | tuple[Node, ...]], text: str, lines: dict[str, int]
) -> None:
    found = read(text)
    tree = found[0] if isinstance(found, tuple) else found
    known = {".".join(path): node.line for path, node in tree.walk()}
    assert {path: known[path] for path in lines} == lines


def test_what_reads_files_of_data_is_loaded_for_them_alone() -> None:
    asked = "{'yaml', 'tomllib', 'tlscheck.formats.spring'} & set(sys.modules)"
    program = f"import sys, tlscheck.edges.command.client; print(bool({asked}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.strip().lower()) is False
