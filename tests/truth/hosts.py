"""Which names a certificate carries, and by which name the server is called.

Shapes of PostgreSQL's src/test/ssl (server-cn-only, server-multiple-alt-names, server-ip-*, ...) and of
x509-limbo's RFC 5280 and WebPKI name cases, made anew.
"""

from ipaddress import IPv4Address, IPv6Address

from cryptography import x509
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID, ObjectIdentifier

from tests.der_writer import element, sequence
from tests.truth.issuing import Extension, alternative, authority_key, issue, key, named, root, spelt, subject_key
from tests.truth.served import Case, certified

MAIL = x509.RFC822Name("dba@limits.example")
ADDRESS = x509.UniformResourceIdentifier("https://db.limits.example/")
DIRECTORY = x509.DirectoryName(named("db.limits.example"))
OTHER = x509.OtherName(ObjectIdentifier("1.3.6.1.5.5.7.8.7"), b"\x16\x11db.limits.example")
ALTERNATIVE = ObjectIdentifier("2.5.29.17")
REGISTERED = x509.RegisteredID(ObjectIdentifier("1.2.3.4"))
V4, V6 = x509.IPAddress(IPv4Address("127.0.0.1")), x509.IPAddress(IPv6Address("2001:db8::1"))

type Names = tuple[str | x509.GeneralName, ...] | None

