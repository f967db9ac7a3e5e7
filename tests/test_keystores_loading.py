"""Lines of PEM as each reader takes them, on small blocks: what is a block, and what ends a file."""

import base64

import pytest
from tlscheck.keystores import dotnet_pem, erlang_pem, go_pem, java_factory, netty_pem, rustls_pem
from tlscheck.keystores.der import Malformed
from tlscheck.keystores.openssl_certificate import is_for_servers, is_key_taken, is_list_taken, is_taken
from tlscheck.keystores.openssl_pem import pieces

from tests.der_writer import element, integer, octets, oid, sequence

DER = sequence(integer(1), octets(bytes(40)))
BODY = base64.b64encode(DER).decode()


def block(body: str = f"{BODY}\n", begin: str = "X", end: str | None = None) -> bytes:
    return f"-----BEGIN {begin}-----\n{body}-----END {begin if end is None else end}-----\n".encode()


def taken(data: bytes, *, nul_ends: bool = True) -> list[tuple[bytes, bytes, bytes, int]]:
    return [(each.label, each.header, each.content, each.line) for each in pieces(data, nul_ends=nul_ends)]


NO_DOTNET = "no block that .NET takes for a certificate"
NO_RUSTLS = "no block that rustls takes for a certificate"
NO_ERLANG = "no block that Erlang takes for a certificate"
DAMAGED, ENDLESS = "a line that begins a block, and is damaged", "a block that has no end"
NO_BASE64 = "a block that is no base64"
LINE = "A" * 64 + "\n"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", []),
        (b"no block\n", []),
        (block(), [(b"X", b"", DER, 1)]),
        (b"# a\n\n" + block() + b"b\n" + block(begin="Y"), [(b"X", b"", DER, 3), (b"Y", b"", DER, 7)]),
        (block(begin=""), [(b"", b"", DER, 1)]),
        (block(f"\n{BODY}\n"), [(b"X", b"", DER, 1)]),
        (block(f"a: b\n\n{BODY}\n"), [(b"X", b"a: b", DER, 1)]),
        (block(f"a: b\nc: d\n\n{BODY}\n"), [(b"X", b"a: b\nc: d", DER, 1)]),
        (block(f"a\n\n{BODY}\n"), [(b"X", b"a", DER, 1)]),
        (block(f"\n{LINE}AAAA\n"), [(b"X", b"", bytes(51), 1)]),
        (block("A" * 300 + "\n"), [(b"X", b"", bytes(225), 1)]),
        (block("A" * 253 + "\nAAA\n"), [(b"X", b"", bytes(192), 1)]),
        (block("AAAA-!!\n"), [(b"X", b"", bytes(3), 1)]),
        (block("AA A\tA\n"), [(b"X", b"", bytes(3), 1)]),
        (block("AAA=\n"), [(b"X", b"", bytes(2), 1)]),
        (b"-----BEGIN X----- \xa0\r\nAAAA \n-----END X-----\t\n", [(b"X", b"", bytes(3), 1)]),
        (b"-----BEGIN X-----\x80\nAAAA\n-----END X-----\x1f\n", [(b"X", b"", bytes(3), 1)]),
        (b"-----BEGIN X-----\x7f\nAAAA\n-----END X-----\n", []),
        (b"-----BEGIN X-----!\nAAAA\n-----END X-----\n", []),
        (b"-----BEGIN X-----\0abc\nAAAA\0!\n-----END X-----\0abc\n", [(b"X", b"", bytes(3), 1)]),
        (b"\xef\xbb\xbf" + block(), [(b"X", b"", DER, 1)]),
        (b"\0\n" + block(), []),
        (b"a\0\n" + block(), [(b"X", b"", DER, 2)]),
        (b"x" * 254 + block(), [(b"X", b"", DER, 1)]),
        (b"x" * 253 + block(), []),
        (b" " + block(), []),
        (block()[1:], []),
    ],
)
def test_a_file_and_its_blocks(data: bytes, found: list[tuple[bytes, bytes, bytes, int]]) -> None:
    assert taken(data) == found


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "the block of line 1: nothing in it"),
        ("AAA\n", "the block of line 1: bad base64"),
        ("AAAA!\n", "the block of line 1: bad base64"),
        ("AA=A\n", "the block of line 1: bad base64"),
        ("A===\n", "the block of line 1: bad base64"),
        ("AAA-\n", "the block of line 1: bad base64"),
        ("a: b\nAAAA\n", "the block of line 1: nothing in it"),
        ("AAAA\n\n", "the block of line 1: nothing in it"),
        ("\n\nAAAA\n", "the block of line 1: two empty lines in it"),
        ("a: b\n\n\nAAAA\n", "the block of line 1: two empty lines in it"),
        (
            f"\n{'A' * 65}\n",
            "the block of line 1: an empty line in it, and a line of more than 64 characters",
        ),
        (f"\nAAAA\n{LINE}", "the block of line 1: an empty line in it, and lines of several lengths"),
        ("AAAA\n-----END Y-----\n", "the block of line 1: its end is another's"),
        ("AAAA\n-----END X----\n", "the block of line 1: its end is another's"),
        ("AAAA\n-----END X----- a\n", "the block of line 1: its end is another's"),
    ],
)
def test_a_damaged_block_ends_it(body: str, why: str) -> None:
    with pytest.raises(Malformed) as damaged:
        taken(block(body))
    assert str(damaged.value) == why


