"""The random search finds, tells and stops in time; without it a property is tried with the same examples."""

import ast
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import fuzz, properties
from tests.fuzz import Round, with_properties

ROOT = Path(__file__).parent.parent


@pytest.fixture
def module(tmp_path: Path) -> Path:
    (tmp_path / "conftest.py").write_text(
        "from tests.conftest import pytest_configure, pytest_runtest_makereport, pytest_terminal_summary\n"
    )
    return tmp_path / "test_sample.py"


def searched(minutes: float, module: Path, body: str) -> tuple[int, str]:
    """The exit code, and what was said, of a search in this module alone."""
    module.write_text(
        "from hypothesis import given, settings, strategies as st\nfrom tests.properties import tries\n"
        + textwrap.dedent(body)
    )
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", f"{minutes}", module, "--processes=1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "FUZZ_FINDS": str(module.parent / "finds")},
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_what_breaks_a_property_is_told_with_its_example_and_told_again_until_it_is_mended(module: Path) -> None:
    body = """
        def test_not_a_property(): assert False, "is no property and is not run"

        @settings(max_examples=tries(20))
        @given(st.integers(0, 2**64))
        def test_a_number_is_one(number):
            with open(__file__ + ".drawn", "a") as file:
                print(number, file=file)

        @given(st.integers())
        def test_numbers_are_small(number): assert number < 1000
        """
    code, said = searched(5, module, body)
    assert code == 1
    assert "number=1000" in said
    assert "@reproduce_failure" in said
    assert "is no property" not in said
    told = re.fullmatch(r"round 1: 2 properties with (\d+) examples, \d+ s", said.splitlines()[0])
    assert told
    assert f"figure fuzz.examples {told[1]} examples" in said
    first = set(Path(f"{module}.drawn").read_text().split())
    assert len(first) >= 80  # five times the 20 that it asks for, but for what was drawn twice

    # The time is over before anything can be tried: what was found before is told all the same.
    code, said = searched(0.0001, module, body)
    assert code == 1
    assert "cut at the bound" in said.splitlines()[0]
    assert "number=1000" in said

    code, said = searched(5, module, body)
    assert code == 1
    assert "number=1000" in said
    assert len(set(Path(f"{module}.drawn").read_text().split()) - first) >= 80


@pytest.mark.parametrize(
    ("of_round_3", "ends"),
    [
        (Round(0, "", is_cut=False, examples=(5, 5), found=()), (0, 8)),
        (Round(1, "", is_cut=False, examples=(5, 5), found=("number=1000",)), (1, 3)),
        (Round(2, "no such module", is_cut=False, examples=(), found=()), (2, 3)),
        (Round(2, "", is_cut=True, examples=(5,), found=()), (0, 3)),
        (Round(2, "", is_cut=True, examples=(5,), found=("number=1000",)), (1, 3)),
    ],
    ids=["nothing", "a find", "cannot run", "cut", "cut after a find"],
)
def test_rounds_follow_each_other_until_something_is_found_or_the_time_is_over(
    of_round_3: Round,
    ends: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    code, rounds = ends
    minutes = iter(range(100))  # between two looks at the clock, of which a round takes three
    begun: list[float] = []

    def round_(_profile: str, seconds: float, *_: object) -> Round:
        begun.append(seconds)
        return of_round_3 if len(begun) == 3 else Round(0, "", is_cut=False, examples=(5, 5), found=())

    monkeypatch.setattr(fuzz, "time", SimpleNamespace(monotonic=lambda: next(minutes)))
    monkeypatch.setattr(properties, "FINDS", tmp_path)
    monkeypatch.setattr(fuzz, "tried", round_)
    assert fuzz.search(24, [], 1) == code
    said = capsys.readouterr().out
    assert len(begun) == rounds
    assert begun == sorted(begun, reverse=True)
    assert said.count("round ") == rounds
    examples = 10 * (rounds - 1) + sum(of_round_3.examples)
    assert said.splitlines()[-1 - (code == 2)] == f"figure fuzz.examples {examples} examples"


def test_a_module_that_cannot_be_imported_ends_it_with_2(module: Path) -> None:
    code, said = searched(5, module, "import nothing_of_this_name")
    assert code == 2
    assert "nothing_of_this_name" in said


def drawn(*words: str, hash_seed: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", "-n0", f"--rootdir={ROOT}", "-c", "pyproject.toml", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )
    assert done.returncode == 0, done.stdout
    return "".join(re.findall("<.*>", done.stdout))


def test_examples_are_the_same_whatever_was_imported_before(module: Path) -> None:
    module.write_text(
        "from hypothesis import given, strategies as st\n"
        "def test_first():\n    import tlscheck.edges.command.main\n"
        "@given(st.integers(), st.text())\n"
        "def test_second(number, text): print(f'<{number} {text!a}>')\n"
    )
    alone = drawn(f"{module}::test_second", hash_seed="1")
    assert alone.count("<") > 90
    assert drawn(str(module), hash_seed="2") == alone


def test_every_property_is_found_and_grows_with_the_search() -> None:
    found = set()
    for path in sorted(ROOT.glob("tests/**/*.py")):
        tree = ast.parse(path.read_text())
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            words = [ast.unparse(each) for each in function.decorator_list]
            assert not re.search(r"max_examples=\d", " ".join(words)), f"{path.name}: max_examples=tries(...)"
            if any(word.startswith("given(") for word in words):
                found.add(path)
                assert function in tree.body or "pytest.mark.hypothesis" in _around(tree, function), path.name
    assert found <= set(with_properties())


def _around(tree: ast.Module, inner: ast.FunctionDef) -> list[str]:
    """The decorators of the test that a property is written within."""
    return [
        ast.unparse(word)
        for test in tree.body
        if isinstance(test, ast.FunctionDef) and inner in ast.walk(test)
        for word in test.decorator_list
    ]
