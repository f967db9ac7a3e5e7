"""libpq's words are read as libpq reads them; one that it does not know is refused by its name, never dropped."""

import pytest
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.recognition import connection, named, version
from tlscheck.drivers.words import Words
from tlscheck.inventory.bad_request import BadRequest

HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"


def read(text: str = "", driver: str = "psql", libpq: str = "", **given: object) -> Connection:
    return connection(Words(text, named(driver)[0], "", version(libpq), **given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"foo=bar sslmode=require host={HOST}", 'invalid connection option "foo"'),
        (f"ssl_mode=verify-full host={HOST}", '"ssl_mode"; it is written sslmode'),
        (f"SSLMODE=verify-full host={HOST}", '"SSLMODE"; it is written sslmode'),
        (f"postgresql://u:p@{HOST}/d?slmode=require", 'invalid URI query parameter "slmode"'),
        (f"postgresql://u:p@{HOST}/d?schema=public", 'invalid URI query parameter "schema"'),
        (f"postgresql://u:p@{HOST}/d?sslmode=verify-full&sslca=r.pem", 'invalid URI query parameter "sslca"'),
        (f"postgresql://u:p@{HOST}/d?ssl=false", 'invalid URI query parameter "ssl"'),
        (f"postgresql://a:pa%zz@{HOST}/d", "invalid percent-encoded token"),
        (f"postgresql://{HOST}/d%00", "invalid percent-encoded token"),
        ("postgresql://[]/d", "brackets"),
        (f"host={HOST} ssl_max_protocol_version=TLSv1", "invalid SSL protocol version range"),
        (f"host={HOST} ssl_min_protocol_version=TLSv1.4", "invalid ssl_min_protocol_version value"),
        (f"host={HOST} channel_binding=yes", "invalid channel_binding value"),
        (f"host={HOST} sslmode=''", "invalid sslmode value"),
        (f"host={HOST} connect_timeout=soon", 'invalid integer value for connection option "connect_timeout"'),
        (f"host={HOST} require_auth=magic", "invalid require_auth value"),
        (f"host={HOST} target_session_attrs=writer", "invalid target_session_attrs value"),
        ("host=a,b port=1,2,3", "could not match 3 port numbers to 2 hosts"),
        ("host=a,b hostaddr=10.0.0.1", "could not match 2 host names to 1 hostaddr values"),
        ("hostaddr=db.example", "hostaddr is none"),
        (f"host={HOST} password=x y=z", "(a word of it)"),
        ("postgres://hunter2?x=1@db/d%zz", "percent-encoded"),
        ("postgres://app:4815/1?x=1@db/d", "(a word of it)"),
    ],
)
def test_what_libpq_refuses_is_refused_by_its_name(text: str, why: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read(text)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("text", "host", "mode"),
    [
        (f"postgresql://{HOST}/d?ssl=true", HOST, "require"),
        (f"postgresql://{HOST}/d?ssl=true&sslmode=disable", HOST, "disable"),
        (f"host={HOST} requiressl=1", HOST, "require"),
        (f"host={HOST} sslmode=verify-full requiressl=0", HOST, "prefer"),
        (f"host={HOST} requiressl=1 sslmode=verify-full", HOST, "verify-full"),
        (f"postgresql://u:p?w@{HOST}/d?sslmode=re%71uire", HOST, "require"),
        (f"postgresql://{HOST}/d?ssl%6dode=require&", HOST, "require"),
        (f"postgresql://a/d?host={HOST}", HOST, ""),
        (f"host=a host={HOST}", HOST, ""),
        (f"host={HOST} channel_binding=require", HOST, " channel_binding=require"),
        (f"host={HOST} channel_binding=require sslmode=require", HOST, "require"),
        ("host=/var/run/postgresql sslmode=verify-full", "/", "verify-full"),
    ],
)
def test_what_libpq_takes_is_read_as_libpq_does(text: str, host: str, mode: str) -> None:
    found = read(text)
    assert (found.host, found.mode, found.unknown) == (host, mode, ())