def test_what_stood_before_the_damage_was_there() -> None:
    found = pieces(block() + block("!\n"), nul_ends=False)
    assert next(found).content == DER
    with pytest.raises(Malformed, match="the block of line 4: bad base64"):
        next(found)
    with pytest.raises(Malformed, match="it has no end"):
        taken(block()[:-8])


def test_what_stands_behind_a_zero_byte_counts_in_memory() -> None:
    assert taken(b"-----BEGIN X-----\0abc\nAAAA\n-----END X-----\n", nul_ends=False) == []
    assert taken(b"-----BEGIN X-----\0\nAAAA\0!\n-----END X-----\0\n", nul_ends=False) == [
        (b"X", b"", bytes(3), 1)
    ]


def test_a_line_of_nul_ends_a_file_alone() -> None:
    assert taken(b"\0\n" + block(), nul_ends=False) == [(b"X", b"", DER, 2)]


@pytest.mark.parametrize(
    ("load", "data", "found", "refusal"),
    [
        (java_factory.load, b"", (), ""),
        (java_factory.load, b"\n", (), "no certificate in it"),
        (java_factory.load, block(), (DER,), ""),
        (java_factory.load, block() + b"rest", (DER,), ""),
        (java_factory.load, DER + block(), (DER, DER), ""),
        (java_factory.load, block().replace(b"\n", b"\r"), (DER,), ""),
        (java_factory.load, block(BODY.rstrip("=") + "\n"), (DER,), ""),
        (java_factory.load, block(end="Y"), (), "a block that begins as one thing and ends as another"),
        (java_factory.load, block("!\n"), (), "a block that is no base64"),
        (java_factory.load, block()[:-8], (), "a block whose end is damaged"),
        (java_factory.load, block()[:30], (), "a block that has no end"),
        (java_factory.load, b"-----BEGIN X-----", (), "a block that is cut short"),
        (java_factory.load, b"-" + block(), (), "a line that begins as a block does, and is none's"),
        (java_factory.load, b"0 s:CN=a\n" + block(), (), "block 1 of it is no certificate"),
        (go_pem.load, b"", (), "no block that Go takes for a certificate"),
        (go_pem.load, block(), (), "no block that Go takes for a certificate"),
        (go_pem.load, block(begin="CERTIFICATE"), (DER,), ""),
        (go_pem.load, block("!\n", "CERTIFICATE") + block(begin="CERTIFICATE"), (DER,), ""),
        (go_pem.load, block(f"a: b\n\n{BODY}\n", "CERTIFICATE"), (), "no block that Go takes for a certificate"),
        (go_pem.load, block(begin="CERTIFICATE")[:-1] + b" \t", (DER,), ""),
        (go_pem.load, block(begin="CERTIFICATE")[:-1] + b"x", (), "no block that Go takes for a certificate"),
        (netty_pem.load, b"", (), "no certificate in it"),
        (netty_pem.load, DER, (), "no certificate in it"),
        (netty_pem.load, block(), (), "no certificate in it"),
        (netty_pem.load, b"x " + block(begin="TRUSTED CERTIFICATE") + block(begin="CERTIFICATE"), (DER, DER), ""),
        (netty_pem.load, block(begin="CERTIFICATE").replace(b"\n", b"\r"), (DER,), ""),
        (netty_pem.load, block(begin="certificate"), (), "no certificate in it"),
        (netty_pem.load, block() + block(begin="CERTIFICATE"), (DER,), ""),
        (netty_pem.load, block("AAAA\n", "CERTIFICATE"), (), "block 1 of it is no certificate"),
        (netty_pem.load, block("MAA\n", "CERTIFICATE"), (), "block 1 of it is no certificate"),
        (dotnet_pem.load, b"", (), NO_DOTNET),
        (dotnet_pem.load, b"a " + block(begin="CERTIFICATE"), (DER,), ""),
        (dotnet_pem.load, b"a" + block(begin="CERTIFICATE"), (), NO_DOTNET),
        (dotnet_pem.load, block("!\n", "CERTIFICATE") + block(begin="CERTIFICATE"), (DER,), ""),
        (dotnet_pem.load, block(begin="CERTIFICATE").rstrip() + b"x", (DER,), ""),
        (dotnet_pem.load, block(begin="CERTIFICATE").rstrip() + b"xy", (), NO_DOTNET),
        (dotnet_pem.load, block(begin="CERTIFICATE").decode().encode("utf-8-sig"), (DER,), ""),
        (dotnet_pem.load, block(begin="CERTIFICATE").decode().encode("utf-16"), (DER,), ""),
        (dotnet_pem.load, block(begin="CERTIFICATE").decode().encode("utf-16-le"), (), NO_DOTNET),
        (dotnet_pem.load, b"\xfe\xff" + block(begin="CERTIFICATE").decode().encode("utf-16-be"), (DER,), ""),
        (dotnet_pem.load, b"\xff\xfe" + block(begin="CERTIFICATE").decode().encode("utf-16-le"), (DER,), ""),
        (dotnet_pem.load, b"\0\0\xfe\xff" + block(begin="CERTIFICATE").decode().encode("utf-32-be"), (DER,), ""),
        (dotnet_pem.load, b"\xff\xfe\0\0" + block(begin="CERTIFICATE").decode().encode("utf-32-le"), (DER,), ""),
        (dotnet_pem.load, b"-----BEGIN " + block(begin="CERTIFICATE"), (DER,), ""),
        (dotnet_pem.load, b"-----BEGIN \n" + block(begin="CERTIFICATE"), (DER,), ""),
        (dotnet_pem.load, DER, (DER,), ""),
        (rustls_pem.load, b"", (), NO_RUSTLS),
        (rustls_pem.load, block(begin="CERTIFICATE"), (DER,), ""),
        (rustls_pem.load, b"# a\n" + block("!\n", "Y") + block(begin="CERTIFICATE"), (DER,), ""),
        (rustls_pem.load, block(f"\r{BODY}  \r\n".rstrip("="), "CERTIFICATE"), (DER,), ""),
        (rustls_pem.load, b"\xef\xbb\xbf" + block(begin="CERTIFICATE"), (), NO_RUSTLS),
        (rustls_pem.load, block(begin="CERTIFICATE").replace(b"E-----\n", b"E----- \n", 1), (DER,), ""),
        (rustls_pem.load, block(begin="CERTIFICATE").replace(b"E-----\n", b"E----\n", 1), (), DAMAGED),
        (rustls_pem.load, block(begin="CERTIFICATE") + block("!\n", "PRIVATE KEY"), (), NO_BASE64),
        (rustls_pem.load, block(f"{BODY}====\n", "CERTIFICATE"), (), NO_BASE64),
        (rustls_pem.load, block(begin="CERTIFICATE") + b"-----BEGIN Y-----\n", (), ENDLESS),
        (rustls_pem.load, DER, (), NO_RUSTLS),
        (erlang_pem.load, b"", (), NO_ERLANG),
        (erlang_pem.load, block(begin="CERTIFICATE"), (DER,), ""),
        (erlang_pem.load, block(begin="CERTIFICATE", end="Y"), (DER,), ""),
        (erlang_pem.load, block(f"!{BODY}-\n", "CERTIFICATE").replace(b"\n", b" \r\n", 1), (DER,), ""),
        (erlang_pem.load, b" " + block(begin="CERTIFICATE"), (), NO_ERLANG),
        (erlang_pem.load, b"\xef\xbb\xbf" + block(begin="CERTIFICATE"), (), NO_ERLANG),
        (erlang_pem.load, block("AAAA\n", "CERTIFICATE") + block(begin="CERTIFICATE"), (DER,), ""),
        (erlang_pem.load, block("AAA\n", "CERTIFICATE") + block(begin="CERTIFICATE"), (), NO_BASE64),
        (erlang_pem.load, block("AAA\n", "Y") + block(begin="CERTIFICATE"), (DER,), ""),
        (erlang_pem.load, block("Proc-Type: 4,ENCRYPTED\nb\n\nAAAA\n", "RSA PRIVATE KEY"), (), NO_ERLANG),
        (erlang_pem.load, block(begin="CERTIFICATE") + b"-----BEGIN PKCS7-----\n", (), ENDLESS),
    ],
)  # fmt: skip
def test_each_loader_and_what_it_has(load: object, data: bytes, found: tuple[bytes, ...], refusal: str) -> None:
    loaded = load(data, lambda der: der == DER)  # type: ignore[operator] # one of the loaders
    assert (loaded.certificates, loaded.refusal) == (found, refusal)


