"""Names of certificates that OpenSSL takes, as libpq takes them."""

import pytest
from tlscheck.edges.stores.alternative_names import alternative_names
from tlscheck.wire.naming import misnamed
from tlscheck.wire.observation import HandshakeOutcome

from tests.der_writer import element, sequence
from tests.truth.issuing import alternative, authority_key, issue, key, leaf, named, root, subject_key

DB = "db.limits.example"
DNS, MAIL, ADDRESS = 0x82, 0x81, 0x87
RIGHT = (DNS, DB.encode())
V4, V6 = (ADDRESS, b"\x7f\0\0\1"), (ADDRESS, bytes(15) + b"\1")


@pytest.mark.parametrize(
    ("host", "names", "said"),
    [
        (DB, (RIGHT,), ""),
        (DB, ((DNS, b"DB.Limits.example"),), ""),
        (DB, ((DNS, b"*.limits.example"), (DNS, b"a\0b")), ""),
        (DB, (RIGHT, (DNS, b"a\0b")), ""),
        (DB, (RIGHT, (ADDRESS, b"12345")), ""),
        (DB, (V4, V6, RIGHT), ""),
        (DB, ((MAIL, b"a\0b"), RIGHT), ""),
        # a wildcard that is read otherwise by OpenSSL is OpenSSL's to take
        (DB, ((DNS, b"another.example"),), ""),
        (DB, ((DNS, DB.encode() + b"\0.another.example"), RIGHT), "a NUL stands in one of its names"),
        (DB, ((DNS, b"a\0b.example"), RIGHT), "a NUL stands in one of its names"),
        (DB, ((ADDRESS, b"12345"), RIGHT), "an address of 5 bytes stands before"),
        (DB, ((ADDRESS, b""), RIGHT), "an address of 0 bytes stands before"),
        (DB, ((ADDRESS, b"12345"),), "an address of 5 bytes stands before"),
        ("127.0.0.1", (V4,), ""),
        ("127.0.0.1", (V4, (ADDRESS, b"12345")), ""),
        ("127.0.0.1", ((ADDRESS, b"12345"), V4), "an address of 5 bytes stands before"),
        ("::1", (V4, V6), ""),
        (DB, None, "its alternative names are not written as clients read them"),
    ],
)
def test_libpq_goes_through_the_names_in_their_order_and_ends_at_what_is_none(
    host: str, names: tuple[tuple[int, bytes], ...] | None, said: str
) -> None:
    wrong = misnamed(host, DB.encode(), names, [DB])
    if not said:
        assert wrong is None
        return
    assert wrong
    assert (wrong.outcome, said in wrong.detail) == (HandshakeOutcome.WRONG_NAME, True)


@pytest.mark.parametrize("names", [(), ((MAIL, b"dba@limits.example"),), (V4, V6)])
@pytest.mark.parametrize(
    ("common_names", "leaf", "is_right"),
    [
        ([DB], DB.encode(), True),
        (["DB.Limits.example"], b"DB.Limits.example", True),
        ([DB, "another.example"], DB.encode(), True),
        (["another.example", DB], DB.encode(), False),
        (["*.limits.example"], b"*.limits.example", True),
        (["another.example", "*.limits.example"], b"*.limits.example", False),
        (["*.example"], b"*.example", False),
        # read as text it is the name, and in its bytes each letter has two
        ([DB], DB.encode("utf-16-be"), False),
        ([], DB.encode(), False),
    ],
)
def test_of_several_common_names_libpq_takes_the_first_by_its_bytes(
    names: tuple[tuple[int, bytes], ...], common_names: list[str], leaf: bytes, is_right: bool
) -> None:
    wrong = misnamed(DB, leaf, names, common_names)
    assert (wrong is None) is is_right
    if wrong:
        assert wrong.outcome is HandshakeOutcome.WRONG_NAME
        said = "Verification failed: the endpoint's name is not its first common name, and it has no other."
        assert wrong.detail == said


@pytest.mark.parametrize(
    ("host", "names"), [("127.0.0.1", ()), ("2001:db8::1", ((DNS, DB.encode()),)), (DB, ((DNS, b"a.example"),))]
)
def test_a_common_name_decides_only_where_no_alternative_does(
    host: str, names: tuple[tuple[int, bytes], ...]
) -> None:
    assert misnamed(host, b"", names, ["another.example", host]) is None


def test_the_names_of_a_certificate_are_read_in_their_order() -> None:
    authority = root()
    assert alternative_names(leaf(authority, names=("b.example", "127.0.0.1", DB)).der) == (
        *((DNS, b"b.example"), V4, RIGHT),
    )
    of = key("p256", 3)
    without = issue(named(DB), authority, [subject_key(of), authority_key(authority.key)], of=of)
    assert alternative_names(without.der) == ()
    critical = issue(named(DB), authority, [(alternative(DB), True)], of=of)
    assert alternative_names(critical.der) == (RIGHT,)


@pytest.mark.parametrize("der", [b"", b"\x30", sequence(), element(0x30, sequence()) + b"\0", b"\x30\x80\0\0"])
def test_what_is_no_certificate_in_der_is_refused(der: bytes) -> None:
    with pytest.raises(ValueError, match=r"cut short|belong|behind its end|BER"):
        alternative_names(der)
