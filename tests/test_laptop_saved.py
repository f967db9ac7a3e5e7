"""What a sweep from here keeps in a file: the next run remembers it, and nobody else's account gets into it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tlscheck.edges.command.main import main
from tlscheck.edges.ledger_file import LedgerFile
from tlscheck.inventory.account import Account
from tlscheck.verdict.remembering import remember

from tests.examples import NOW
from tests.interleaving.stories import LISTED, LOOKS, remembered, said
from tests.interleaving.sweeps import Depths, Plot, hand_of
from tests.interleaving.tables import KeptTable
from tests.local_aws.emulator.account import EmulatedAccount

ENFORCED = LISTED["enforced"]


def swept(path: Path, seen: str, at: datetime) -> dict[str, str]:
    """What the findings say after one run that saw this."""
    with LedgerFile(Account("aws", "111122223333", "us-east-1"), path, at) as ledger:
        table, plot = KeptTable(ledger, at), Plot(f"laptop {at}", Depths.FULL, LOOKS[seen], ENFORCED)
        table.run(remember(hand_of(plot, ENFORCED, at, is_contended=False)))
        return {
            check.value: status.value for check, (status, _, _) in said(remembered(table, ENFORCED.key)).items()
        }


def test_the_next_run_knows_who_came_without_tls_when_the_first_looked(tmp_path: Path) -> None:
    kept, alone = tmp_path / "kept", tmp_path / "alone"
    assert swept(kept, "legacy comes without TLS", NOW - timedelta(days=1))["plaintext-clients"] == "FAILED"
    assert swept(kept, "legacy comes with TLS", NOW)["plaintext-clients"] == "FAILED"
    assert swept(alone, "legacy comes with TLS", NOW)["plaintext-clients"] != "FAILED"


@pytest.mark.usefixtures("account")
def test_the_command_keeps_to_one_account_a_file_and_names_one_for_each(
    emulator: EmulatedAccount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    emulator.set_rds({})
    run = ["sweep", "--no-connect", "--region", "us-east-1", "--save"]
    kept = tmp_path / "ledger"
    codes = [main([*run, str(kept)]) for _ in range(2)]
    assert codes[0] == codes[1]
    assert kept.stat().st_mode & 0o777 == 0o600
    before = kept.read_bytes()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "444455556666")
    capfd.readouterr()
    assert main([*run, str(kept)]) == 2
    told = capfd.readouterr().err
    assert "and this is account 444455556666: name another" in " ".join(told.split())
    assert kept.read_bytes() == before
    main([*run, str(tmp_path / "{account}.ledger")])
    assert sorted(each.name for each in tmp_path.iterdir()) == ["444455556666.ledger", "ledger"]
