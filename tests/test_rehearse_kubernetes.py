"""The Pod that docs/rehearse.md gives: it fits together, its wheel fits a ConfigMap, its own command rehearses."""

import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from tests.test_package import ROOT, wheel_in
from tests.test_rehearse_command import free_ports

MANIFEST = ROOT / "docs" / "rehearsal" / "kubernetes.yaml"
MOST_OF_A_CONFIG_MAP = 1_048_576
"""Bytes of all its values (Kubernetes' documentation, "ConfigMaps")."""


def parts() -> dict[str, Any]:
    return {each["kind"]: each for each in yaml.safe_load_all(MANIFEST.read_text())}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel_in(tmp_path_factory.mktemp("wheel"))


def test_the_service_leads_to_the_ports_of_the_pod_that_the_command_listens_at() -> None:
    pod, service = parts()["Pod"], parts()["Service"]
    (container,) = pod["spec"]["containers"]
    ports = {each["name"]: each["containerPort"] for each in container["ports"]}
    script = container["command"][-1]
    assert service["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
    assert {each["targetPort"]: each["port"] for each in service["spec"]["ports"]} == ports
    assert [int(each) for each in re.findall(r"(?:0\.0\.0\.0:|worker=)(\d+)", script)] == [*ports.values()]
    assert f"--as {service['metadata']['name']} " in script
    assert container["readinessProbe"]["tcpSocket"]["port"] in ports


def test_every_folder_that_is_mounted_is_a_volume_of_the_pod_and_the_rest_is_read_only() -> None:
    spec = parts()["Pod"]["spec"]
    (container,) = spec["containers"]
    mounted = {each["mountPath"]: each["name"] for each in container["volumeMounts"]}
    assert set(mounted.values()) == {each["name"] for each in spec["volumes"]}
    used = set(re.findall(r"(?<![\w.])(/[a-z]+)/", container["command"][-1])) | {"/tmp"}  # noqa: S108 - of the Pod
    assert used <= mounted.keys()
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert container["env"] == [{"name": "HOME", "value": "/scratch"}]


def test_the_wheel_fits_a_config_map_under_the_name_that_pip_needs(wheel: Path) -> None:
    assert wheel.stat().st_size < MOST_OF_A_CONFIG_MAP
    assert re.fullmatch(r"[-._a-zA-Z0-9]{1,253}", wheel.name)  # a key of a ConfigMap


def test_the_pods_own_command_rehearses(wheel: Path, tmp_path: Path) -> None:
    """As it stands there, but for folders and ports, which are another's here."""
    (container,) = parts()["Pod"]["spec"]["containers"]
    shell, options, script = container["command"]
    work, ports = tmp_path / "work", free_ports(2)
    work.mkdir()
    for there, here in (
        ("/scratch", work),
        ("/wheel", wheel.parent),
        ("python3 -m venv", f"{sys.executable} -m venv"),
        ("0.0.0.0:5432", f"127.0.0.1:{ports[0]}"),
        ("worker=5433", f"worker={ports[1]}"),
    ):
        script = script.replace(str(there), str(here))
    environment = {"HOME": str(work), "PATH": "/usr/local/bin:/usr/bin:/bin", "TMPDIR": str(tmp_path)}
    running = subprocess.Popen(
        [shell, options, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    try:
        assert running.stdout
        said = next((line for line in running.stdout if line.startswith("Ctrl-C ends it")), "")
        assert said, running.communicate()[1]
        with pytest.raises(psycopg.OperationalError, match="this is a rehearsal of tlscheck"):
            psycopg.connect(f"host=127.0.0.1 port={ports[1]} sslmode=require user=app dbname=orders")
        running.send_signal(signal.SIGTERM)  # as Kubernetes ends a Pod
        out, _ = running.communicate(timeout=60)
    finally:
        running.kill()
        running.communicate()
    assert running.returncode == 0
    assert 'worker (as "app" in "orders"): it survives.' in out