DB = "db.limits.example"
ROWS: tuple[tuple[str, tuple[str, ...], Names, str], ...] = (
    # what it shows, common names, alternative names (None: no such extension), the host that is called
    ("alone", (DB,), (DB,), DB),
    ("common name alone", (DB,), None, DB),
    ("common name alone, in capitals", ("DB.Limits.Example",), None, DB),
    ("alternative alone", (), (DB,), DB),
    ("alternative in capitals", (), ("DB.LIMITS.example",), DB),
    ("called in capitals", (), (DB,), "DB.Limits.EXAMPLE"),
    ("common name beside another alternative", (DB,), ("another.example",), DB),
    ("alternative beside another common name", ("another.example",), (DB,), DB),
    ("second of three", (), ("a.example", DB, "b.example"), DB),
    ("last of a hundred", (), (*(f"n{n}.example" for n in range(99)), DB), DB),
    ("none of three", (), ("a.example", "b.example", "c.example"), DB),
    ("neither", (), None, DB),
    ("another common name", ("another.example",), None, DB),
    ("a name that begins alike", (), ("db.limits.example.org",), DB),
    ("a name that ends alike", (), ("example",), DB),
    ("a parent", (), ("limits.example",), DB),
    ("a child", (), ("a.db.limits.example",), DB),
    ("wildcard", (), ("*.limits.example",), DB),
    ("wildcard in the common name", ("*.limits.example",), None, DB),
    ("wildcard over two labels", (), ("*.example",), DB),
    ("wildcard over two labels of the host", (), ("*.limits.example",), "a.db.limits.example"),
    ("wildcard for the parent", (), ("*.limits.example",), "limits.example"),
    ("wildcard alone", (), ("*",), DB),
    ("wildcard alone for one label", (), ("*",), "db"),
    ("wildcard dot", (), ("*.",), DB),
    ("wildcard of a public suffix", (), ("*.example",), "limits.example"),
    ("wildcard in the middle", (), ("db.*.example",), DB),
    ("wildcard at the end", (), ("db.limits.*",), DB),
    ("wildcard behind letters", (), ("d*.limits.example",), DB),
    ("wildcard before letters", (), ("*b.limits.example",), DB),
    ("wildcard between letters", (), ("d*b.limits.example",), DB),
    ("two wildcards", (), ("*.*.example",), DB),
    ("wildcard in an international label", (), ("xn--*.limits.example",), "xn--db-xyz.limits.example"),
    ("wildcard for an international label", (), ("*.limits.example",), "xn--bcher-kva.limits.example"),
    ("an international label", (), ("xn--bcher-kva.limits.example",), "xn--bcher-kva.limits.example"),
    ("two stars", (), ("**.limits.example",), DB),
    ("wildcard and nothing else before the dot", (), (".limits.example",), DB),
    ("dot at the end of the name", (), ("db.limits.example.",), DB),
    ("dot at the end of the host", (), (DB,), "db.limits.example."),
    ("underscore", (), ("my_db.limits.example",), "my_db.limits.example"),
    ("underscore under a wildcard", (), ("*.limits.example",), "my_db.limits.example"),
    ("hyphen at the end of a label", (), ("db-.limits.example",), "db-.limits.example"),
    ("digits alone", (), ("1234",), "1234"),
    ("one label", (), ("db",), "db"),
    ("a blank at the end", (), (f"{DB} ",), DB),
    ("a NUL and more", (), (f"{DB}\0.another.example",), DB),
    ("a NUL at the end", (), (f"{DB}\0",), DB),
    ("an empty name", (), ("",), DB),
    ("an empty name beside", (), ("", DB), DB),
    ("a label of 63", (), (f"{'a' * 63}.limits.example",), f"{'a' * 63}.limits.example"),
    ("an RDS endpoint", (), ("a.c9x2.eu-west-1.rds.amazonaws.com",), "a.c9x2.eu-west-1.rds.amazonaws.com"),
    (
        "another Region's endpoint",
        (),
        ("a.c9x2.eu-west-1.rds.amazonaws.com",),
        "a.c9x2.eu-west-2.rds.amazonaws.com",
    ),
    ("a wildcard of a cluster", (), ("*.c9x2.eu-west-1.rds.amazonaws.com",), "a.c9x2.eu-west-1.rds.amazonaws.com"),
    ("a mail address alone", (), (MAIL,), DB),
    ("a mail address beside the common name", (DB,), (MAIL,), DB),
    ("a URI", (), (ADDRESS,), DB),
    ("a URI beside the common name", (DB,), (ADDRESS,), DB),
    ("a directory name", (), (DIRECTORY,), DB),
    ("a directory name beside the common name", (DB,), (DIRECTORY,), DB),
    ("another kind of name", (), (OTHER,), DB),
    ("a registered id", (), (REGISTERED, DB), DB),
    ("an address beside the common name", (DB,), (V4,), DB),
    ("an address beside", (), (V4, DB), DB),
    ("two common names, the first", (DB, "another.example"), None, DB),
    ("two common names, the second", ("another.example", DB), None, DB),
    ("two common names, both", (DB, DB), None, DB),
    ("three common names, the second", ("a.example", DB, "b.example"), None, DB),
    ("two common names, the first a wildcard", ("*.limits.example", "another.example"), None, DB),
    ("two common names, the second a wildcard", ("another.example", "*.limits.example"), None, DB),
    ("two common names beside a mail address", ("another.example", DB), (MAIL,), DB),
    ("two common names beside the alternative", ("another.example", DB), (DB,), DB),
    ("an empty name beside the common name", (DB,), ("",), DB),
    ("a wildcard beside the common name", (DB,), ("*.another.example",), DB),
    ("an address beside the common name of a domain", ("limits.example",), (V4,), DB),
    ("an address", (), (V4,), "127.0.0.1"),
    ("an address of version 6", (), (V6,), "2001:db8::1"),
    ("an address of version 6, spelt out", (), (V6,), "2001:0db8:0:0:0:0:0:1"),
    ("another address", (), (x509.IPAddress(IPv4Address("127.0.0.2")),), "127.0.0.1"),
    ("an address of version 4 in one of 6", (), (x509.IPAddress(IPv6Address("::ffff:7f00:1")),), "127.0.0.1"),
    ("an address in a DNS name", (), (x509.DNSName("127.0.0.1"),), "127.0.0.1"),
    ("an address in the common name", ("127.0.0.1",), None, "127.0.0.1"),
    ("an address in the common name beside a DNS name", ("127.0.0.1",), (DB,), "127.0.0.1"),
    ("an address in the common name beside another", ("127.0.0.1",), (V6,), "127.0.0.1"),
    ("an address under a wildcard", (), ("*.0.0.1",), "127.0.0.1"),
    ("an address where a name is called", (), (V4,), "localhost"),
    ("the name where an address is called", (DB,), (DB,), "127.0.0.1"),
    ("localhost", (), ("localhost",), "localhost"),
    ("two addresses", (), (V6, V4), "127.0.0.1"),
    ("an address of version 6 in capitals", (), (V6,), "2001:DB8::1"),
    ("an address in the common name beside a mail address", ("127.0.0.1",), (MAIL,), "127.0.0.1"),
)
_NAME, _FOUR, _FIVE = element(0x82, DB.encode()), element(0x87, b"\x7f\0\0\1"), element(0x87, b"12345")
RAW: tuple[tuple[str, tuple[str, ...], tuple[bytes, ...], str], ...] = (
    # what it shows, common names, alternative names in DER, the host that is called
    ("a NUL and more, before the name", (), (element(0x82, DB.encode(), b"\0.another.example"), _NAME), DB),
    ("a NUL in another, before the name", (), (element(0x82, b"a\0b.example"), _NAME), DB),
    ("a NUL in another, behind the name", (), (_NAME, element(0x82, b"a\0b.example")), DB),
    ("an address of five bytes before the name", (), (_FIVE, _NAME), DB),
    ("an address of five bytes behind the name", (), (_NAME, _FIVE), DB),
    ("an address of no bytes before the name", (), (element(0x87), _NAME), DB),
    ("an address of five bytes beside the common name", (DB,), (_FIVE,), DB),
    ("an address of five bytes before the address", (), (_FIVE, _FOUR), "127.0.0.1"),
    ("an address of five bytes behind the address", (), (_FOUR, _FIVE), "127.0.0.1"),
    ("an address of eight bytes", (), (element(0x87, b"\x7f\0\0\1\xff\xff\xff\xff"),), "127.0.0.1"),
    ("a name of no ASCII before the name", (), (element(0x82, b"b\xfccher.example"), _NAME), DB),
    ("a line's end behind the name", (), (element(0x82, DB.encode(), b"\n"),), DB),
)
SPELLINGS = (
    "UTF8String",
    "PrintableString",
    "T61String",
    "IA5String",
    "BMPString",
    "UniversalString",
)


def cases() -> list[Case]:
    """Each with its own certificate, of a root that the client trusts."""
    authority = root()
    of = key("p256", 3)
    made = []
    for what, common, names, host in ROWS:
        more: list[Extension] = [] if names is None else [(alternative(*names), not common)]
        subject = (
            named(*common) if common else x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "limits")])
        )
        issued = issue(subject, authority, [subject_key(of), authority_key(authority.key), *more], of=of)
        made.append(certified(f"name: {what}", authority, issued, host=host))
    for what, common, raw, host in RAW:
        subject = named(*common, organisation="limits")
        more = [(x509.UnrecognizedExtension(ALTERNATIVE, sequence(*raw)), False)]
        issued = issue(subject, authority, [subject_key(of), authority_key(authority.key), *more], of=of)
        made.append(certified(f"name: {what}", authority, issued, host=host))
    for encoding in SPELLINGS:
        subject = spelt(DB, _ASN1Type[encoding])
        issued = issue(subject, authority, [subject_key(of), authority_key(authority.key)], of=of)
        made.append(certified(f"name: common name alone, a {encoding}", authority, issued, host=DB))
    return made
