"""What pgjdbc, AWS's wrapper and R2DBC make of their URLs and properties."""

import pytest
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.recognition import connection, named
from tlscheck.drivers.words import Words
from tlscheck.inventory.bad_request import BadRequest

H = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
SECRET = "gEhEiMnIs"  # noqa: S105 - what must never be seen again
SINGLE = "sslfactory=org.postgresql.ssl.SingleCertValidatingFactory"
PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


def read(text: str, name: str | None = None, **given: object) -> Connection:
    driver, framework = named(name)
    found = connection(Words(text, driver, framework, **given))  # type: ignore[arg-type]
    assert SECRET not in repr(found)
    return found


def jdbc(query: str = "", place: str = f"//{H}/orders") -> str:
    return f"jdbc:postgresql:{place}?user=app&password={SECRET}{query}"


@pytest.mark.parametrize(
    ("query", "mode", "root"),
    [
        ("", "", ""),
        ("&ssl", "ssl=true", ""),
        ("&ssl=TRUE", "ssl=true", ""),
        ("&ssl=true&sslmode=require", "require", ""),
        ("&sslmode=VERIFY-FULL&sslrootcert=%2Fa+b.pem", "verify-full", "/a b.pem"),
        ("&sslmode=require&sslmode=disable", "disable", ""),
        ("&sslfactory=org.postgresql.ssl.jdbc4.LibPQFactory&ssl=true", "ssl=true", ""),
        ("&sslfactory=org.postgresql.ssl.NonValidatingFactory&ssl=true", "ssl=true NonValidatingFactory", ""),
        (f"&ssl=true&{SINGLE}&sslfactoryarg=file:/o.pem", "ssl=true SingleCertValidatingFactory", "/o.pem"),
        (f"&{SINGLE}&sslfactoryarg=env:CERT", "SingleCertValidatingFactory", "(in the code)"),
        (f"&{SINGLE}&sslmode=disable", "disable SingleCertValidatingFactory", "(in the code)"),
        (
            "&sslmode=disable&sslfactory=com.example.Own&sslcert=/x&sslhostnameverifier=com.example.Any",
            "disable",
            "",
        ),
        ("&sslmode=require&channelBinding=prefer&gssEncMode=disable&sslResponseTimeout=3", "require", ""),
        ("&sslNegotiation=POSTGRES", "", ""),
    ],
)
def test_properties_of_pgjdbc_decide_as_in_its_source(query: str, mode: str, root: str) -> None:
    found = read(jdbc(query))
    assert (found.driver, found.host, found.mode, found.root) == (Driver.PGJDBC, H, mode, root)
    assert found.unknown == ()


def test_the_certificate_of_a_factory_may_stand_in_its_argument() -> None:
    found = read(
        jdbc(), options={"sslfactory": SINGLE.partition("=")[2], "sslfactoryarg": PEM, "sslmode": "require"}
    )
    assert (found.root, found.inline_roots) == ("(in the code)", PEM)


@pytest.mark.parametrize(
    ("query", "options", "unknown", "ignored"),
    [
        ("", {"SSLMODE": "verify-full", "sslMode": "require"}, (), ("SSLMODE", "sslMode")),
        ("&%73slmode=require", {}, (), ("a word of it",)),
        ("&schema=public&slmode=x", {}, (), ("schema", "slmode")),
        ("&sslmode=require&sslcert=/x&sslkey=/y", {}, ("sslcert", "sslkey"), ()),
        ("&sslfactory=org.postgresql.ssl.NonValidatingFactory&sslcert=/x", {}, (), ("sslcert",)),
        ("&sslmode=verify-full&sslhostnameverifier=com.example.AnyName", {}, ("sslhostnameverifier",), ()),
        ("&sslmode=verify-ca&sslhostnameverifier=com.example.AnyName", {}, (), ("sslhostnameverifier",)),
        ("&sslmode=require&sslfactory=com.example.Own", {}, ("sslfactory",), ()),
        ("&socketFactory=com.example.Own", {}, ("socketFactory",), ()),
        ("&gssEncMode=require", {}, ("gssEncMode",), ()),
        ("&channelBinding=require", {}, ("channelBinding",), ()),
        ("&service=orders", {}, ("service",), ()),
        ("&ssl=ture", {}, (), ("ssl",)),
        ("&ssl= true", {}, (), ("ssl",)),
        ("", {"service": "orders"}, (), ("service",)),
        ("", {"inner": {"sslmode": "require"}}, ("inner",), ()),
    ],
)
def test_a_word_that_pgjdbc_ignores_or_tlscheck_does_not_know_is_named(
    query: str, options: dict[str, object], unknown: tuple[str, ...], ignored: tuple[str, ...]
) -> None:
    found = read(jdbc(query), options=options)
    assert (found.unknown, found.ignored) == (unknown, ignored)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"jdbc:postgresql://{H}?password={SECRET}", "a / must stand behind the host"),
        (f"jdbc:postgresql://{H}/a/b?password={SECRET}", "too many /"),
        (f"jdbc:postgresql:/{H}/a?password={SECRET}", "begins with one /"),
        (f"jdbc:postgresql://app:{SECRET}@{H}/orders", "takes no user:password@"),
        (f"jdbc:postgresql://{SECRET},x@{H}/orders", "takes no user:password@"),
        (jdbc("&sslmode=verify_full"), "its mode is none of"),
        (jdbc("&sslrootcert=%zz"), "begins no %XX"),
        (jdbc(place=f"//{H}:x/orders"), "what stands for the port"),
        (jdbc(place=f"//{H}:/orders"), "what stands for the port"),
        (jdbc(f"&{SINGLE}&sslmode=require"), "wants a sslfactoryarg"),
        (f"JDBC:postgresql://{H}/orders", "in lower case"),
        (f"jdbc:pgsql://{H}/orders", "pgjdbc-ng"),
        (f"jdbc:redshift://{H}/orders", "Redshift"),
        (f"jdbc:mysql://{H}/orders", "MySQL"),
        (f"r2dbc:mysql://app:{SECRET}@{H}/orders", "its driver is not postgresql"),
        (f"r2dbc:postgresql://app:{SECRET}@{H}/orders?host=a", "may not stand in its query"),
        (f"r2dbc:postgresql://app:{SECRET}@a,b/orders", "need r2dbc:postgresql:failover"),
        (f"r2dbc:postgresql://app:{SECRET}@{H}/orders?sslMode=verify", "its mode is none of"),
        (f"jdbc:aws-wrapper:mysql://{H}/orders", "does not begin with jdbc:aws-wrapper:postgresql"),
    ],
)
def test_what_java_refuses_is_refused(text: str, expected: str) -> None:
    with pytest.raises(BadRequest, match=expected) as refused:
        read(text)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("name", ["otel", "tracing", "p6spy", "log4jdbc"])
