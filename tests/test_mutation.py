"""The mutation tool does what it says: which changes it makes, which it draws, and what becomes of them."""

import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tests.mutation.candidates import mutants
from tests.mutation.draw import draw

ROOT = Path(__file__).parent.parent


def changes(source: str) -> list[str]:
    """Every change of a snippet, as `operator: before -> after`."""
    return [f"{each.operator}: {each.before} -> {each.after}" for each in mutants(dedent(source), "snippet.py")]


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("a = b < c", ["comparison: a = b < c -> a = b <= c"]),
        ("a = b not in c", ["comparison: a = b not in c -> a = b in c"]),
        ("a = b is None", ["comparison: a = b is None -> a = b is not None"]),
        ("a = b == c != d", [
            "comparison: a = b == c != d -> a = b != c != d", "comparison: a = b == c != d -> a = b == c == d"]),
        ("a = b and c", ["and-or: a = b and c -> a = b or c"]),
        ("a = not b", ["sign: a = not b -> a = b"]),
        ("a = b + c", ["arithmetic: a = b + c -> a = b - c"]),
        ("a = timedelta(days=b)", ["keyword: a = timedelta(days=b) -> a = timedelta()"]),
        ("A = 7", ["constant: A = 7 -> A = 8", "constant: A = 7 -> A = 6"]),
        ("a = True", ["constant: a = True -> a = False"]),
        ("a = 'words'", ["constant: a = 'words' -> a = 'mutated'"]),
        ("a = f'{b} and {c}.'", ["constant: a = f'{b} and {c}.' -> a = f'{b}mutated{c}.'"]),
        ("a = {b, c}", ["element: a = {b, c} -> a = {c}", "element: a = {b, c} -> a = {b}"]),
        ("a = {b: c}", ["element: a = {b: c} -> a = {}"]),
        ("b(c)", ["statement: b(c) -> pass"]),
        ("a.b = c", ["statement: a.b = c -> pass"]),
        ("a = b if c else d", [
            "condition: a = b if c else d -> a = b if True else d",
            "condition: a = b if c else d -> a = b if False else d",
        ]),
        ("a = [b for b in c if d]", [
            "condition: a = [b for b in c if d] -> a = [b for b in c if True]",
            "condition: a = [b for b in c if d] -> a = [b for b in c if False]",
        ]),
        ("def f() -> bool:\n    return a", ["answer: return a -> return not a"]),
        ("def f() -> tuple[str, ...]:\n    return a", ["answer: return a -> return ()"]),
        ("def f() -> str:\n    return ''", ["constant: return '' -> return 'mutated'"]),
        ("def f() -> Thing | None:\n    return a", ["answer: return a -> return None"]),
        ("def f(a: int = 1): ...", ["constant: 1 -> 2", "constant: 1 -> 0"]),
        ("match a:\n    case 'b' if c:\n        d", [
            "constant: 'b' -> 'mutated'", "condition: c -> True", "condition: c -> False"]),
        ("for a in b:\n    continue", ["statement: continue -> pass"]),
    ],
)  # fmt: skip
def test_a_snippet_has_exactly_these_mutants(source: str, wanted: list[str]) -> None:
    assert changes(source) == wanted


@pytest.mark.parametrize(
    "source",
    [
        '"""Words about a module, 7 of them."""',
        "def f():\n    '''Words.'''",
        "a: dict[str, Literal['b', 1]]",
        "class A:\n    __slots__ = ('b', 'c')",
        "if TYPE_CHECKING:\n    a = 1",
        "@dataclass(frozen=True)\nclass A(B, metaclass=C): ...",
        "type A = Literal['b', 'c']",
        "from a import b",
        "a, b = c, d",
        "def f(a: 'B') -> 'C': ...",
        "def f():\n    return None",
    ],
)
def test_what_has_no_other_meaning_has_no_mutant(source: str) -> None:
    assert changes(source) == []