@pytest.mark.parametrize(
    ("words", "named_so"),
    [
        ("gssencmode=require", "gssencmode"),
        ("sslcertmode=require", "sslcertmode"),
        ("sslcert=/x", "sslcert"),
        ("sslcrl=/crl.pem sslmode=verify-ca", "sslcrl"),
        ("sslcrldir=/crl", "sslcrldir"),
        ("ssl_min_protocol_version=TLSv1.3", "ssl_min_protocol_version"),
        ("ssl_min_protocol_version=TLSv1 ssl_max_protocol_version=TLSv1.1", "ssl_max_protocol_version"),
        ("require_auth=none", "require_auth"),
        ("load_balance_hosts=random", "load_balance_hosts"),
        ("sslkeylogfile=/k", "sslkeylogfile"),
        ("tty=x", "tty"),
        ("channel_binding=require sslmode=allow", "channel_binding"),
        ("host=/run channel_binding=require sslmode=require", "channel_binding"),
    ],
)
def test_what_decides_and_is_not_known_is_named(words: str, named_so: str) -> None:
    found = read(f"host={HOST} {words}")
    assert any(each.startswith(named_so) for each in found.unknown)


@pytest.mark.parametrize(
    ("words", "libpq", "why"),
    [
        ("sslcertmode=allow", "15", "since 16 only"),
        ("load_balance_hosts=random", "15.4", "since 16 only"),
        ("channel_binding=prefer", "12", "since 13 only"),
        ("tty=x", "14", "before 14 only"),
    ],
)
def test_an_option_of_another_libpq_is_refused(words: str, libpq: str, why: str) -> None:
    with pytest.raises(BadRequest, match=why):
        read(f"host={HOST} {words}", libpq=libpq)


@pytest.mark.parametrize(
    "words",
    [
        *("sslsni=0", "sslcert=/c.pem sslkey=/c.key", "sslcompression=1", "target_session_attrs=read-write"),
        *("keepalives=1", "connect_timeout=10", "application_name=shop", "passfile=/p", "gssencmode=disable"),
        *(
            "client_encoding=utf8",
            "options='-c search_path=x'",
            "sslmode=disable sslcert=/x",
            "channel_binding=prefer",
        ),
    ],
)
def test_what_decides_nothing_of_tls_leaves_an_answer(words: str) -> None:
    assert read(f"host={HOST} {words}").unknown == ()


def test_an_account_behind_a_socket_means_nothing_elsewhere() -> None:
    assert read(f"host={HOST} requirepeer=postgres").ignored == ("requirepeer",)
    local = read("host=/run requirepeer=postgres")
    assert (local.ignored, local.unknown[0][:11]) == ((), "requirepeer")


def test_several_hosts_and_their_addresses_and_ports_are_all_kept() -> None:
    found = read("host=a,b,/run hostaddr=10.0.0.1,10.0.0.2, port=1,2,3")
    assert (found.host, found.port, found.address) == ("a", 1, "10.0.0.1")
    assert [(each.host, each.port, each.address) for each in found.others] == [("b", 2, "10.0.0.2"), ("/", 3, "")]
    one_port = read("postgresql://a,b:6/d?port=7")
    assert [one_port.port, *(each.port for each in one_port.others)] == [7, 7]
    in_uri = read("postgresql://a,b:6,c/d")
    assert [in_uri.port, *(each.port for each in in_uri.others)] == [5432, 6, 5432]
    alone = read("hostaddr=10.0.0.1 sslmode=verify-full")
    assert (alone.host, alone.address, alone.is_address) == ("10.0.0.1", "", True)


SERVICES = "\r\n".join(
    (
        *("\ufeff# from a download", "[bad]", "foo=bar", "[spaced]", "host = h", "[orders]", f"  host={HOST}  "),
        *("sslmode=require", "sslmode=disable", "[orders]", "host=later", "[nested]", "service=orders", "[ldap]"),
        "ldap://l/x",
    )
)


def test_of_a_word_twice_in_a_section_the_first_counts_and_other_sections_are_not_read() -> None:
    found = read("service=orders", service_file=SERVICES)
    assert (found.host, found.mode) == (HOST, "require")
    assert read("service=orders sslmode=verify-ca", service_file=SERVICES).mode == "verify-ca"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("bad", "syntax error in service file, line 3"),
        ("spaced", "syntax error in service file, line 5"),
        ("nested", "nested service specifications not supported in service file, line 13"),
        ("ldap", "LDAP"),
        ("nowhere", "not in it"),
    ],
)
def test_a_service_file_is_refused_where_libpq_refuses_it(name: str, why: str) -> None:
    with pytest.raises(BadRequest, match=why):
        read(f"service={name}", service_file=SERVICES)


