"""Programs as people write them, unmodified, each rehearsed by one command: with a store that holds the root of
the CA that the server is to get, and with one that lacks it."""

import json
from pathlib import Path

import pytest

from tests.rehearsing.commanded import EXIT, rehearse, store
from tests.rehearsing.programs import here

RSA2048, RSA4096 = "Amazon RDS eu-central-1 Root CA RSA2048 G1", "Amazon RDS eu-central-1 Root CA RSA4096 G1"

SILENT = {"node-postgres"}
"""What closes without an alert: what its store holds cannot be told."""


@pytest.mark.parametrize("name", sorted(here()))
@pytest.mark.parametrize(("held", "verdict"), [((RSA2048, RSA4096), "SURVIVES"), ((RSA2048,), "DOES_NOT")])
def test_it_is_told_whether_it_survives(name: str, held: tuple[str, ...], verdict: str, tmp_path: Path) -> None:
    code, answer, said = rehearse(here()[name](tmp_path, store(tmp_path, *held)), tmp_path)
    assert answer.get("verdict") == ("UNKNOWN" if name in SILENT else verdict), (said, answer)
    assert code == EXIT[answer["verdict"]]
    assert "secret" not in json.dumps(answer) + said