def test_an_id_stays_its_own_when_lines_move_and_other_code_is_edited() -> None:
    (before,) = mutants("def f(a):\n    b(a)\n", "m.py")
    assert before.id.startswith("m.py:f:statement:")
    moved = mutants("X = 1\n\n\ndef g():\n    c()\n\n\ndef f(a):\n    b(a)\n", "m.py")
    assert [each.line for each in moved if each.id == before.id] == [9]
    assert len({each.id for each in moved}) == len(moved)


def test_two_changes_that_read_alike_have_two_ids() -> None:
    first, second = mutants("def f():\n    a()\n    a()\n", "m.py")
    assert second.id == f"{first.id}-2"


def test_a_seed_draws_the_same_again_and_from_each_module_its_share() -> None:
    found = {
        "large.py": mutants("\n".join(f"a{n} = b < c" for n in range(90)), "large.py"),
        "small.py": mutants("\n".join(f"a{n} = b < c" for n in range(10)), "small.py"),
    }
    drawn = draw(found, 20, "1")
    assert draw(found, 20, "1") == drawn
    assert draw(found, 20, "2") != drawn
    assert [each.path for each in drawn] == ["large.py"] * 18 + ["small.py"] * 2
    assert len({each.id for each in draw(found, 1000, "1")}) == 100


RULE = """
from tiny.table import LIMITS

def is_large(number: int) -> bool:
    return number > LIMITS["most"]

def unused(number: int) -> int:
    return number
"""

