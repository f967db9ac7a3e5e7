"""Whatever is written, libpq's own parser takes it exactly where tlscheck does, and finds the same in it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from psycopg import OperationalError, pq
from tlscheck.drivers.libpq import of_text
from tlscheck.drivers.libpq_words import environment
from tlscheck.inventory.bad_request import BadRequest

_HAS = {each.keyword.decode(): (each.envvar or b"").decode() for each in pq.Conninfo.get_defaults()}
_NAMES = st.sampled_from([*_HAS, "ssl", "requiressl", "SSLMODE", "ssl_mode", "schema", "%73sl"])
_VALUES = st.sampled_from(
    ["verify-full", "disable", "true", "1", "", "''", "'a b'", "a\\ b", "/r.pem", "%2Fr", "%zz", "%00", "x=y", "'"]
)
_PAIRS = st.tuples(_NAMES, st.sampled_from(["=", " = ", "", "=="]), _VALUES).map("".join)
_STRINGS = st.lists(st.one_of(_PAIRS, st.sampled_from(["host", "=", "\t", "h=1"])), max_size=5).map(" ".join)
_PLACES = st.sampled_from(["", "h", "h:5", "a,b:6", "[::1]:5", "[::1", "[]", "%2Frun", "h:", "h%", ":5", "a,,b"])
_USERS = st.sampled_from(["", "u@", "u:p@", "u:p?q@", "u:%40@", ":p@", "@", "u:%@"])
_QUERIES = st.one_of(
    st.just(""), st.lists(st.tuples(_NAMES, st.just("="), _VALUES).map("".join), max_size=4).map("&".join)
)
_URIS = st.tuples(
    st.sampled_from(["postgresql://", "postgres://"]),
    _USERS,
    _PLACES,
    st.sampled_from(["", "/", "/d", "/d%20"]),
    st.sampled_from(["", "?"]),
    _QUERIES,
).map("".join)


def _libpqs(text: str) -> dict[str, str] | None:
    try:
        found = pq.Conninfo.parse(text.encode())
    except OperationalError:
        return None
    try:
        return {each.keyword.decode(): each.val.decode() for each in found if each.val is not None}
    except UnicodeDecodeError:  # libpq takes any bytes, and a path of these could not be told of
        return None


def _ours(text: str) -> dict[str, str] | None:
    try:
        return of_text(text)
    except BadRequest:
        return None


@given(text=st.one_of(_STRINGS, _URIS))
@example("sslmode=verify-full requiressl=0")
@example("postgresql://h/d?ssl=true&sslmode=disable")
@example("host='a'sslmode=require")
def test_libpq_takes_what_tlscheck_takes_and_nothing_else(text: str) -> None:
    theirs, ours = _libpqs(text), _ours(text)
    assert (theirs is None) is (ours is None)
    if theirs is not None and ours is not None:
        of_tls = ("host", "hostaddr", "port", "sslmode", "sslrootcert", "sslcert", "service", "channel_binding")
        # Ports between the commas of which none is said are as none.
        assert [ours.get(name, "").strip(",") for name in of_tls] == [
            theirs.get(name, "").strip(",") for name in of_tls
        ]


@pytest.mark.parametrize(("name", "variable"), _HAS.items())
def test_every_option_that_this_libpq_has_is_known_and_so_is_its_variable(name: str, variable: str) -> None:
    assert of_text(f"{name}=1") == {name: "1"}
    assert environment({variable: "1"} if variable else {}) == ({name: "1"} if variable else {})