def test_what_cannot_be_read_is_refused_or_not_known() -> None:
    text = block(begin="CERTIFICATE") * 2
    assert java_factory.load(text, lambda _: False).refusal == "block 1 of it is no certificate"
    assert java_factory.load(text, lambda _: None).doubt == "whether Java takes block 1 of it is not known"
    assert dotnet_pem.load(text, lambda _: False).refusal == "certificate 1 of it cannot be read"
    assert dotnet_pem.load(text, lambda _: None).doubt == "whether .NET takes certificate 1 of it is not known"
    assert go_pem.load(text, lambda _: None).certificates == ()
    assert rustls_pem.load(text, lambda _: False).refusal == "certificate 1 of it cannot be read"
    assert rustls_pem.load(text, lambda _: None).doubt == "whether rustls takes certificate 1 of it is not known"
    assert erlang_pem.load(text, lambda _: False).certificates == ()
    assert erlang_pem.load(text, lambda _: None).doubt == "whether Erlang takes certificate 1 of it is not known"


def test_npgsql_10_takes_no_der() -> None:
    doubt = "a file without PEM: Npgsql before 10 reads one certificate (DER) from it, from 10 on a PKCS12 alone"
    assert dotnet_pem.load(DER, lambda _: True).doubt == doubt


SERVER, CLIENT, ANY = (oid(each) for each in ("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "2.5.29.37.0"))


@pytest.mark.parametrize(
    ("trust", "expected"),
    [
        (b"", True),
        (sequence(), True),
        (sequence(sequence(SERVER)), True),
        (sequence(sequence(CLIENT, SERVER)), True),
        (sequence(sequence(ANY)), True),
        (sequence(sequence(CLIENT)), False),
        (sequence(element(0xA0, SERVER)), False),
        (sequence(element(0xA0, ANY)), False),
        (sequence(element(0xA0, CLIENT)), True),
        (sequence(sequence(SERVER), element(0xA0, SERVER)), False),
        (sequence(element(0x0C, b"a"), octets(b"key")), True),
    ],
)
def test_what_a_trusted_certificate_is_for(trust: bytes, expected: bool) -> None:
    assert is_for_servers(trust) is expected


@pytest.mark.parametrize("trust", [b"rubbish", sequence(integer(1)), octets(b"")])
def test_rubbish_is_no_word_of_trust(trust: bytes) -> None:
    with pytest.raises(Malformed):
        is_for_servers(trust)


def test_the_shapes_of_keys_and_lists() -> None:
    algorithm = sequence(oid("1.2.840.113549.1.1.11"))
    name = sequence(element(0x31, sequence(oid("2.5.4.3"), element(0x0C, b"a"))))
    listed = sequence(algorithm, name, element(0x17, b"261101000000Z"))
    signature = element(0x03, b"\0ab")
    assert is_list_taken(sequence(listed, algorithm, signature))
    assert not is_list_taken(sequence(sequence(algorithm, name), algorithm, signature))
    assert not is_list_taken(sequence(listed, algorithm, element(0x03, b"\x09ab")))
    assert not is_list_taken(b"rubbish")
    assert is_key_taken(sequence(integer(0), algorithm, octets(b"")))
    assert is_key_taken(sequence(integer(1), octets(b"")))
    assert is_key_taken(sequence(*[integer(1)] * 9))
    assert not is_key_taken(sequence(*[integer(1)] * 8))
    assert not is_key_taken(b"rubbish")
    assert not is_taken(sequence(listed, algorithm, signature))
