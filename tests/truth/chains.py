"""What stands between a server's certificate and the roots: CAs of every shape, orders, lengths, impostors.

Shapes of x509-limbo's RFC 5280, path building and name constraint cases, of PostgreSQL's src/test/ssl (client and
server CAs, chains and directories) and of what RDS serves, made anew.
"""

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from tests.local_aws.fleet.certificates import Algorithm, regional
from tests.truth import issuing
from tests.truth.issuing import (
    CA_USAGE,
    DAY,
    HOST,
    IS_CA,
    NOW,
    Extension,
    Issued,
    altered,
    authority_key,
    below,
    issue,
    key,
    leaf,
    named,
    root,
    subject_key,
    usage,
)
from tests.truth.served import Case, certified

type Row = tuple[str, Issued | bytes, tuple[Issued, ...]]

UNKNOWN = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.55555.1.2.3"), b"\x05\x00")
POLICY = x509.CertificatePolicies([x509.PolicyInformation(ObjectIdentifier("1.3.6.1.4.1.55555.7"), None)])


def constrained(*permitted: x509.GeneralName, excluded: tuple[x509.GeneralName, ...] = ()) -> Extension:
    return x509.NameConstraints(list(permitted) or None, list(excluded) or None), True


def no_more(length: int | None, *, critical: bool = True, ca: bool = True) -> Extension:
    return x509.BasicConstraints(ca=ca, path_length=length), critical


DNS, MAIL = x509.DNSName, x509.RFC822Name
SHAPES: tuple[tuple[str, tuple[Extension, ...]], ...] = (
    ("as it should be", (IS_CA, CA_USAGE)),
    ("of path length 0", (no_more(0), CA_USAGE)),
    ("not critical", (no_more(None, critical=False), CA_USAGE)),
    ("no CA", ((x509.BasicConstraints(ca=False, path_length=None), True), CA_USAGE)),
    ("without basic constraints", (CA_USAGE,)),
    ("without any", ()),
    ("without key usage", (IS_CA,)),
    ("without keyCertSign", (IS_CA, (usage("digital_signature", "crl_sign"), True))),
    ("key usage not critical", (IS_CA, (CA_USAGE[0], False))),
    ("for serverAuth", (IS_CA, CA_USAGE, (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False))),
    ("for clientAuth", (IS_CA, CA_USAGE, (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False))),
    (
        "for any purpose",
        (IS_CA, CA_USAGE, (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE]), False)),
    ),
    ("with an unknown extension", (IS_CA, CA_USAGE, (UNKNOWN, False))),
    ("with an unknown extension, critical", (IS_CA, CA_USAGE, (UNKNOWN, True))),
    ("of the name's domain", (IS_CA, CA_USAGE, constrained(DNS("limits.example")))),
    ("of the very name", (IS_CA, CA_USAGE, constrained(DNS(HOST)))),
    ("of another domain", (IS_CA, CA_USAGE, constrained(DNS("another.example")))),
    ("of all but the name's domain", (IS_CA, CA_USAGE, constrained(excluded=(DNS("limits.example"),)))),
    ("of all but another domain", (IS_CA, CA_USAGE, constrained(excluded=(DNS("another.example"),)))),
    ("of the domain, with a dot", (IS_CA, CA_USAGE, constrained(DNS(".limits.example")))),
    ("of mail alone", (IS_CA, CA_USAGE, constrained(MAIL("limits.example")))),
    ("of the domain, not critical", (IS_CA, CA_USAGE, (constrained(DNS("limits.example"))[0], False))),
    ("of another directory", (IS_CA, CA_USAGE, constrained(x509.DirectoryName(named("somebody"))))),
    ("that asks for a policy", (IS_CA, CA_USAGE, (x509.PolicyConstraints(0, None), True))),
    ("that asks for a policy after two", (IS_CA, CA_USAGE, (x509.PolicyConstraints(2, None), True))),
    ("with a policy", (IS_CA, CA_USAGE, (POLICY, False))),
    ("without any policy", (IS_CA, CA_USAGE, (x509.InhibitAnyPolicy(0), True))),
)


