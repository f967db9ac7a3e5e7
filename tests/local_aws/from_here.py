"""What a process of its own needs to sweep an emulated account as somebody would from a laptop.

Names of databases lead to this machine, as they do inside emulated Lambdas (emulator/worker/names.py), and the
roots of private CAs lie beside RDS's, as they do in the layer of the local stack.
"""

import os
import shutil
from pathlib import Path

from tests.layer_of_roots import REAL
from tests.local_aws.emulator import worker
from tests.local_aws.emulator.account import REGION, EmulatedAccount

_NAMES = Path(worker.__file__).with_name("names.py")


def environment(
    home: Path, account: EmulatedAccount, roots: bytes, *, region: str = REGION, key: str = "test"
) -> dict[str, str]:
    """The variables of such a process; `home` is its empty folder, and takes what Python finds on its path.

    `key` is the access key that it signs with: twelve digits are an account's root user.
    """
    path = home / "path"
    shutil.copytree(REAL, path / "rds_trust_store")
    bundle = path / "rds_trust_store" / "aws.pem"
    bundle.write_bytes(bundle.read_bytes() + roots)
    # Every Python imports it, if there is one, before anything else.
    (path / "sitecustomize.py").write_text(
        f"import runpy\nrunpy.run_path({str(_NAMES)!r})['only_this_machine']()\n"
    )
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "PYTHONPATH": str(path),
        "AWS_ENDPOINT_URL": account.endpoint,
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": region,
    }
