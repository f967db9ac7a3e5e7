"""The random search finds, tells and stops in time; without it a property is tried with the same examples."""

import ast
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace

import hypothesis
import pytest

from tests import fuzz, properties
from tests.fuzz import Round, with_properties

ROOT = Path(__file__).parent.parent


BOTH = {"a": 5, "b": 5}


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
    told = re.fullmatch(r"round 1: 2 of 2 properties with (\d+) examples, \d+ s", said.splitlines()[0])
    assert told
    assert f"figure fuzz.examples {told[1]} examples" in said
    first = set(Path(f"{module}.drawn").read_text().split())
    assert len(first) >= 16  # the 20 that it asks for, but for what was drawn twice

    # The time is over before anything can be tried: what was found before is told all the same.
    code, said = searched(0.0001, module, body)
    assert code == 1
    assert "cut at the bound" in said.splitlines()[0]
    assert "number=1000" in said

    code, said = searched(5, module, body)
    assert code == 1
    assert "number=1000" in said
    assert len(set(Path(f"{module}.drawn").read_text().split()) - first) >= 16


@pytest.mark.parametrize(
    ("of_round_3", "ends"),
    [
        (Round(0, "", is_cut=False, examples=BOTH, properties=2, found=()), (0, 8)),
        (Round(1, "", is_cut=False, examples=BOTH, properties=2, found=("number=1000",)), (1, 3)),
        (Round(2, "no such module", is_cut=False, examples={}, properties=0, found=()), (2, 3)),
        (Round(2, "", is_cut=True, examples={"a": 5}, properties=2, found=()), (0, 3)),
        (Round(2, "", is_cut=True, examples={"a": 5}, properties=2, found=("number=1000",)), (1, 3)),
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
        return of_round_3 if len(begun) == 3 else Round(0, "", is_cut=False, examples=BOTH, properties=2, found=())

    monkeypatch.setattr(fuzz, "time", SimpleNamespace(monotonic=lambda: next(minutes)))
    monkeypatch.setattr(properties, "FINDS", tmp_path)
    monkeypatch.setattr(fuzz, "tried", round_)
    assert fuzz.search(24, [], 1) == code
    said = capsys.readouterr().out
    assert len(begun) == rounds
    assert begun == sorted(begun, reverse=True)
    assert said.count("round ") == rounds
    examples = 10 * (rounds - 1) + sum(of_round_3.examples.values())
    assert "figure fuzz.properties 2 properties\n" in said
    assert said.splitlines()[-1 - (code == 2)] == f"figure fuzz.examples {examples} examples"


def test_a_search_without_one_whole_round_ends_with_3_and_says_how_many_properties_it_tried(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    one = Round(2, "", is_cut=True, examples={"a": 5}, properties=75, found=())
    monkeypatch.setattr(properties, "FINDS", tmp_path)
    monkeypatch.setattr(fuzz, "tried", lambda *_: one)
    assert fuzz.search(60, [], 1) == 3
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "round 1: 1 of 75 properties with 5 examples, 0 s, cut at the bound"
    assert said[1:3] == ["figure fuzz.properties 1 properties", "figure fuzz.examples 5 examples"]
    assert said[3] == "the time did not suffice for one whole round: there are properties that were not tried"


@pytest.mark.parametrize("minutes", ["0", "-1", "-0.5", "nan", "inf", "-inf", "1e308", "ten", ""])
def test_minutes_that_are_not_positive_and_finite_are_refused(
    minutes: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        fuzz.main(["--", minutes])
    assert ended.value.code == 2
    assert f"{minutes!r} is not allowed; allowed: a positive, finite number" in capsys.readouterr().err


def test_the_first_round_takes_the_usual_examples_and_a_later_one_five_times_as_many() -> None:
    tries = [hypothesis.settings.get_profile(each).max_examples for each in ("tlscheck", "glance", "fuzz")]
    assert tries == [100, 100, 500]


def test_properties_that_were_tried_least_come_first_in_the_next_round(module: Path) -> None:
    module.write_text(
        "from hypothesis import given, strategies as st\n"
        + "".join(f"@given(number=st.just(1))\ndef test_{name}(number): assert number == 1\n" for name in "abcd")
    )
    alone = fuzz.tried("glance", 60, [module], 1, {})
    names = list(alone.examples)
    assert (alone.code, alone.properties) == (0, 4)
    assert [name[-1] for name in names] == ["a", "b", "c", "d"]
    again = fuzz.tried("glance", 60, [module], 1, dict(zip(names, [2, 1, 1, 0], strict=True)))
    assert [name[-1] for name in again.examples] == ["d", "b", "c", "a"]


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
