"""One root in files that people make: which readers have it. Rows were held to OpenSSL, Go, Java and Erlang."""

import base64
from collections.abc import Callable
from hashlib import sha256

import pytest
from tlscheck.edges.stores.ciphers import write_pkcs12
from tlscheck.edges.stores.files import parse
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.keystores import dotnet_pem, erlang_pem, go_pem, java_factory, netty_pem, openssl, rustls_pem
from tlscheck.keystores.loaded import IsX509, Loaded
from tlscheck.trust.trust_store import Reader

from tests.der_writer import element, integer, octets, oid, sequence

DER, BESIDE, THIRD = (each.der for each in roots()[:3])
READERS = {"openssl", "node", "java", "go", ".NET", "netty", "rustls", "erlang"}
TEXT = base64.b64encode(DER)
BODY = b"\n".join(TEXT[at : at + 64] for at in range(0, len(TEXT), 64)) + b"\n"


def block(body: bytes = BODY, begin: str = "CERTIFICATE", end: str = "") -> bytes:
    return f"-----BEGIN {begin}-----\n".encode() + body + f"-----END {end or begin}-----\n".encode()


PEM, EMPTY, NO_BASE64 = block(), block(b""), b"***\n"
SEALED = b"Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00000000000000000000000000000000\n\nAAAA\n"


@pytest.mark.parametrize(
    ("content", "readers"),
    [
        pytest.param(EMPTY + PEM, "erlang go", id="an empty block before"),
        pytest.param(PEM + EMPTY, "erlang go netty node", id="an empty block behind"),
        pytest.param(block(b"", "X") + PEM, ".NET erlang go netty rustls", id="an empty unknown block before"),
        pytest.param(
            b"-----BEGIN CERTIFICATE----\n" + PEM, ".NET erlang go node openssl", id="a damaged BEGIN before"
        ),
        pytest.param(b"-----BEGIN CERTIFICATE-----\n" + PEM, ".NET go rustls", id="a lone BEGIN before"),
        pytest.param(block(end="X") + PEM, ".NET erlang go netty", id="another's END before"),
        pytest.param(block(b"a: b\n\n" + BODY), "", id="a header"),
        pytest.param(block(b"a: b\n\n" + BODY) + PEM, ".NET erlang go", id="a block with a header before"),
        pytest.param(block(b"a: b\n") + PEM, ".NET go", id="a header and nothing else before"),
        pytest.param(PEM + b"-----BEGIN CERTIFICATE-----\na: b\n", ".NET go netty node", id="cut in a header"),
        pytest.param(PEM[:-1] + b"xyz\n" + PEM, ".NET erlang go netty rustls", id="letters behind END"),
        pytest.param(PEM[:-1], ".NET erlang go java netty node openssl rustls", id="no last line break"),
        pytest.param(block(TEXT + b"\n"), ".NET erlang go java netty node openssl rustls", id="one long line"),
        pytest.param(
            PEM.replace(b"\n", b"  \n"), ".NET erlang go java node openssl rustls", id="spaces behind lines"
        ),
        pytest.param(
            block(b"".join(b" %s\n" % each for each in BODY.splitlines())),
            ".NET erlang go java node openssl rustls",
            id="spaces before lines",
        ),
        pytest.param(
            block(b"MI I" + BODY[3:]), ".NET erlang go java node openssl rustls", id="a space within a line"
        ),
        pytest.param(block(b"MI\fI" + BODY[3:]), "erlang rustls", id="a form feed within a line"),
        pytest.param(block(b"MI\vI" + BODY[3:]), "erlang rustls", id="a vertical tab within a line"),
        pytest.param(block(b"MI-I" + BODY[3:]), "erlang", id="a dash within a line"),
        pytest.param(block(BODY + b"\n"), ".NET erlang go java netty rustls", id="an empty line before END"),
        pytest.param(
            block(b"\n" + BODY), ".NET erlang go java netty node openssl rustls", id="an empty line behind BEGIN"
        ),
        pytest.param(block(TEXT.rstrip(b"=") + b"\n"), "java rustls", id="no padding"),
        pytest.param(block(TEXT.rstrip(b"=") + b"====\n"), "erlang", id="padding too much"),
        pytest.param(block(base64.b64encode(DER + b"\0") + b"\n"), "netty openssl", id="a byte behind it"),
        pytest.param(block(base64.b64encode(DER + BESIDE) + b"\n"), "netty openssl", id="another behind it"),
        pytest.param(PEM.replace(b"\n", b"\r\r\n"), ".NET erlang java netty node openssl rustls", id="CR CR LF"),
        pytest.param(PEM.replace(b"\n", b"\n\r"), ".NET erlang java netty rustls", id="LF CR"),
        pytest.param(PEM.replace(b"END", b"end"), "", id="END in lower case"),
        pytest.param(PEM.replace(b"-----\n", b"----- x\n", 1), "", id="text behind BEGIN"),
        pytest.param(b"-----\n" + PEM, ".NET erlang go netty node openssl rustls", id="a line of dashes before"),
        pytest.param(PEM + b"-----\n", ".NET erlang go netty node openssl rustls", id="a line of dashes behind"),
        pytest.param(
            b"a-b\n" + PEM, ".NET erlang go java netty node openssl rustls", id="a dash in the text before"
        ),
        pytest.param(BESIDE + PEM, "java netty", id="DER before"),
        pytest.param(
            PEM + block(NO_BASE64, "X"), ".NET erlang go netty node rustls", id="an unknown block of no base64"
        ),
        pytest.param(
            block(SEALED, "RSA PRIVATE KEY") + PEM, ".NET erlang go netty node openssl", id="a sealed key before"
        ),
        pytest.param(
            block(b"AAAA\n", "CERTIFICATE REQUEST") + PEM, ".NET erlang go node openssl rustls", id="a request"
        ),
    ],
)
def test_a_file_and_who_has_the_root_of_it(content: bytes, readers: str) -> None:
    store = parse(content)
    found = {each.value for each in Reader if DER in store.loaded(each).certificates}
    assert found & READERS == set(readers.split())