def test_a_tool_that_watches_hands_the_url_on(name: str) -> None:
    found = read(f"jdbc:{name}:postgresql://{H}/orders?ssl=true")
    assert (found.driver, found.host, found.mode) == (Driver.PGJDBC, H, "ssl=true")


def test_every_host_of_a_url_is_read() -> None:
    found = read(jdbc(place="//a:6,b,[::1]:7/orders"))
    assert (found.host, found.port) == ("a", 6)
    assert [(each.host, each.port) for each in found.others] == [("b", 5432), ("[::1]", 7)]


def test_a_service_decides_below_the_url_and_the_properties() -> None:
    conf = f"[other]\nhost=x\n[orders]\nhost={H}\nport=6\nsslmode=verify-full\nsslrootcert=/r.pem\n"
    found = read("jdbc:postgresql://?service=orders", service_file=conf)
    assert (found.host, found.port, found.mode, found.root) == (H, 6, "verify-full", "/r.pem")
    assert read("jdbc:postgresql://?service=orders&sslmode=require", service_file=conf).mode == "require"
    assert (
        read("jdbc:postgresql://?service=orders", service_file=conf, options={"sslmode": "allow"}).mode == "allow"
    )
    with pytest.raises(BadRequest, match="the service is not in it"):
        read("jdbc:postgresql://?service=nope", service_file=conf)
    with pytest.raises(BadRequest, match="none of its keys"):
        read("jdbc:postgresql://?service=orders", service_file=f"[orders]\nfoo={SECRET}\n")


def test_a_urls_words_stand_before_the_properties() -> None:
    assert read(jdbc("&sslmode=require"), options={"sslmode": "disable", "PGHOST": "x"}).mode == "require"
    assert read("jdbc:postgresql:orders", options={"PGHOST": H}).host == H


def test_the_wrappers_own_words_are_known_and_the_others_are_pgjdbcs() -> None:
    text = f"jdbc:aws-wrapper:postgresql://{H}:6?wrapperPlugins=failover,iam&sslmode=verify-full&wraperPlugins=x"
    found = read(text)
    assert (found.driver, found.host, found.port, found.mode) == (Driver.AWS_WRAPPER, H, 6, "verify-full")
    assert (found.unknown, found.ignored) == ((), ("wraperPlugins",))
    assert any("read, not run" in note for note in found.notes)
    assert read(f"{text}&clusterInstanceHostPattern=?.example.com").unknown == ("clusterInstanceHostPattern",)


@pytest.mark.parametrize(
    ("text", "options", "mode", "root"),
    [
        (f"r2dbc:postgresql://app:{SECRET}@{H}/orders", {}, "disable", ""),
        (f"r2dbcs:postgresql://app:{SECRET}@{H}/orders", {}, "verify-full of the JVM", ""),
        (f"r2dbc:postgres://app:{SECRET}@{H}/orders?ssl=true", {}, "verify-full of the JVM", ""),
        (
            f"r2dbc:pool:postgresql://app@{H}/orders?sslMode=VERIFY_CA&sslRootCert=/r.pem&maxSize=3",
            {},
            "verify-ca",
            "/r.pem",
        ),
        (
            f"r2dbc:postgresql://app@{H}/orders?sslmode=verify-full&sslRootCert=rds.pem",
            {},
            "verify-full",
            "(in the code)",
        ),
        (f"r2dbc:postgresql://app@{H}/orders?sslMode=require", {"sslMode": "prefer"}, "prefer", ""),
        ("", {"host": H, "sslMode": "require"}, "require", ""),
    ],
)
def test_r2dbc_is_read_as_in_its_source(text: str, options: dict[str, object], mode: str, root: str) -> None:
    found = read(text, "r2dbc", options=options)
    assert (found.driver, found.host, found.mode, found.root) == (Driver.R2DBC, H, mode, root)
    assert (found.unknown, found.ignored) == ((), ())


def test_r2dbcs_unknown_words_are_named() -> None:
    found = read("r2dbc:postgresql:failover://a:6,b/orders?sslmod=require&sslMode=tunnel&sslHostnameVerifier=x")
    assert (found.unknown, found.ignored) == (("sslHostnameVerifier", "sslMode"), ("sslmod",))
    assert [(each.host, each.port) for each in found.others] == [("b", 5432)]