def _between() -> list[Row]:
    """Each shape between a good root and a good leaf."""
    authority, of = root(), key("p256", 2)
    keys = subject_key(of), authority_key(authority.key)
    made: list[Row] = []
    for what, these in SHAPES:
        ca = issue(named("A CA between"), authority, [*these, *keys], of=of)
        made.append((f"CA {what}", authority, (leaf(ca), ca)))
    plain = below(authority)
    for what, left in (("its own key", keys[1:]), ("its issuer's key", keys[:1]), ("any key", ())):
        ca = issue(named("A CA between"), authority, [IS_CA, CA_USAGE, *left], of=of)
        made.append((f"CA without the identifier of {what}", authority, (leaf(ca), ca)))
    for what, a, b in (
        ("past", NOW - 9 * DAY, NOW - DAY),
        ("to come", NOW + DAY, NOW + 9 * DAY),
        ("shorter than the leaf's", NOW - DAY, NOW + 9 * DAY),
    ):
        ca = below(authority, begins=a, ends=b)
        made.append((f"CA whose time is {what}", authority, (leaf(ca), ca)))
    for kind in ("rsa1024", "rsa2048", "p384", "p521", "ed25519"):
        key_of = key(kind, 7)
        of_kind = [IS_CA, CA_USAGE, subject_key(key_of), keys[1]]
        ca = issue(named("A CA between"), authority, of_kind, of=key_of)
        made.append((f"CA with a key {kind}", authority, (leaf(ca), ca)))
    first = altered(plain, authority.key, b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x00")
    made.append(("CA of version 1", authority, (leaf(plain), first)))
    rsa = root(number=8, kind="rsa2048")
    sha1 = altered(below(rsa), rsa.key, issuing.SHA256_RSA[2:-2], issuing.SHA1_RSA[2:-2], issuing.SHA1_RSA)
    made.append(("CA signed by SHA-1", rsa, (leaf(below(rsa)), sha1)))
    made.append(("CA signed by SHA-1, which is trusted", sha1.pem + rsa.pem, (leaf(below(rsa)), sha1)))
    return made


def _roots() -> list[Row]:
    """Each shape as the root itself, straight above the leaf."""
    of = key("p256", 1)
    made: list[Row] = []
    for what, these in SHAPES:
        authority = issue(named("A root"), None, [*these, subject_key(of)], of=of)
        made.append((f"root {what}", authority, (leaf(authority),)))
    good = root()
    for what, trusted in (
        ("without the identifier of its key", issue(named("A root"), None, [IS_CA, CA_USAGE], of=of)),
        ("with both identifiers", root("A root", 1, "p256", authority_key(of))),
        ("whose time is past", root(begins=NOW - 9 * DAY, ends=NOW - DAY)),
        ("whose time is to come", root(begins=NOW + DAY, ends=NOW + 9 * DAY)),
        ("of version 1", altered(good, good.key, b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x00")),
    ):
        made.append((f"root {what}", trusted, (leaf(trusted),)))
    rsa = root(number=8, kind="rsa2048")
    sha1 = altered(rsa, rsa.key, issuing.SHA256_RSA[2:-2], issuing.SHA1_RSA[2:-2], issuing.SHA1_RSA)
    made.append(("root signed by SHA-1", sha1, (leaf(rsa),)))
    nameless = issue(x509.Name([]), None, [IS_CA, CA_USAGE, subject_key(of)], of=of)
    made.append(("root without a name", nameless, (leaf(nameless),)))
    return made


def _deep(length: int, limit: int | None = None) -> tuple[Issued, tuple[Issued, ...]]:
    """A root, perhaps of a path length, and a chain of so many CAs and a leaf."""
    of = key("p256", 1)
    authority = issue(named("A root"), None, [no_more(limit), CA_USAGE, subject_key(of)], of=of)
    last = authority
    chain: list[Issued] = []
    for number in range(length):
        last = below(last, f"CA {number}", 20 + number)
        chain.insert(0, last)
    return authority, (leaf(last), *chain)


def _paths() -> list[Row]:
    """What is sent, in which order, and what of it is trusted."""
    authority = root()
    upper = below(authority, "The upper CA", 2)
    lower = below(upper, "The lower CA", 4)
    server = leaf(lower)
    stranger, impostor = root("Another root", 9), root("A root", 10)
    renewed = root()
    crossed = issue(
        authority.name, stranger, [IS_CA, CA_USAGE, subject_key(authority.key), authority_key(stranger.key)],
        of=authority.key,
    )  # fmt: skip
    expired = issue(
        authority.name, stranger, [IS_CA, CA_USAGE, subject_key(authority.key), authority_key(stranger.key)],
        of=authority.key, begins=NOW - 9 * DAY, ends=NOW - DAY,
    )  # fmt: skip
    self_signed = issue(named(HOST), None, [(issuing.alternative(HOST), False)], of=key("p256", 3))
    self_ca = issue(
        named(HOST), None, [IS_CA, CA_USAGE, (issuing.alternative(HOST), False), subject_key(key("p256", 3))],
        of=key("p256", 3),
    )  # fmt: skip
    a, b = below(stranger, "Loop A", 11), below(stranger, "Loop B", 12)
    loop_a = issue(a.name, b, [IS_CA, CA_USAGE, subject_key(a.key), authority_key(b.key)], of=a.key)
    loop_b = issue(b.name, a, [IS_CA, CA_USAGE, subject_key(b.key), authority_key(a.key)], of=b.key)
    rows: list[Row] = [
        ("whole, with the root", authority, (server, lower, upper, authority)),
        ("whole", authority, (server, lower, upper)),
        ("without the lower CA", authority, (server, upper)),
        ("without the upper CA", authority, (server, lower)),
        ("the leaf alone", authority, (server,)),
        ("in the wrong order", authority, (server, upper, lower)),
        ("with the root first", authority, (server, authority, upper, lower)),
        ("with strangers between", authority, (server, stranger, lower, impostor, upper)),
        ("with each twice", authority, (server, lower, lower, upper, upper)),
        ("with itself again", authority, (server, server, lower, upper)),
        ("of another root", stranger, (server, lower, upper)),
        ("of another root, sent", stranger, (server, lower, upper, authority)),
        ("of an impostor of its root", impostor, (server, lower, upper)),
        ("of an impostor of its root, sent", impostor, (server, lower, upper, authority)),
        ("of both", impostor.pem + authority.pem, (server, lower, upper)),
        ("of both, the other first", authority.pem + impostor.pem, (server, lower, upper)),
        ("of its root, made anew", renewed, (server, lower, upper)),
        ("of its root, made anew, the old one sent", renewed, (server, lower, upper, authority)),
        ("the upper CA trusted alone", upper, (server, lower)),
        ("the lower CA trusted alone", lower, (server, lower, upper)),
        ("the leaf trusted alone", server, (server,)),
        ("the upper CA trusted beside the root", upper.pem + authority.pem, (server, lower)),
        ("all CAs trusted, the leaf alone", upper.pem + authority.pem + lower.pem, (server,)),
        ("signed itself, trusted", self_signed, (self_signed,)),
        ("signed itself, not trusted", authority, (self_signed,)),
        ("a CA that signed itself, trusted", self_ca, (self_ca,)),
        ("a CA that signed itself, not trusted", authority, (self_ca,)),
        ("cross-signed", stranger, (server, lower, upper, crossed)),
        ("cross-signed, the root sent too", stranger, (server, lower, upper, authority, crossed)),
        ("cross-signed, both trusted", stranger.pem + authority.pem, (server, lower, upper, crossed)),
        ("cross-signed in the past", stranger, (server, lower, upper, expired)),
        ("cross-signed in the past, the root trusted", authority, (server, lower, upper, expired)),
        ("a loop", stranger, (leaf(loop_a), loop_a, loop_b)),
        ("a loop and a way out", stranger, (leaf(loop_a), loop_a, loop_b, a, b)),
    ]
    rows += [(f"{n} CAs", *_deep(n)) for n in (1, 3, 5, 8, 12, 30)]
    rows += [
        (f"{n} CAs below a root for {limit}", *_deep(n, limit)) for n, limit in ((0, 0), (1, 0), (2, 1), (2, 2))
    ]
    return rows


def _of_rds() -> list[Row]:
    made: list[Row] = []
    for algorithm in Algorithm:
        authority = regional("eu-west-1", algorithm)
        served = authority.issue(HOST)
        chain = tuple(_parts(served.chain_pem, served.key_pem))
        made += [
            (f"of RDS, {algorithm}", authority.root_pem, chain),
            (f"of RDS, {algorithm}, without the subordinate", authority.root_pem, chain[:1]),
            (f"of RDS, {algorithm}, without the root", authority.root_pem, chain[:2]),
            (f"of RDS, {algorithm}, another Region's root", regional("us-east-1").root_pem, chain),
        ]
    return made


def _parts(chain: bytes, key_pem: bytes) -> list[Issued]:
    from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key  # noqa: PLC0415

    of = load_pem_private_key(key_pem, None)
    read = x509.load_pem_x509_certificates(chain)
    return [Issued(each.public_bytes(Encoding.DER), each.subject, of) for each in read]  # type: ignore[arg-type]


def cases() -> list[Case]:
    """All of them."""
    rows = [*_between(), *_roots(), *_paths(), *_of_rds()]
    return [certified(f"chain: {what}", trusted, *chain) for what, trusted, chain in rows]