def test_a_byte_order_mark_hides_the_first_section_as_it_does_for_libpq() -> None:
    with pytest.raises(BadRequest, match="byte order mark"):
        read("service=orders", service_file=f"\ufeff[orders]\nhost={HOST}\n")


def test_every_variable_of_libpq_counts_and_another_one_is_named() -> None:
    said = read(variables={"PGHOST": HOST, "PGREQUIRESSL": "1", "PGSSLMOD": "verify-full", "PGTZ": "UTC"})
    assert (said.host, said.mode, said.ignored) == (HOST, "require", ("PGSSLMOD",))
    assert read(variables={"PGHOST": HOST, "PGREQUIRESSL": "1", "PGSSLMODE": "disable"}).mode == "disable"
    assert read(variables={"PGHOST": HOST, "PGSSLCERT": "/x"}).unknown
    assert read(variables={"PGHOST": HOST, "PGSSLCRL": "/x"}).unknown
    assert read(variables={"PGHOST": HOST, "PGGSSENCMODE": "require"}).unknown
    with pytest.raises(BadRequest, match="invalid sslmode value"):
        read(variables={"PGHOST": HOST, "PGSSLMODE": ""})
    with pytest.raises(BadRequest, match="invalid channel_binding value"):
        read(variables={"PGHOST": HOST, "PGCHANNELBINDING": "on"})


@pytest.mark.parametrize(
    ("driver", "options", "why"),
    [
        ("psycopg2", {"host": HOST, "Engine": "django"}, '"Engine"'),
        ("psycopg", {"host": HOST, "ssl": True}, '"ssl"'),
        ("psycopg", {"host": HOST, "database": "d"}, '"database"'),
        ("psycopg2", {"host": HOST, "sslrootcert": [{"password": "x"}]}, '"sslrootcert" is neither'),
        ("psycopg", {"connect_args": {"sslmode": "verify-full"}}, '"connect_args"'),
        ("psycopg", {"host": HOST, "sslmode": True}, "invalid sslmode value"),
    ],
)
def test_an_argument_that_the_driver_does_not_know_is_refused(
    driver: str, options: dict[str, object], why: str
) -> None:
    with pytest.raises(BadRequest) as refused:
        read("", driver, options=options)
    assert why in str(refused.value)


def test_arguments_of_connect_that_say_nothing_of_tls_are_known() -> None:
    psycopg = read(
        "", "psycopg", options={"conninfo": f"host={HOST} sslmode=allow", "autocommit": True, "port": 6}
    )
    assert (psycopg.host, psycopg.port, psycopg.mode) == (HOST, 6, "allow")
    assert read(f"host={HOST}", "psycopg2", options={"database": "d", "cursor_factory": "c"}).host == HOST


@pytest.mark.parametrize(
    ("driver", "number", "how"),
    [
        ("psycopg", "3.2.1", "psycopg.pq.version()"),
        ("psycopg2", "2.9.9", "psycopg2.__libpq_version__"),
        ("psql", "8.4", "psql --version"),
    ],
)
def test_a_number_that_is_not_libpqs_is_refused_with_how_to_get_it(driver: str, number: str, how: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read(f"host={HOST}", driver, number)
    assert how in str(refused.value)


@pytest.mark.parametrize(
    ("printed", "expected"), [("180006", (18, 6)), ("90624", (9, 6, 24)), ("17.2", (17, 2)), ("15", (15,))]
)
def test_a_version_is_taken_as_the_driver_prints_it(printed: str, expected: tuple[int, ...]) -> None:
    assert version(printed) == expected


def test_a_misspelt_word_after_a_password_is_named_and_the_rest_of_a_password_is_not() -> None:
    with pytest.raises(BadRequest, match='"sslmod"'):
        read(f"host={HOST} password=x sslmod=require")
    with pytest.raises(BadRequest) as refused:
        read(f"host={HOST} password=gEhEiM ni=s")
    assert "ni" not in str(refused.value).split("option", 1)[1].replace("nothing", "")
