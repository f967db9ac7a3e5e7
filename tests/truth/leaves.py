"""What a server's own certificate says, beside its names: uses, dates, keys, signatures, odd extensions.

Shapes of x509-limbo's RFC 5280 and WebPKI cases and of its pathological ones, made anew.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

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
    alternative,
    authority_key,
    issue,
    key,
    leaf,
    named,
    root,
    subject_key,
    usage,
)
from tests.truth.served import Case, certified

type Row = tuple[str, Issued, tuple[Issued, ...]]

SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
ANY, CODE = ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE, ExtendedKeyUsageOID.CODE_SIGNING
UNKNOWN = ObjectIdentifier("1.3.6.1.4.1.55555.1.2.3")
UNKNOWN_HERE = x509.UnrecognizedExtension(UNKNOWN, b"\x05\x00")


def purposes(*these: ObjectIdentifier, critical: bool = False) -> Extension:
    return x509.ExtendedKeyUsage(these), critical


def no_ca(*, critical: bool = True) -> Extension:
    return x509.BasicConstraints(ca=False, path_length=None), critical


EXTENSIONS: tuple[tuple[str, tuple[Extension, ...]], ...] = (
    ("nothing more", ()),
    ("serverAuth", (purposes(SERVER),)),
    ("serverAuth, critical", (purposes(SERVER, critical=True),)),
    ("clientAuth alone", (purposes(CLIENT),)),
    ("clientAuth and serverAuth", (purposes(CLIENT, SERVER),)),
    ("any purpose", (purposes(ANY),)),
    ("any purpose, critical", (purposes(ANY, critical=True),)),
    ("code signing alone", (purposes(CODE),)),
    ("an unknown purpose", (purposes(UNKNOWN),)),
    ("an unknown purpose beside serverAuth", (purposes(UNKNOWN, SERVER),)),
    ("digitalSignature", ((usage("digital_signature"), True),)),
    ("digitalSignature, not critical", ((usage("digital_signature"), False),)),
    ("keyEncipherment alone", ((usage("key_encipherment"), True),)),
    ("keyAgreement alone", ((usage("key_agreement"), True),)),
    ("dataEncipherment alone", ((usage("data_encipherment"), True),)),
    ("contentCommitment alone", ((usage("content_commitment"), True),)),
    ("cRLSign alone", ((usage("crl_sign"), True),)),
    ("keyCertSign beside digitalSignature", ((usage("digital_signature", "key_cert_sign"), True),)),
    ("no CA", (no_ca(),)),
    ("no CA, not critical", (no_ca(critical=False),)),
    ("a CA", (IS_CA, CA_USAGE)),
    ("a CA without keyCertSign", (IS_CA, (usage("digital_signature"), True))),
    ("a CA without key usage", (IS_CA,)),
    ("a CA for nobody below", ((x509.BasicConstraints(ca=True, path_length=0), True), CA_USAGE)),
    ("an unknown extension", ((UNKNOWN_HERE, False),)),
    ("an unknown extension, critical", ((UNKNOWN_HERE, True),)),
    ("a precertificate", ((x509.PrecertPoison(), True),)),
    ("stapling asked for", ((x509.TLSFeature([x509.TLSFeatureType.status_request]), False),)),
    ("stapling asked for, critical", ((x509.TLSFeature([x509.TLSFeatureType.status_request]), True),)),
    ("no check by OCSP", ((x509.OCSPNoCheck(), False),)),
    ("a policy", ((x509.CertificatePolicies([x509.PolicyInformation(UNKNOWN, None)]), False),)),
    ("a policy, critical", ((x509.CertificatePolicies([x509.PolicyInformation(UNKNOWN, None)]), True),)),
    ("a policy asked for", ((x509.PolicyConstraints(0, None), True),)),
    ("no policy of any kind", ((x509.InhibitAnyPolicy(0), True),)),
    ("names constrained on a leaf", ((x509.NameConstraints([x509.DNSName("example")], None), True),)),
    (
        "where lists of the revoked are",
        (
            (
                x509.CRLDistributionPoints(
                    [
                        x509.DistributionPoint(
                            [x509.UniformResourceIdentifier("http://a.example/")], None, None, None
                        )
                    ]
                ),
                False,
            ),
        ),
    ),
    ("other names of the issuer", ((x509.IssuerAlternativeName([x509.DNSName("a.example")]), False),)),
)


def _with_key(authority: Issued) -> list[Row]:
    kinds = (
        "rsa1024",
        "rsa2048",
        "rsa3072",
        "p224",
        "p256",
        "p384",
        "p521",
        "k256",
        "brainpool",
        "ed25519",
        "ed448",
    )
    return [(f"key {kind}", authority, (leaf(authority, of=key(kind)),)) for kind in kinds]


def _signed() -> list[Row]:
    rsa_root = root(number=4, kind="rsa2048")
    rsa_leaf, ec_root = leaf(rsa_root), root()
    weak = root(number=4, kind="rsa1024")
    strong, short = issuing.SHA256_RSA[2:-2], root(number=5, kind="rsa2048")
    digests: tuple[hashes.HashAlgorithm, ...] = (
        hashes.SHA224(),
        hashes.SHA256(),
        hashes.SHA384(),
        hashes.SHA512(),
    )
    broken = bytearray(leaf(ec_root).der)
    broken[-1] ^= 1
    found: list[Row] = [(f"signed by {each.name}", ec_root, (leaf(ec_root, digest=each),)) for each in digests]
    found += [(f"signed by RSA and {each.name}", rsa_root, (leaf(rsa_root, digest=each),)) for each in digests]
    found += [
        ("signed by RSA-PSS", rsa_root, (leaf(rsa_root, pss=True),)),
        ("signed by Ed25519", edwards := root(number=6, kind="ed25519"), (leaf(edwards),)),
        ("signed by a root of 1024 bits", weak, (leaf(weak),)),
        ("signed by another key", rsa_root, (Issued(leaf(short).der, named(HOST), key("p256", 3)),)),
        ("signed and then changed", ec_root, (Issued(bytes(broken), named(HOST), key("p256", 3)),)),
        (
            "signed by SHA-1",
            rsa_root,
            (altered(rsa_leaf, rsa_root.key, strong, issuing.SHA1_RSA[2:-2], issuing.SHA1_RSA),),
        ),
        (
            "signed by MD5",
            rsa_root,
            (altered(rsa_leaf, rsa_root.key, strong, issuing.MD5_RSA[2:-2], issuing.MD5_RSA),),
        ),
        (
            "signed by another algorithm than is said within",
            ec_root,
            (altered(leaf(ec_root), ec_root.key, b"limits", b"limits", outer=issuing.SHA1_ECDSA),),
        ),
    ]
    return found


DATES: tuple[tuple[str, datetime, datetime], ...] = (
    ("to come", NOW + DAY, NOW + 90 * DAY),
    ("to come in a minute", NOW + timedelta(minutes=30), NOW + 90 * DAY),
    ("past", NOW - 90 * DAY, NOW - DAY),
    ("past for a minute", NOW - 90 * DAY, NOW - timedelta(minutes=1)),
    ("for another hour", NOW - DAY, NOW + timedelta(hours=1)),
    ("from long ago", datetime(1970, 1, 1, tzinfo=UTC), NOW + DAY),
    ("to 2049", NOW - DAY, datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ("to 2050", NOW - DAY, datetime(2050, 1, 1, tzinfo=UTC)),
    ("to 9999", NOW - DAY, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ("ten years", NOW - DAY, NOW + 3650 * DAY),
    ("a second", NOW - DAY, NOW - DAY + timedelta(seconds=1)),
)

SERIALS: tuple[tuple[str, bytes], ...] = (("zero", b"\x02\x01\0"), ("negative", b"\x02\x01\x81"))


def _odd(authority: Issued) -> list[Row]:
    """Other identifiers of keys, other numbers, and what no library writes."""
    of, names = key("p256", 3), (alternative(HOST), False)
    ski, aki = subject_key(of), authority_key(authority.key)
    serial = 0x0102030405060708
    plain = leaf(authority, serial=serial)
    in_bytes = b"\x02\x08" + serial.to_bytes(8)
    other = x509.AuthorityKeyIdentifier(b"\1" * 20, None, None), False
    by_number = x509.AuthorityKeyIdentifier(None, [x509.DirectoryName(authority.name)], 5), False
    critical = (authority_key(authority.key)[0], True)
    shapes: list[tuple[str, x509.Name, list[Extension]]] = [
        ("no identifier of its key", named(HOST), [names, aki]),
        ("no identifier of its issuer's key", named(HOST), [names, ski]),
        ("no identifiers", named(HOST), [names]),
        ("another identifier of its issuer's key", named(HOST), [names, ski, other]),
        ("another number of its issuer", named(HOST), [names, ski, by_number]),
        ("the identifier of its issuer's key, critical", named(HOST), [names, ski, critical]),
        ("the identifier of its key, critical", named(HOST), [names, (ski[0], True), aki]),
        ("names, critical", named(HOST), [(names[0], True), ski, aki]),
        ("no subject", x509.Name([]), [names, ski, aki]),
        ("no subject, names critical", x509.Name([]), [(names[0], True), ski, aki]),
        ("no extensions", named(HOST), []),
        ("a subject of a hundred units", _long_name(), [names, ski, aki]),
        ("the subject of its issuer", authority.name, [names, ski, aki]),
    ]
    found: list[Row] = [
        (what, authority, (issue(subject, authority, these, of=of),)) for what, subject, these in shapes
    ]
    found += [
        (f"number {what}", authority, (altered(plain, authority.key, in_bytes, number),))
        for what, number in SERIALS
    ]
    version = b"\xa0\x03\x02\x01\x02"
    doubled = x509.UnrecognizedExtension(UNKNOWN, b"\x04\x01\x01")
    twin = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.55555.1.2.4"), b"\x04\x01\x02")
    two = leaf(authority, (doubled, False), (twin, False))
    tail = b"\x83\xb2\x03\x01\x02\x04"
    return [
        *found,
        (
            "version 1 with extensions",
            authority,
            (altered(plain, authority.key, version, b"\xa0\x03\x02\x01\x00"),),
        ),
        (
            "version 2 with extensions",
            authority,
            (altered(plain, authority.key, version, b"\xa0\x03\x02\x01\x01"),),
        ),
        ("version 4", authority, (altered(plain, authority.key, version, b"\xa0\x03\x02\x01\x03"),)),
        ("an extension twice", authority, (altered(two, authority.key, tail, tail[:-1] + b"\x03"),)),
        ("number of 20 bytes", authority, (leaf(authority, serial=2**158 + 5),)),
        ("number one", authority, (leaf(authority, serial=1),)),
    ]


def _long_name() -> x509.Name:
    units = [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"unit {n}") for n in range(100)]
    return x509.Name([*units, x509.NameAttribute(NameOID.COMMON_NAME, HOST)])


def cases() -> list[Case]:
    """All of a root that the client trusts; what this machine cannot serve raises."""
    authority = root()
    rows: list[Row] = [(what, authority, (leaf(authority, *more),)) for what, more in EXTENSIONS]
    rows += [(f"valid {what}", authority, (leaf(authority, begins=a, ends=b),)) for what, a, b in DATES]
    more: Callable[[Issued], list[Row]]
    for more in (_with_key, _odd):
        rows += more(authority)
    rows += _signed()
    return [certified(f"leaf: {what}", trusted, *chain) for what, trusted, chain in rows]
