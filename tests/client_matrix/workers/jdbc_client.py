"""Connects through pgjdbc as it is told, a URL a line, and says whether the server saw TLS, or the error.

Its arguments are the driver's jar and Java's system properties, name=value. A process of its own: one JVM each.
"""

import json
import sys
from typing import Any

import jpype

QUESTION = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"


def _parse(url: str, options: dict[str, Any]) -> dict[str, object]:
    """What the driver says before it sends a word: of the URL, of the modes, and of what it makes TLS with.

    A file or a class that is not there is no word that it does not know: a program brings its own.
    """
    given = jpype.JClass("java.util.Properties")()
    for name, value in options.items():
        given.setProperty(name, str(value))
    properties = jpype.JClass("org.postgresql.Driver").parseURL(url, given)
    if properties is None:
        return {"error": "it is no URL of this driver's"}
    modes = jpype.JClass("org.postgresql.jdbc.SslMode")
    try:
        jpype.JClass("org.postgresql.jdbc.GSSEncMode").of(properties)
        if modes.of(properties) != modes.DISABLE:
            jpype.JClass("org.postgresql.core.SocketFactoryFactory").getSslSocketFactory(properties)
    except jpype.JClass("java.sql.SQLException") as error:
        causes = _causes(error)
        missing = tuple(map(jpype.JClass, ("java.io.FileNotFoundException", "java.lang.ClassNotFoundException")))
        if not any(isinstance(each, missing) for each in causes):
            return {"error": " <- ".join(map(str, causes))}
    return {"tls": False}


def _causes(error: Any) -> list[Any]:
    """It, what caused it, and what caused that."""
    found = []
    while error is not None:
        found.append(error)
        error = error.getCause()
    return found


def _connect(driver: Any, url: str) -> dict[str, object]:
    try:
        connection = driver.connect(url, jpype.JClass("java.util.Properties")())
        rows = connection.createStatement().executeQuery(QUESTION)
        rows.next()
        seen = bool(rows.getBoolean(1))
        connection.close()
    except jpype.JClass("java.sql.SQLException") as error:
        return {"error": " <- ".join(map(str, _causes(error)))}
    return {"tls": seen}


def main(jar: str, *properties: str) -> None:
    options = (f"-D{each}" for each in properties)
    jpype.startJVM(jpype.getDefaultJVMPath(), "-XX:TieredStopAtLevel=1", *options, classpath=[jar])
    driver = jpype.JClass("org.postgresql.Driver")()
    for line in sys.stdin:
        asked = json.loads(line)
        is_parsed = asked.get("parse")
        answer = _parse(asked["text"], asked["options"]) if is_parsed else _connect(driver, asked["text"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
