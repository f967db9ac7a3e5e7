"""How a client is told to use a trust store: in each client's own words."""

import json
import re
import shlex
from dataclasses import dataclass
from urllib.parse import quote

from tlscheck.keystores.jks import DEFAULT_PASSWORD
from tlscheck.trust.packaging import File, Packaging, Wrapping

_HOST = "<endpoint>"


@dataclass(frozen=True, slots=True)
class Instruction:
    """One client, and what its owner types or writes."""

    client: str
    command: str


def instructions(file: File, path: str, wrapping: Wrapping) -> tuple[Instruction, ...]:
    """What to do with a file that lies at `path`. A password that is not Java's default is never repeated."""
    password = wrapping.password if wrapping.password == DEFAULT_PASSWORD else "<password>"
    match file.packaging:
        case Packaging.PEM:
            return _of_pem(path)
        case Packaging.DER:
            folder = shlex.quote(path.removesuffix(file.name.rpartition("/")[2])[:-1])
            return (
                Instruction(
                    "Java",
                    f'for file in {folder}/*.der; do keytool -importcert -noprompt -file "$file"'
                    ' -alias "$(basename "$file" .der)" -keystore <truststore>; done',
                ),
            )
        case Packaging.PKCS12 | Packaging.JKS:
            return _of_keystore(shlex.quote(path), file.packaging.upper(), password)
        case Packaging.CONFIGMAP | Packaging.SECRET:
            mounted = f"/etc/{wrapping.name}/{wrapping.name}.pem"
            # YAML takes a name like 2026 or null for no text unless it stands in quotes
            quoted = json.dumps(wrapping.name)
            source = "configMap: {name" if file.packaging is Packaging.CONFIGMAP else "secret: {secretName"
            return (
                # client-side apply keeps a copy in an annotation, which holds 256 KiB
                Instruction("Kubernetes", f"kubectl apply --server-side -f {shlex.quote(path)}"),
                Instruction(
                    "a pod",
                    f"volumes: [{{name: {quoted}, {source}: {quoted}}}}}],"
                    f" volumeMounts: [{{name: {quoted}, mountPath: /etc/{wrapping.name}, readOnly: true}}],"
                    f" then sslmode=verify-full sslrootcert={mounted}",
                ),
            )


def _of_pem(path: str) -> tuple[Instruction, ...]:
    words = f"host={_HOST} dbname=<database> sslmode=verify-full sslrootcert={_libpq(path)}"
    document = json.dumps({"ConnectionParameters": {"sslmode": "verify-full", "sslrootcert": path}})
    return (
        Instruction("psql", f"psql {shlex.quote(words)}"),
        Instruction(
            "pgAdmin",
            f"server > Properties > Parameters: SSL mode verify-full, Root certificate {path};"
            f" in servers.json: {document[1:-1]}",
        ),
        Instruction(
            "JDBC", f"jdbc:postgresql://{_HOST}/<database>?sslmode=verify-full&sslrootcert={quote(path, '/:')}"
        ),
        Instruction("psycopg", f"psycopg.connect({words!r})"),
        Instruction(
            "node",
            f'new pg.Client({{host: "{_HOST}", ssl: {{ca: fs.readFileSync({json.dumps(path)}, "utf8")}}}})',
        ),
    )


def _libpq(value: str) -> str:
    """A value of a connection string, in quotes where it needs them (libpq, conninfo_parse)."""
    if re.fullmatch(r"[^\s'\\]+", value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _of_keystore(path: str, kind: str, password: str) -> tuple[Instruction, ...]:
    return (
        Instruction(
            "JDBC",
            f"java -Djavax.net.ssl.trustStore={path} -Djavax.net.ssl.trustStoreType={kind}"
            f" -Djavax.net.ssl.trustStorePassword={password} ... with jdbc:postgresql://{_HOST}/<database>"
            "?sslmode=verify-full&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory",
        ),
        Instruction(
            "Java's present trust store",
            f"keytool -importkeystore -noprompt -srckeystore {path} -srcstoretype {kind}"
            f" -srcstorepass {password} -destkeystore <truststore>",
        ),
    )
