"""The JSON documents of trust stores, written out whole."""

from dataclasses import replace

from tlscheck.trust.coverage import Coverage, Fitness
from tlscheck.trust.instructions import Instruction
from tlscheck.trust.order import Selection
from tlscheck.trust.packaging import File, Packaging, Wrapping
from tlscheck.trust.store_document import built_document, entry_document, store_document, uses
from tlscheck.trust.trust_store import Format, Reader

from tests.trust_stores import NOW, entry, root, store

ROOT = replace(root("eu-central-1", "RSA2048"), sha1="a1" * 20, sha256="b2" * 32, alias="mine")
EXPIRED = replace(entry("Our CA", days=-1, self_issued=False), is_for_java=False, sha1="", sha256="00")
AS_DOCUMENT = {
    "name": "Amazon RDS eu-central-1 Root CA RSA2048 G1",
    "subject": "CN=Amazon RDS eu-central-1 Root CA RSA2048 G1",
    "region": "eu-central-1",
    "ca": "rds-ca-rsa2048-g1",
    "valid_from": "2024-02-28T00:00:00+00:00",
    "expires": "2027-12-29T00:00:00+00:00",
    "expired": False,
    "self_issued": True,
    "brought_by_owner": False,
    "seen_by_java": True,
    "alias": "mine",
    "sha1": "a1" * 20,
    "sha256": "b2" * 32,
}
EXPIRED_AS_DOCUMENT = {
    "name": "Our CA",
    "subject": "CN=Our CA",
    "region": None,
    "ca": "other",
    "valid_from": "2024-02-28T00:00:00+00:00",
    "expires": "2026-11-23T00:00:00+00:00",
    "expired": True,
    "self_issued": False,
    "brought_by_owner": False,
    "seen_by_java": False,
    "alias": "",
    "sha1": "",
    "sha256": "00",
}
PEM = File("rds-ca.pem", Packaging.PEM, b"a")
DER = [File(f"rds-ca-der/{name}.der", Packaging.DER, b"") for name in "ab"]
KEYSTORE = File("rds-ca.jks", Packaging.JKS, b"abc")


def at(file: File) -> str:
    return f"/out/{file.name}"


def test_a_certificate() -> None:
    assert entry_document(ROOT, NOW) == AS_DOCUMENT
    assert entry_document(EXPIRED, NOW) == EXPIRED_AS_DOCUMENT


def test_a_trust_store() -> None:
    coverages = [
        Coverage(Fitness.MISSING, "eu-central-1", Reader.PARTIAL_CHAIN, (ROOT,), "not in it"),
        Coverage(Fitness.UNKNOWN, "eu-west-1", Reader.JAVA, (), "why"),
    ]
    assert store_document("/a.pem", store(ROOT, EXPIRED, kind=Format.PEM_DIRECTORY), ["one"], coverages, NOW) == {
        "path": "/a.pem",
        "format": "PEM directory",
        "looked_at": "2026-11-24T00:00:00+00:00",
        "certificates": [AS_DOCUMENT, EXPIRED_AS_DOCUMENT],
        "remarks": ["one"],
        "coverage": [
            {
                "region": "eu-central-1",
                "reader": "partial chain",
                "readiness": "MISSING",
                "reason": "not in it",
                "missing": [AS_DOCUMENT],
            },
            {"region": "eu-west-1", "reader": "java", "readiness": "UNKNOWN", "reason": "why", "missing": []},
        ],
    }


def test_each_format_is_explained_once_and_in_their_own_order() -> None:
    used = uses([KEYSTORE, *DER, PEM], Wrapping(), at)
    assert [(packaging.value, each.client) for packaging, each in used] == [
        ("pem", "psql"),
        ("pem", "pgAdmin"),
        ("pem", "JDBC"),
        ("pem", "psycopg"),
        ("pem", "node"),
        ("der", "Java"),
        ("jks", "JDBC"),
        ("jks", "Java's present trust store"),
    ]
    assert used[5][1].command.startswith("for file in /out/rds-ca-der/*.der; do keytool -importcert ")
    assert used[7][1].command == (
        "keytool -importkeystore -noprompt -srckeystore /out/rds-ca.jks -srcstoretype JKS"
        " -srcstorepass changeit -destkeystore <truststore>"
    )
    assert uses([], Wrapping(), at) == []


def test_the_first_of_several_files_stands_for_all() -> None:
    moved = uses(DER, Wrapping(), lambda file: f"/{DER.index(file)}/{file.name}")
    assert [each.command.split(";")[0] for _, each in moved] == ["for file in /0/rds-ca-der/*.der"]


def test_what_was_made() -> None:
    used = [(Packaging.JKS, Instruction("Java", "keytool"))]
    selection = Selection((ROOT,), (EXPIRED,), ("damaged",))
    assert built_document([PEM, KEYSTORE], selection, at, used, NOW) == {
        "files": [
            {
                "path": "/out/rds-ca.pem",
                "format": "pem",
                "bytes": 1,
                "sha256": "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
            },
            {
                "path": "/out/rds-ca.jks",
                "format": "jks",
                "bytes": 3,
                "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            },
        ],
        "use": [{"format": "jks", "client": "Java", "command": "keytool"}],
        "certificates": [AS_DOCUMENT],
        "left_out_as_expired": [EXPIRED_AS_DOCUMENT],
        "notes": ["damaged"],
    }
