"""What `tlscheck trust-store build` writes: all or nothing, alike each time, and no file of its user is lost."""

import hashlib
import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tlscheck.edges.command import folder
from tlscheck.edges.command.main import main
from tlscheck.edges.stores.ciphers import write_pkcs12
from tlscheck.edges.stores.files import parse
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.keystores import jks
from tlscheck.trust.packaging import Packaging, Wrapping, files
from tlscheck.trust.trust_store import Reader

from tests import java

ENTRIES = roots()[:3]
NEW = {"a.pem": b"new a", "sub/b.der": b"new b", "c.jks": b"new c"}


def everything(place: Path) -> dict[str, object]:
    """What lies below: links by where they point, files by their bytes."""
    return {
        str(path.relative_to(place)): str(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in sorted(place.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def test_what_is_asked_for_lies_there_and_nothing_else(tmp_path: Path) -> None:
    folder.write(tmp_path / "new", NEW, overwrite=False)
    assert everything(tmp_path / "new") == NEW
    assert (tmp_path / "new" / "a.pem").stat().st_mode & 0o600 == 0o600


@pytest.mark.parametrize("failing", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("step", ["fsync", "rename"])
def test_a_failure_at_any_step_leaves_all_as_it_was(
    step: str, failing: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {"a.pem": b"old a", "a.pem.new": b"my own", "other": b"not mine"}
    for name, content in before.items():
        (tmp_path / name).write_bytes(content)
    home: object = os if step == "fsync" else Path
    real: Callable[..., object] = getattr(home, step)
    calls = 0

    def full(*given: object) -> object:
        nonlocal calls
        calls += 1
        if calls == failing:
            raise OSError(28, "No space left on device", "x")
        return real(*given)

    monkeypatch.setattr(home, step, full)
    if (step == "fsync" and failing > 3) or (
        step == "rename" and failing > 4
    ):  # what is written is safe by then; only folders are still told
        folder.write(tmp_path, NEW, overwrite=True)
        assert everything(tmp_path) == {**before, **NEW}
    else:
        with pytest.raises(BadRequest, match="No space left on device: nothing was written"):
            folder.write(tmp_path, NEW, overwrite=True)
        assert everything(tmp_path) == before
        assert not (tmp_path / "sub").exists()


def test_no_link_is_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"mine")
    place = tmp_path / "place"
    place.mkdir()
    for name in ("a.pem", "a.pem.new", "SHA256SUMS.new"):
        (place / name).symlink_to(precious)
    with pytest.raises(BadRequest, match="is there already"):
        folder.write(place, {"a.pem": b"new"}, overwrite=False)
    folder.write(place, {"a.pem": b"new", "SHA256SUMS": b"sums"}, overwrite=True)
    assert precious.read_bytes() == b"mine"
    assert not (place / "a.pem").is_symlink()
    assert (place / "a.pem").read_bytes() == b"new"
    (place / "sub").symlink_to(tmp_path)
    with pytest.raises(BadRequest, match="a link, which is not followed"):
        folder.write(place, {"sub/b.der": b"new"}, overwrite=True)
    assert not (tmp_path / "b.der").exists()


def test_a_dangling_link_is_something_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "a.pem").symlink_to("/does/not/exist")
    with pytest.raises(BadRequest, match="is there already"):
        folder.write(tmp_path, NEW, overwrite=False)


def made(password: str = "changeit") -> dict[str, bytes]:  # noqa: S107 - Java's own
    packagings = [Packaging.PKCS12, Packaging.JKS]
    return {
        file.name: file.content for file in files(packagings, ENTRIES, Wrapping(password=password), write_pkcs12)
    }


def test_the_same_roots_make_the_same_keystores() -> None:
    assert made() == made()
    assert made("another") != made()


def test_other_roots_have_other_salts() -> None:
    one, two = (write_pkcs12([("a", each.der)], "changeit") for each in ENTRIES[:2])
    salts = [content[-40:] for content in (one, two)]
    assert salts[0] != salts[1]


def test_keytool_reads_what_is_written_and_trusts_it(tmp_path: Path) -> None:
    for name, content in made("correct horse").items():
        path = tmp_path / name
        path.write_bytes(content)
        listed = java.keytool("-list", "-keystore", path, "-storepass", "correct horse")
        assert listed.stdout.count("trustedCertEntry") == 3, listed.stdout
        store = parse(content, "correct horse")
        assert {entry.sha256 for entry in store.anchors(Reader.JAVA, datetime(2026, 11, 1, tzinfo=UTC))} == {
            entry.sha256 for entry in ENTRIES
        }


def test_a_jks_says_when_its_newest_root_was_made() -> None:
    newest = max(entry.not_before for entry in ENTRIES)
    content = made()["rds-ca.jks"]
    assert content.count(round(newest.timestamp() * 1000).to_bytes(8)) == 3
    later = newest + timedelta(days=1)
    assert jks.write([("a", b"1")], "x", newest) != jks.write([("a", b"1")], "x", later)


@pytest.mark.parametrize("password", ["pässwört€", "a\tb", "a\nb", "\x7f", "\ud800"])
def test_a_password_that_java_cannot_take_for_a_pkcs12_is_refused_unseen(password: str) -> None:
    with pytest.raises(
        BadRequest, match="format pkcs12: Java reads it only with a password of printable"
    ) as refused:
        files([Packaging.PKCS12], ENTRIES, Wrapping(password=password), write_pkcs12)
    assert password not in str(refused.value)
    assert files([Packaging.JKS], ENTRIES, Wrapping(password="pässwört€"), write_pkcs12)  # noqa: S106 - of this test


def test_sums_of_an_earlier_build_stay_where_its_files_do(tmp_path: Path) -> None:
    (tmp_path / "rds-ca.p12").write_bytes(b"old")
    (tmp_path / "link.jks").symlink_to(tmp_path / "rds-ca.p12")
    digest = hashlib.sha256(b"old").hexdigest()
    sums = [(digest, "rds-ca.p12"), (digest, "link.jks"), ("0" * 64, "rds-ca.p12"), (digest, "gone.pem")]
    assert folder.unchanged(tmp_path, sums) == ((digest, "rds-ca.p12"),)


def test_the_stores_that_two_clients_are_told_to_build_are_built_in_one_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As their answers print the commands: the same twice; another Region's, under another name or merged."""
    monkeypatch.chdir(tmp_path)
    build = ["trust-store", "build", "--region"]
    assert main([*build, "eu-central-1"]) == 0
    first = (tmp_path / "rds-ca.pem").read_bytes()
    assert main([*build, "eu-central-1"]) == 0
    assert main([*build, "eu-west-1"]) == 2
    told = capsys.readouterr().err
    assert "rds-ca.pem is there already, with other content: nothing was written. Take another --name" in told
    assert (tmp_path / "rds-ca.pem").read_bytes() == first
    assert main([*build, "eu-west-1", "--merge", "rds-ca.pem", "--name", "rds-ca-new"]) == 0
    assert main([*build, "eu-west-1", "--merge", "rds-ca.pem", "--force"]) == 0
    both = (tmp_path / "rds-ca.pem").read_bytes()
    assert both.count(b"BEGIN CERTIFICATE") == 6
    checked = subprocess.run(["sha256sum", "--check", "SHA256SUMS"], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, "rds-ca.pem: OK\nrds-ca-new.pem: OK\n")


def test_sums_that_hold_more_than_is_written_again_are_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for of_another in (f"{'0' * 64}  backup.tar\n", "not ours\n"):
        (tmp_path / "SHA256SUMS").write_text(of_another)
        assert main(["trust-store", "build", "--region", "eu-central-1"]) == 2
        assert "SHA256SUMS is there already" in capsys.readouterr().err
        assert (tmp_path / "SHA256SUMS").read_text() == of_another
        assert not (tmp_path / "rds-ca.pem").exists()


def test_sums_that_are_a_link_are_in_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    build = ["trust-store", "build", "--region", "eu-central-1"]
    assert main(build) == 0
    (tmp_path / "SHA256SUMS").rename(tmp_path / "elsewhere")
    (tmp_path / "SHA256SUMS").symlink_to(tmp_path / "elsewhere")
    assert main(build) == 2
    assert (tmp_path / "SHA256SUMS").is_symlink()
