"""The kind of key that a CA of RDS gives its servers, and what is known of clients that meet it.

Source: Amazon RDS User Guide, "Using SSL/TLS to encrypt a connection to a DB instance" (certificate authorities).
"""

from tlscheck.drivers.driver import Family
from tlscheck.trust.trust_store import Authority

KINDS = {
    Authority.RSA2048_G1: "RSA 2048",
    Authority.RSA4096_G1: "RSA 4096",
    Authority.ECC384_G1: "ECDSA P-384",
}

RUN_AGAINST_P384 = frozenset(
    {Family.LIBPQ, Family.ASYNCPG, Family.PG8000, Family.NODE, Family.POSTGRES_JS, Family.PGJDBC}
    | {Family.PGX, Family.LIB_PQ, Family.TOKIO_POSTGRES, Family.PGBOUNCER}
)
"""Families whose rows were run against servers with such a key too: what tests/client_matrix/recorded holds."""


def kind_of_key(authority: str) -> str | None:
    """The kind of key of a CA's server certificates; None where no CA is said."""
    return KINDS.get(Authority(authority)) if authority else None


def about_key(authority: str, family: Family) -> tuple[str, ...]:
    """What a client's owner should know of the key that comes with the target CA."""
    kind = kind_of_key(authority)
    if kind is None or kind == "RSA 2048":
        return ()
    said = (
        f"{authority} gives its servers keys of {kind}. AWS recommends rds-ca-rsa2048-g1, which keeps the"
        " algorithm of before, and asks to test clients before another is taken."
    )
    if authority != Authority.ECC384_G1:
        return (said,)
    ran = "was run against" if family in RUN_AGAINST_P384 else "was not run against"
    tells = (
        f"{family} {ran} servers with such a key. That a client's TLS 1.2 cipher of today has RSA in its name does"
        " not show that it offers none with ECDSA, nor that it does."
    )
    return said, tells
