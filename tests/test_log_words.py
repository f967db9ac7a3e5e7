"""What is read of a line in whatever form, as far as no server of this machine writes it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.log.event import Connected, Rejected, Rejection, Unread
from tlscheck.log.insights import query, rows
from tlscheck.log.lines import events
from tlscheck.wire.observation import SessionKind

RDS = "%t:%r:%u@%d:[%p]:"
RDS_16 = "%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a"
BEGINNING = "2026-11-24 02:32:22 UTC:10.1.2.3(36230):app@orders:[12552]:"
BEFORE = "2026-11-24 02:32:22 UTC:10.1.2.3(36230):[unknown]@[unknown]:[12552]:"
HOST = 'host "10.1.2.3", user "app", database "orders"'
IN = "connection authorized: user=app database=orders"
TLS = " SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)"
AT = datetime(2026, 11, 24, 2, 32, 22, tzinfo=UTC)


def said(line: str, prefix: str = RDS, own: str = "") -> object:
    read = list(events([line], prefix, own))
    assert len(read) <= 1
    return read[0] if read else None


def connected(line: str, prefix: str = RDS, own: str = "") -> Connected:
    event = said(line, prefix, own)
    assert isinstance(event, Connected)
    return event


@pytest.mark.parametrize(
    ("text", "application", "protocol", "doubtful"),
    [
        ("", "", None, False),
        (TLS, "", "TLSv1.3", False),
        (f" application_name=psql{TLS}", "psql", "TLSv1.3", True),
        (f" application_name={TLS}", "", "TLSv1.3", True),
        (" GSS (authenticated=yes, encrypted=yes, principal=a@B)", "", None, False),
        (" GSS (authenticated=yes, encrypted=yes, delegated_credentials=no, principal=a@B)", "", None, False),
        (f"{TLS} GSS (authenticated=yes, encrypted=no, delegated_credentials=no)", "", "TLSv1.3", False),
        (" application_name=psql GSS (authenticated=yes, encrypted=no)", "psql", None, False),
        (" application_name=a (b)", "a (b)", None, False),
        (" application_name=Job:  nightly", "Job:  nightly", None, False),
        (f" application_name={'ä' * 40}", "ä" * 31, None, False),
    ],
)
def test_what_follows_the_names(text: str, application: str, protocol: str | None, doubtful: bool) -> None:
    event = connected(f"{BEGINNING}LOG:  {IN}{text}")
    assert (event.application, event.protocol, event.is_doubtful) == (application, protocol, doubtful)
    assert (event.user, event.database, event.origin.address) == ("app", "orders", "10.1.2.3")
    assert (event.origin.at, event.origin.port, event.origin.pid) == (AT, 36230, 12552)


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("connection auth", Unread.CUT),
        ("connection authorized: user=ap", Unread.CUT),
        ("connection authorized: user=app database=ord", Unread.CUT),
        (f"{IN} applic", Unread.CUT),
        (f"{IN}{TLS[:40]}", Unread.CUT),
        (f"{IN} application_name=psql{TLS[:40]}", Unread.CUT),
        ("connection authorized: user=another database=orders", Unread.AMBIGUOUS),
        (f"{IN} application_name=x:[1]:LOG:  statement: SELECT 1", Unread.AMBIGUOUS),
        (f"{IN} application_name=x:[1]:ВАЖНО:  no", Unread.AMBIGUOUS),
        ("Verbindung autorisiert: Benutzer=app Datenbank=orders", Unread.LANGUAGE),
        ("connexion autoris?e : utilisateur=app base de donn?es orders", Unread.LANGUAGE),
        ("konnte SSL-Verbindung nicht annehmen: tlsv1 alert unknown ca", Unread.LANGUAGE),
    ],
)
def test_what_is_not_understood_says_why(message: str, why: Unread) -> None:
    assert said(f"{BEGINNING}LOG:  {message}") is why


NOBODY = "2026-11-24 02:32:22 UTC:10.1.2.3(36230):[unbekannt]@[unbekannt]:[12552]:LOG:  "
RESET = "konnte Daten vom Client nicht empfangen: Die Verbindung wurde vom Kommunikationspartner zurückgesetzt"


@pytest.mark.parametrize(
    ("line", "prefix"),
    [
        (f"{NOBODY}konnte SSL-Verbindung nicht annehmen: EOF entdeckt", RDS),
        (f"{NOBODY}{RESET}", RDS),
        (f"{NOBODY}konnte Daten vom Client nicht empfangen: Connection reset by peer", RDS),
        # Of a prefix that names nobody, and of csvlog, which has no word for nobody.
        ("2026-11-24 02:32:22 UTC 10.1.2.3 LOG:  SSL-Fehler: EOF entdeckt", "%t %h "),
        (f'2026-11-24 02:32:22.123 UTC,,,7,"10.1.2.3:4",a.b,2,"",2026 UTC,,0,LOG,08006,"{RESET}",,', RDS),
    ],
)
def test_whoever_breaks_off_in_another_language_is_said_not_to_be_understood(line: str, prefix: str) -> None:
    assert said(line, prefix) is Unread.LANGUAGE


@pytest.mark.parametrize(
    "line",
    [
        f"{NOBODY}Verbindung empfangen: Host=10.1.2.3 Port=51724",
        f"{NOBODY}unvollständiges Startpaket",
        f"{BEFORE}LOG:  could not initialize SSL connection: unknown",
        f"{BEFORE}LOG:  failed to send SSL negotiation response: Broken pipe",
        f"{BEGINNING}LOG:  duration: 1 ms  statement: SELECT 'SSL: ü'",
    ],
)
def test_what_is_of_no_connection_that_broke_off_is_nothing(line: str) -> None:
    assert said(line) is None


@pytest.mark.parametrize("message", ["could not accept SSL connection: tlsv1 alert unkn", "SSL error: "])
def test_an_alert_that_was_cut_is_said_to_be(message: str) -> None:
    assert said(f"{BEFORE}LOG:  {message}") is Unread.CUT


@pytest.mark.parametrize(
    "line",
    [
        f"{BEGINNING}STATEMENT:  {IN}",
        f"{BEGINNING}DETAIL:  {IN}",
        f"{BEGINNING}WARNING:  {IN}",
        f"{BEGINNING}STATEMENT:  could not accept SSL connection: tlsv1 alert unknown ca",
        f"{BEGINNING}LOG:  statement: {IN}",
        f"{BEGINNING}LOG:  could not receive data from client: Connection reset by peer",
        f"{BEFORE}LOG:  could not accept SSL connection: wrong version number",
        f"{BEFORE}LOG:  could not accept SSL connection: tlsv1 alert protocol version",
        f"{BEGINNING}FATAL:  no pg_hba.conf entry for {HOST}, SSL on",
        f"{BEGINNING}FATAL:  no pg_hba.conf entry for {HOST}, SSL encryption",
        f"{BEGINNING}FATAL:  pg_hba.conf rejects connection for {HOST}, SSL off",
        f"{BEGINNING}LOG:  no pg_hba.conf entry for {HOST}, no encryption",
        # By a session's RAISE LOG, as 10, 15, 17 and 18 write it: it refused nothing.
        f"{BEGINNING}LOG:  could not accept SSL connection: tlsv1 alert unknown ca",
        f"{BEGINNING}LOG:  SSL error: sslv3 alert bad certificate",
        f"{BEGINNING}LOG:  could not accept SSL connection: EOF detected",
        (
            '2026-11-24 02:32:22.123 UTC,"app","orders",7,"10.1.2.3:5",a,1,"DO",x,,0,LOG,00000,'
            '"could not accept SSL connection: tlsv1 alert unknown ca",,,,,,,,,""'
        ),
    ],
)
def test_what_is_no_event_is_nothing(line: str) -> None:
    assert said(line) is None


def test_our_own_question_and_looks_are_told_apart() -> None:
    asking = f"{BEGINNING}FATAL:  no pg_hba.conf entry for {HOST}, no encryption"
    assert isinstance(said(asking), Rejected)
    assert said(asking.replace("app", "tlscheck-plaintext")) is None
    line = f"{BEGINNING}LOG:  {IN} application_name=tlscheck"
    assert connected(line + TLS, own="app").kind is SessionKind.TLSCHECK
    assert connected(line + TLS, own="tlscheck").kind is SessionKind.CLIENT
    assert connected(line, own="app").kind is SessionKind.CLIENT


@pytest.mark.parametrize("head", ["tlsv1", "sslv3", "ssl/tls"])
@pytest.mark.parametrize("start", ["could not accept SSL connection", "SSL error"])
def test_alerts_are_read_in_every_spelling(head: str, start: str) -> None:
    event = said(f"{BEFORE}LOG:  {start}: {head} alert certificate expired")
    assert isinstance(event, Rejected)
    assert event.rejection is Rejection.CERTIFICATE_EXPIRED


SECOND = "2026-11-24 02:32:22 UTC"


@pytest.mark.parametrize(
    ("prefix", "beginning"),
    [
        ("%m [%p] %h %u %d ", "2026-11-24 02:32:22.123 GMT [7] 10.1.2.3 app orders "),
        ("%m [%p] %q%r %u@%d ", "2026-11-24 03:32:22.123 +01 [7] 10.1.2.3(5) app@orders "),
        ("%m %r %u@%d ", "2026-11-23 23:02:22.123 -0330 10.1.2.3(5) app@orders "),
        ("<%n> %-15h|%10u|%-10d|%%|%a|", "<1795487542.123> 10.1.2.3       |       app|orders    |%|[unknown]|"),
        ("%t %s %t %h %u %d %b %P %Q %z ", f"{SECOND} {SECOND} {SECOND} 10.1.2.3 app orders client backend  0  "),
        (RDS_16, f"2026-11-24 02:32:22.999 UTC:10.1.2.3(5):app@orders:[7]:3:00000:{SECOND}:2/1:0:6b.43:[unknown]"),
    ],
)
def test_any_prefix_is_read(prefix: str, beginning: str) -> None:
    for sqlstate in ("", "00000: "):
        event = connected(f"{beginning}LOG:  {sqlstate}{IN}{TLS}", prefix)
        assert (event.origin.at, event.origin.address) == (AT, "10.1.2.3")
        assert (event.user, event.database, event.protocol, event.is_doubtful) == (
            "app",
            "orders",
            "TLSv1.3",
            False,
        )


@pytest.mark.parametrize(
    ("prefix", "beginning", "why"),
    [
        ("%m [%p] %u@%d ", "2026-11-24 02:32:22.123 UTC [7] app@orders ", Unread.NO_ADDRESS),
        ("%h %u %d ", "10.1.2.3 app orders ", Unread.NO_MOMENT),
        ("%t %h %u %d ", "2026-11-24 02:32:22 CET 10.1.2.3 app orders ", Unread.ZONE),
        ("%t %h %u %d ", "2026-11-24 02:32:22 UTC:10.1.2.3(5):app@orders:[7]:", Unread.PREFIX),
    ],
)
def test_a_prefix_that_lacks_something_is_said_to(prefix: str, beginning: str, why: Unread) -> None:
    assert said(f"{beginning}LOG:  {IN}", prefix) is why
    assert said(f"{beginning}LOG:  checkpoint starting: time", prefix) is None


def test_without_names_in_the_prefix_all_that_is_said_of_tls_is_doubtful() -> None:
    event = connected(f"2026-11-24 02:32:22 UTC 10.1.2.3 LOG:  {IN}{TLS}", "%t %h ")
    assert (event.user, event.database, event.protocol, event.is_doubtful) == ("app", "orders", "TLSv1.3", True)
    two = f"{SECOND} 10.1.2.3 LOG:  connection authorized: user=a database=b database=c"
    assert said(two, "%t %h ") is Unread.AMBIGUOUS


@pytest.mark.parametrize(
    "moment", ["0001-01-01 00:00:00 +14", "2026-13-01 00:00:00 UTC", "2026-01-01 00:00:00 +99"]
)
def test_a_moment_that_is_none_is_said_to_be_none(moment: str) -> None:
    assert said(f"{moment} 10.1.2.3 LOG:  {IN}", "%t %h ") is Unread.ZONE


def test_numbers_that_no_server_writes_are_not_read() -> None:
    assert said(BEGINNING.replace("12552", "1" * 9000) + f"LOG:  {IN}") is Unread.PREFIX
    csv = f'2026-11-24 02:32:22.123 UTC,"app","orders",{"1" * 9000},"10.1.2.3:{"1" * 9000}",a,1,"authentication"'
    event = connected(f'{csv},x,,0,LOG,00000,"{IN}",,,,,,,,,""')
    assert (event.origin.port, event.origin.pid) == (None, None)


def test_chinese_is_read_as_far_as_it_is_english() -> None:
    assert connected(f"{BEGINNING}日志:  {IN}{TLS}").protocol == "TLSv1.3"
    assert said(f"{BEGINNING}语句:  {IN}") is Unread.LANGUAGE


def test_a_line_after_one_that_ends_in_its_beginning_is_not_believed() -> None:
    torn = "2026-11-24 02:32:22 UTC:10.1.2.3(36230):"
    real = f"{BEGINNING}LOG:  {IN}"
    assert list(events([torn, real], RDS)) == [Unread.AMBIGUOUS]
    assert list(events([f"{torn}\n\n{real}\n:[12]:FATAL:  no"], RDS)) == [Unread.AMBIGUOUS]
    assert [type(each) for each in events([torn, real, real], RDS)] == [Unread, Connected]


@pytest.mark.parametrize("prefix", [RDS, "%m [%p] %h %u %d "])
def test_a_line_that_leaves_over_what_is_none_was_spelt_by_a_client(prefix: str) -> None:
    """As 10 to 15 write of a client that is refused, whose names end lines: all of it is one event of the log."""
    spelt = "2026-11-24 02:32:22 UTC:10.9.8.7(1):[unknown]@[unknown]:[1]:LOG:  SSL error: tlsv1 alert unknown ca"
    if prefix != RDS:
        spelt = (
            "2026-11-24 02:32:22.123 UTC [1] 10.9.8.7 [unknown] [unknown] LOG:  SSL error: tlsv1 alert unknown ca"
        )
    left_over = ':[21338]:FATAL:  password authentication failed for user "x"'
    assert list(events([f"{spelt}\n{left_over}"], prefix)) == [Unread.AMBIGUOUS]
    assert list(events([f"{spelt}\n\n{left_over}\n"], prefix)) == [Unread.AMBIGUOUS]
    for honest in (f"{spelt}\n", f"{spelt}\n\tgoes on", f"{spelt}\n{spelt}"):
        assert {type(each) for each in events([honest], prefix)} == {Rejected}


PIECES = st.sampled_from(
    [*BEGINNING, BEGINNING, BEFORE, IN, TLS, "LOG:  ", "FATAL:  ", "\n", "\t", '"', ",", "@", " application_name=",
     "[unknown]", "no pg_hba.conf entry for host ", "2026-11-24 02:32:22.123 UTC,", "ä", "\udc80", "\0", ":[7]:"]
)  # fmt: skip


@given(
    st.lists(st.lists(PIECES, max_size=30).map("".join)),
    st.sampled_from([RDS, RDS_16, "%m ", "%u %d%a"]),
)
def test_no_text_raises_and_names_are_bounded(texts: list[str], prefix: str) -> None:
    for event in events(texts, prefix, "app"):
        if isinstance(event, Unread):
            continue
        assert len(event.user.encode(errors="replace")) <= 63
        assert len(event.database.encode(errors="replace")) <= 63


@given(st.text(max_size=12), st.text(max_size=50))
def test_any_log_line_prefix_is_taken(prefix: str, text: str) -> None:
    for each in (prefix, "%".join(prefix)):
        list(events([text, f"{BEGINNING}LOG:  {IN}"], each))


def test_rows_of_logs_insights_keep_their_level() -> None:
    row = {
        "times": "3",
        "last": "2026-11-24 02:32:22.000",
        "address": "10.1.2.3",
        "user": "app",
        "database": "orders",
    }
    refused = f"no pg_hba.conf entry for {HOST}, no encryption"
    levels = [("LOG", IN), ("STATEMENT", IN), ("FATAL", refused), ("STATEMENT", refused)]
    counted = rows([{**row, "level": level, "said": message} for level, message in levels])
    read = list(events((each.line for each in counted), RDS))
    assert [type(each) for each in read] == [Connected, Rejected]
    assert "level" in query(RDS, "orders.").rpartition(" by ")[2]