TEST = """
from tiny.rule import is_large

def test_a_large_number_is_large():
    assert is_large(12)

def test_a_small_number_is_not():
    assert not is_large(3)
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of two chapters beside its edges, with tests that miss its bound and one of its functions."""
    root = tmp_path_factory.mktemp("tiny")
    for path, text in {
        "src/tiny/__init__.py": "",
        "src/tiny/rule.py": RULE,
        "src/tiny/table.py": 'LIMITS = {"most": 10}\n',
        "src/tiny/edges/door.py": "A = 1\n",
        "tests/test_rule.py": TEST,
        "pytest.ini": "[pytest]\npythonpath = src\n",
        "no.toml": "",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def run(tiny: Path, *arguments: str, equivalent: str = "") -> tuple[int, str]:
    """The tool on the tiny package: its exit code and what it prints."""
    (tiny / "no.toml").write_text(equivalent)
    options = ("--root", tiny, "--package", "src/tiny", "--equivalent", tiny / "no.toml")
    command = [sys.executable, "-m", "tests.mutation", *map(str, options), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def test_what_a_test_notices_is_killed_and_what_none_notices_survives(tiny: Path) -> None:
    code, said = run(tiny, "--mutants", "100")
    lines = [re.sub(r":[0-9a-f]{10} ", " ", line) for line in said.splitlines() if "/tiny/" in line]
    assert lines == [
        (
            "survived src/tiny/rule.py:5 rule.py:is_large:comparison "
            "`return number > LIMITS['most'] -> return number >= LIMITS['most']`"
        ),
        "no test runs it src/tiny/rule.py:8 rule.py:unused:answer `return number -> return 0`",
        "survived src/tiny/table.py:1 table.py:<module>:constant `LIMITS = {'most': 10} -> LIMITS = {'most': 11}`",
        "survived src/tiny/table.py:1 table.py:<module>:constant `LIMITS = {'most': 10} -> LIMITS = {'most': 9}`",
    ]
    # noticed: the other answer, another key on either side, no entry at all
    assert "figure mutate.mutants 8 mutants" in said
    assert "figure mutate.killed 50.0 percent" in said
    assert code == 1


def test_an_equivalent_leaves_the_denominator_and_one_that_is_noticed_is_a_lie(tiny: Path) -> None:
    _, said = run(tiny, "--mutants", "100", "--chapter", "rule")
    survived = [line.split()[2] for line in said.splitlines() if line.startswith("survived ")]
    assert len(survived) == 1
    code, said = run(tiny, "--chapter", "rule", equivalent=f'[equivalent]\n"{survived[0]}" = "the same"\n')
    assert "figure mutate.killed 66.7 percent" in said, said
    assert "figure mutate.equivalent 25.0 percent" in said
    assert code == 1
    found = mutants(RULE, "rule.py")
    answer = next(each.id for each in found if each.operator == "answer")
    code, said = run(tiny, "--chapter", "rule", equivalent=f'[equivalent]\n"{answer}" = ""\n')
    assert f"equivalent.toml is wrong: {answer} is noticed by tests/test_rule.py::" in said
    assert f"equivalent.toml gives no reason for {answer}" in said
    assert code == 1


def test_a_change_that_never_ends_counts_as_noticed(tmp_path: Path) -> None:
    for path, text in {
        "src/tiny/__init__.py": "",
        "src/tiny/loop.py": "def left(n):\n    while n:\n        n -= 1\n    return n\n",
        "tests/test_loop.py": "from tiny.loop import left\n\ndef test_it_ends():\n    assert left(3) == 0\n",
        "pytest.ini": "[pytest]\npythonpath = src\n",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    _, said = run(tmp_path, "--mutants", "100")
    (row,) = [line.split() for line in said.splitlines() if line.startswith("loop ")]
    drawn, killed, timeouts = map(int, row[1:4])
    assert killed == drawn
    assert timeouts >= 2


def test_a_chapter_that_there_is_not_is_refused_by_name(tiny: Path) -> None:
    code, said = run(tiny, "--chapter", "edges")
    assert said == "no such chapter: edges; there are __init__, rule, table\n"
    assert code == 2


def one_rule(root: Path, test: str) -> None:
    for path, text in {
        "src/tiny/__init__.py": "",
        "src/tiny/rule.py": "def one():\n    return 1\n",
        "tests/test_rule.py": "from pathlib import Path\nfrom tiny.rule import one\n\n" + dedent(test),
        "pytest.ini": "[pytest]\npythonpath = src\n",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


@pytest.mark.parametrize("runs", [1, 2], ids=["in its second run", "after a control"])
def test_a_test_that_fails_later_without_a_change_notices_nothing_and_is_named(tmp_path: Path, runs: int) -> None:
    test = f"""
        def test_it_leaves_something():
            left = Path(__file__).with_suffix(".left")
            with left.open("a") as file:
                file.write("x")
            assert one() and len(left.read_text()) <= {runs}
        """
    one_rule(tmp_path, test)
    code, said = run(tmp_path, "--mutants", "100")
    assert (
        "fails without any change, so it was not counted on: tests/test_rule.py::test_it_leaves_something" in said
    )
    words = "no test runs it" if runs == 1 else "not told"
    assert [line.split(" src/")[0] for line in said.splitlines() if " src/" in line] == [words] * 3
    assert ("3 mutants were not told: they are in no percentage" in said) == (runs == 2)
    assert code == 1


def test_a_trial_that_is_killed_from_outside_is_tried_once_more_and_then_not_told(tmp_path: Path) -> None:
    test = """
        import os, signal

        def test_one():
            if one() != 1:
                with Path(__file__).with_suffix(f".{one()}").open("a") as file:
                    file.write("x")
                os.kill(os.getpid(), signal.SIGKILL)
        """
    one_rule(tmp_path, test)
    code, said = run(tmp_path, "--mutants", "100")
    assert [line.split(" src/")[0] for line in said.splitlines() if " src/" in line] == ["not told"] * 3
    assert [(tmp_path / f"tests/test_rule.{answer}").read_text() for answer in (0, 2, None)] == ["xx"] * 3
    assert "3 mutants were not told: they are in no percentage" in said
    assert code == 1


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "many"])
def test_a_number_of_mutants_that_tries_none_is_refused(number: str) -> None:
    command = [sys.executable, "-m", "tests.mutation", f"--mutants={number}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 2
    assert f"{number!r} is not allowed; allowed: a whole number from 1" in done.stderr