@pytest.mark.parametrize(
    ("label", "is_refused_by_rustls", "is_refused_by_erlang"),
    [
        ("CERTIFICATE", True, True),
        ("PUBLIC KEY", True, True),
        ("RSA PRIVATE KEY", True, True),
        ("PRIVATE KEY", True, True),
        ("EC PRIVATE KEY", True, True),
        ("X509 CRL", True, True),
        ("CERTIFICATE REQUEST", True, True),
        ("ECHCONFIG", True, False),
        ("RSA PUBLIC KEY", False, True),
        ("DSA PRIVATE KEY", False, True),
        ("DH PARAMETERS", False, True),
        ("ENCRYPTED PRIVATE KEY", False, True),
        ("PKCS7", False, True),
        ("EC PARAMETERS", False, True),
        ("DSA PARAMETERS", False, False),
        ("OPENSSH PRIVATE KEY", False, False),
        ("X509 CERTIFICATE", False, False),
    ],
)
def test_a_block_that_a_reader_knows_must_be_base64(
    label: str, is_refused_by_rustls: bool, is_refused_by_erlang: bool
) -> None:
    content = PEM + block(b"AAAAA\n", label)
    refused = "a block that is no base64"
    assert rustls_pem.load(content, lambda _: True).refusal == refused * is_refused_by_rustls
    assert erlang_pem.load(content, lambda _: True).refusal == refused * is_refused_by_erlang


LOADERS = {
    "Java": (java_factory.load, "block"),
    ".NET": (dotnet_pem.load, "certificate"),
    "rustls": (rustls_pem.load, "certificate"),
    "Erlang": (erlang_pem.load, "certificate"),
    "Netty": (netty_pem.load, "block"),
}


@pytest.mark.parametrize(("name", "load", "what"), [(name, *row) for name, row in LOADERS.items()])
def test_the_first_of_which_it_is_not_known_is_named(
    name: str, load: Callable[[bytes, IsX509], Loaded], what: str
) -> None:
    content = b"".join(block(base64.b64encode(each) + b"\n") for each in (DER, BESIDE, THIRD))
    whose = "Java" if name == "Netty" else name
    every = (DER, BESIDE, THIRD)
    assert load(content, lambda _: True) == Loaded(every)
    doubt = f"whether {whose} takes {what} 2 of it is not known"
    assert load(content, lambda der: True if der == DER else None) == Loaded(every, doubt=doubt)
    if name != "Erlang":
        refusal = load(content, lambda der: der != THIRD).refusal
        assert refusal in {"block 3 of it is no certificate", "certificate 3 of it cannot be read"}


