"""What each client is told to type, word by word, for each format and for paths that a shell would take apart."""

import shlex

import pytest
import yaml
from tlscheck.trust.instructions import Instruction, instructions
from tlscheck.trust.packaging import File, Packaging, Wrapping

OWN = Wrapping(password="correct horse")  # noqa: S106 - of this test


def told(packaging: Packaging, path: str, wrapping: Wrapping = Wrapping(), name: str = "") -> dict[str, str]:  # noqa: B008 - frozen
    found = instructions(File(name or path.rpartition("/")[2], packaging, b""), path, wrapping)
    assert all(isinstance(each, Instruction) for each in found)
    return {each.client: each.command for each in found}


def test_clients_of_a_bundle() -> None:
    assert told(Packaging.PEM, "/etc/rds-ca.pem") == {
        "psql": ("psql 'host=<endpoint> dbname=<database> sslmode=verify-full sslrootcert=/etc/rds-ca.pem'"),
        "pgAdmin": (
            "server > Properties > Parameters: SSL mode verify-full, Root certificate /etc/rds-ca.pem; in"
            ' servers.json: "ConnectionParameters": {"sslmode": "verify-full", "sslrootcert": "/etc/rds-ca.pem"}'
        ),
        "JDBC": "jdbc:postgresql://<endpoint>/<database>?sslmode=verify-full&sslrootcert=/etc/rds-ca.pem",
        "psycopg": (
            "psycopg.connect('host=<endpoint> dbname=<database> sslmode=verify-full sslrootcert=/etc/rds-ca.pem')"
        ),
        "node": ('new pg.Client({host: "<endpoint>", ssl: {ca: fs.readFileSync("/etc/rds-ca.pem", "utf8")}})'),
    }


def test_clients_of_a_bundle_whose_path_is_an_odd_one() -> None:
    assert told(Packaging.PEM, "C:\\a b/it's&.pem") == {
        "psql": (
            "psql 'host=<endpoint> dbname=<database> sslmode=verify-full"
            " sslrootcert='\"'\"'C:\\\\a b/it\\'\"'\"'s&.pem'\"'\"''"
        ),
        "pgAdmin": (
            "server > Properties > Parameters: SSL mode verify-full, Root certificate C:\\a b/it's&.pem; in"
            ' servers.json: "ConnectionParameters": {"sslmode": "verify-full", "sslrootcert":'
            ' "C:\\\\a b/it\'s&.pem"}'
        ),
        "JDBC": (
            "jdbc:postgresql://<endpoint>/<database>?sslmode=verify-full&sslrootcert=C:%5Ca%20b/it%27s%26.pem"
        ),
        "psycopg": (
            'psycopg.connect("host=<endpoint> dbname=<database> sslmode=verify-full'
            " sslrootcert='C:\\\\\\\\a b/it\\\\'s&.pem'\")"
        ),
        "node": (
            'new pg.Client({host: "<endpoint>", ssl: {ca: fs.readFileSync("C:\\\\a b/it\'s&.pem", "utf8")}})'
        ),
    }


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/a", "/a"),
        ("", "''"),
        ("/a b", "'/a b'"),
        ("/a\tb", "'/a\tb'"),
        ("/it's", "'/it\\'s'"),
        ("C:\\a", "'C:\\\\a'"),
    ],
)
def test_libpq_wants_quotes_for_some_values(path: str, value: str) -> None:
    words = shlex.split(told(Packaging.PEM, path)["psql"])
    assert words == ["psql", f"host=<endpoint> dbname=<database> sslmode=verify-full sslrootcert={value}"]


@pytest.mark.parametrize(
    ("path", "folder"),
    [("/x/rds-ca-der/root-1.der", "/x/rds-ca-der"), ("/a b/rds-ca-der/root-1.der", "'/a b/rds-ca-der'")],
)
def test_java_imports_each_file_of_a_folder(path: str, folder: str) -> None:
    assert told(Packaging.DER, path, name="rds-ca-der/root-1.der") == {
        "Java": (
            f"for file in {folder}/*.der; do keytool -importcert -noprompt"
            ' -file "$file" -alias "$(basename "$file" .der)" -keystore <truststore>; done'
        )
    }


@pytest.mark.parametrize(("packaging", "kind"), [(Packaging.PKCS12, "PKCS12"), (Packaging.JKS, "JKS")])
@pytest.mark.parametrize(("wrapping", "password"), [(Wrapping(), "changeit"), (OWN, "<password>")])
@pytest.mark.parametrize(("path", "shown"), [("/x/rds-ca", "/x/rds-ca"), ("/a b/rds-ca", "'/a b/rds-ca'")])
def test_a_jvm_is_told_of_a_keystore(  # noqa: PLR0917 - columns of a table
    packaging: Packaging, kind: str, wrapping: Wrapping, password: str, path: str, shown: str
) -> None:
    assert told(packaging, path, wrapping) == {
        "JDBC": (
            f"java -Djavax.net.ssl.trustStore={shown} -Djavax.net.ssl.trustStoreType={kind}"
            f" -Djavax.net.ssl.trustStorePassword={password} ... with"
            " jdbc:postgresql://<endpoint>/<database>"
            "?sslmode=verify-full&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory"
        ),
        "Java's present trust store": (
            f"keytool -importkeystore -noprompt -srckeystore {shown} -srcstoretype {kind}"
            f" -srcstorepass {password} -destkeystore <truststore>"
        ),
    }


@pytest.mark.parametrize(
    ("packaging", "volume"),
    [
        (Packaging.CONFIGMAP, 'configMap: {name: "orders"}'),
        (Packaging.SECRET, 'secret: {secretName: "orders"}'),
    ],
)
def test_kubernetes_is_told_of_an_object(packaging: Packaging, volume: str) -> None:
    assert told(packaging, "/a b/orders.yaml", Wrapping("orders")) == {
        "Kubernetes": "kubectl apply --server-side -f '/a b/orders.yaml'",
        "a pod": (
            f'volumes: [{{name: "orders", {volume}}}],'
            ' volumeMounts: [{name: "orders", mountPath: /etc/orders, readOnly: true}],'
            " then sslmode=verify-full sslrootcert=/etc/orders/orders.pem"
        ),
    }


@pytest.mark.parametrize("name", ["rds-ca", "2026", "null", "1e3"])
def test_what_a_pod_is_told_is_yaml_whatever_the_name(name: str) -> None:
    volumes, rest = told(Packaging.CONFIGMAP, "x", Wrapping(name))["a pod"].split(", volumeMounts: ")
    mounts, _ = rest.split(", then ")
    assert yaml.safe_load(volumes) == {"volumes": [{"name": name, "configMap": {"name": name}}]}
    assert yaml.safe_load(mounts) == [{"name": name, "mountPath": f"/etc/{name}", "readOnly": True}]