def test_go_and_erlang_pass_over_what_is_no_certificate() -> None:
    content = b"".join(block(base64.b64encode(each) + b"\n") for each in (DER, BESIDE, THIRD))
    for load in (go_pem.load, erlang_pem.load):
        assert load(content, lambda der: der != BESIDE) == Loaded((DER, THIRD))


def signed(*certificates: bytes, kind: str = "1.2.840.113549.1.7.2", tag: int = 0xA0) -> bytes:
    data = sequence(oid("1.2.840.113549.1.7.1"))
    parts = (integer(1), element(0x31), data, *([element(tag, *certificates)] if certificates else []))
    return sequence(oid(kind), element(0xA0, sequence(*parts)))


@pytest.mark.parametrize(
    ("der", "found"),
    [
        (signed(DER, BESIDE, THIRD), (DER, BESIDE, THIRD)),
        (signed(DER), (DER,)),
        (signed(), ()),
        (signed(DER, tag=0xA1), ()),
    ],
)
def test_java_takes_the_certificates_of_a_pkcs7(der: bytes, found: tuple[bytes, ...]) -> None:
    text = block(base64.b64encode(der) + b"\n", "PKCS7")
    assert java_factory.load(text, lambda _: False) == Loaded(found)
    assert java_factory.load(text + PEM, lambda _: True) == Loaded(found)


@pytest.mark.parametrize("der", [signed(DER, kind="1.2.840.113549.1.7.1"), signed(DER) + b"\0", octets(b"a")])
def test_what_is_no_pkcs7_is_asked_about_as_a_certificate(der: bytes) -> None:
    text = block(base64.b64encode(der) + b"\n", "PKCS7")
    assert java_factory.load(text, lambda _: False) == Loaded(refusal="block 1 of it is no certificate")


def test_a_pkcs7_behind_a_certificate_is_none_to_java() -> None:
    text = PEM + block(base64.b64encode(signed(DER)) + b"\n", "PKCS7")
    assert java_factory.load(text, lambda der: der == DER).refusal == "block 2 of it is no certificate"


@pytest.mark.parametrize(
    ("label", "content", "refusal"),
    [
        ("TRUSTED CERTIFICATE", DER + sequence(integer(1)), "the block of line 1: no word of trust"),
        ("TRUSTED CERTIFICATE", DER + b"\x30", "the block of line 1: cut short"),
        ("CERTIFICATE", DER[:-1], f"the block of line 1: cut short: {len(DER) - 5} of {len(DER) - 4} bytes"),
        ("CERTIFICATE", sequence(), "the block of line 1: not what it is called"),
        ("X509 CRL", DER, "the block of line 1: not what it is called"),
        ("PRIVATE KEY", DER, "the block of line 1: not what it is called"),
        ("PUBLIC KEY", DER, "no block that OpenSSL takes for a certificate"),
    ],
)
def test_why_openssl_refuses_a_file(label: str, content: bytes, refusal: str) -> None:
    text = block(base64.b64encode(content) + b"\n", label)
    assert openssl.load_file(text, lambda _: True) == Loaded(refusal=refusal)


def test_a_certificate_that_is_not_for_servers_is_left_out_and_named() -> None:
    trust = sequence(element(0xA0, oid("1.3.6.1.5.5.7.3.1")))
    text = PEM + block(base64.b64encode(BESIDE + trust) + b"\n", "TRUSTED CERTIFICATE")
    line = PEM.count(b"\n") + 1
    note = f"the certificate of line {line} is not for servers: its TRUSTED block says so"
    for load in (openssl.load_file, openssl.load_until_damaged):
        assert load(text, lambda _: True) == Loaded((DER,), notes=(note,))
    cut = openssl.load_until_damaged(PEM + block(b"!\n"), lambda _: True)
    assert cut == Loaded((DER,), notes=(f"node stops there without a word: the block of line {line}: bad base64",))
    assert openssl.load_first(PEM + PEM, lambda _: True) == Loaded((DER,))
    assert openssl.load_first(block(b"!\n"), lambda _: True) == Loaded(refusal="its first block is no certificate")


def test_a_pkcs12_is_the_same_file_in_every_version() -> None:
    made = write_pkcs12([("a", sequence())], "changeit")
    assert (len(made), integer(10_000) in made) == (349, True)
    assert sha256(made).hexdigest() == "b13e484370122d89f4d6ade8572d8ad04219c97c31b0d7f3e965a52684712b4a"
