"""What a login is made with, and a login that a server refused: its SQLSTATE as a reason, with what mends it.

Source: PostgreSQL, src/backend/utils/errcodes.txt, libpq/auth.c, libpq/be-secure-openssl.c, tcop/postgres.c and
utils/init/postinit.c. The text of an error may be translated (lc_messages), so it only refines what the SQLSTATE
says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tlscheck.wire.asker import STACK, Asker
from tlscheck.wire.messages import sqlstate
from tlscheck.wire.observation import Look, LookOutcome
from tlscheck.wire.target import Login
from tlscheck.wording import plain

LONGEST_TEXT = 200
"""Characters of a server's own words that a reason repeats."""

# RDS checks what members of rds_iam send by PAM, a password just as a token.
_BY_PAM = {
    Login.IAM: (
        "The IAM token was not accepted: {asker.role} needs rds-db:connect on this user, and the database "
        "IAM authentication; then GRANT rds_iam TO {role};"
    ),
    Login.SECRET: (
        "{role} is a member of rds_iam, whom RDS lets in by IAM tokens alone: {asker.untagging}, or, "
        "where nobody uses it by tokens, REVOKE rds_iam FROM {role};"
    ),
}
_ROLE_WITHOUT_IAM = (
    "CREATE USER {role}; where it is missing, then GRANT rds_iam TO {role}; after which no password opens it."
)
_NOT_THE_PASSWORD = (
    "This is not the code of a wrong password: see whether {role} exists, may log in, and is admitted by "  # noqa: S105 - a sentence
    "pg_hba.conf from {asker.network}."
)
_WRONG_SECRET = (
    "The secret does not open {role}: put its password there or, where nobody else uses it, ALTER ROLE {role} "  # noqa: S105 - a sentence
    "PASSWORD to what the secret holds; where it is missing, CREATE USER {role}; where it is past its VALID "
    "UNTIL, ALTER ROLE {role} VALID UNTIL 'infinity';"
)
_BY_LOGIN = {
    ("28000", Login.IAM): _ROLE_WITHOUT_IAM,
    ("28P01", Login.IAM): _ROLE_WITHOUT_IAM,
    ("28000", Login.SECRET): _NOT_THE_PASSWORD,
    ("28P01", Login.SECRET): _WRONG_SECRET,
}
_BY_WORD = {
    ("28000", "pg_hba.conf"): "No rule of the server's pg_hba.conf admits this user from {asker.network}.",
    ("28000", "not permitted to log in"): "ALTER ROLE {role} LOGIN;",
    ("28000", "client certificate"): (
        "The server wants a client certificate of this user, and {asker.looker} has none."
    ),
    ("28000", "channel binding"): (
        "The server does not see the TLS connection that {asker.looker} has: something between them ends TLS and "
        "goes on with the login."
    ),
    ("42501", "for database"): "GRANT CONNECT ON DATABASE {database} TO {role};",
    ("42501", "permission denied for"): (
        "A login trigger of {database} does what {role} may not: grant it that, or make the trigger's function "
        "SECURITY DEFINER."
    ),
    ("53300", "connections for role"): "Its limit is reached: ALTER ROLE {role} CONNECTION LIMIT -1;",
    ("53300", "connections for database"): "Raise its limit (ALTER DATABASE {database} CONNECTION LIMIT).",
    # PostgreSQL 16 and later
    ("53300", "pg_use_reserved_connections"): (
        "Only what reserved_connections keeps back is left: free connections, or raise max_connections; or GRANT "
        "pg_use_reserved_connections TO {role}; lets {asker.looker} have one of them."
    ),
    ("53300", "reserved for"): (
        "Only connections that are kept back for others are left: free some, or raise max_connections."
    ),
    ("57014", "authentication due to timeout"): (
        "The login was not over within the server's authentication_timeout: it is busy, or that parameter too "
        "short; the next sweep tries again."
    ),
    ("XX000", "could not find digest for NID"): (
        "The signature of the server's certificate has no digest of its own (Ed25519, for one), so that no SCRAM "
        "login can be bound to it, by libpq neither: give the server a certificate signed by RSA or ECDSA."
    ),
}
_BY_CODE = {
    "25006": (
        "A login trigger of {database} writes in a session that is read only: on a standby let it ask "
        "pg_is_in_recovery() first; elsewhere ALTER ROLE {role} RESET default_transaction_read_only;"
    ),
    "3D000": "CREATE DATABASE {database}; or name another database to log in to.",
    "42501": "GRANT CONNECT ON DATABASE {database} TO {role};",
    "53300": "Every connection is taken, or the limit of this role or database is reached: raise the limit.",
    "55000": "ALTER DATABASE {database} ALLOW_CONNECTIONS true; or name another database to log in to.",
    "57P03": "The server is starting, recovering or shutting down; the next sweep tries again.",
    "P0001": "What runs at each login raised that, such as a login trigger of {database}: let it pass {role}.",
}


@dataclass(frozen=True, slots=True)
class Credential:
    """A database user and its password or token, which nothing may print."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoCredential:
    """Why there is no credential to log in with."""

    reason: str


def grant_pg_monitor(user: str) -> str:
    """The statement that lets a role see other users' sessions."""
    return f"GRANT pg_monitor TO {quoted(user)};"


def takes_passwords_alone(user: str) -> str:
    """Why a token was not sent to a server that wants a password proved."""
    remedy = _ROLE_WITHOUT_IAM.format(role=quoted(user))
    return f"The server asks for a password instead of an IAM token. {remedy}"


def takes_tokens_alone(user: str, asker: Asker = STACK) -> str:
    """Why a password was not sent to a server that asks for it unencrypted."""
    untagging = f"{asker.untagging[0].upper()}{asker.untagging[1:]}"
    return (
        "The server asks for the password itself, which was not sent: RDS does so for members of rds_iam, whom it "
        f"lets in by IAM tokens alone. {untagging}, or, where nobody uses it by tokens, REVOKE "
        f"rds_iam FROM {quoted(user)};"
    )


def inherit_pg_monitor(user: str, server_version: int) -> str:
    """The statement for a member of pg_monitor that does not inherit its privileges (NOINHERIT)."""
    if server_version >= 160000:
        return f"GRANT pg_monitor TO {quoted(user)} WITH INHERIT TRUE;"
    return f"ALTER ROLE {quoted(user)} INHERIT;"


def quoted(name: str) -> str:
    """An SQL identifier, as quote_ident would put it (always in quotes)."""
    return '"' + name.replace('"', '""') + '"'


def refused(  # noqa: PLR0913 - what the words of a refusal depend on
    error: Mapping[str, str],
    login: Login,
    user: str,
    database: str,
    *,
    is_told: bool = True,
    asker: Asker = STACK,
) -> Look:
    """A refusal before the first query; `error` holds the fields of an ErrorResponse by their letter.

    Not `is_told` are the words of a server that was sent a credential as it is: any may be a part of it.
    """
    code, text = sqlstate(error), error.get("M", "")
    remedy = _remedy(code, text, login).format(role=quoted(user), database=quoted(database), asker=asker)
    said = _sentence("The server refused the login", code, text if is_told else "", remedy)
    return Look(LookOutcome.LOGIN_REFUSED, said)


def failed(error: Mapping[str, str], user: str, *, is_told: bool = True) -> Look:
    """An error in answer to the look itself; `is_told` as of a refusal."""
    code, text = sqlstate(error), error.get("M", "")
    remedy = {
        "42501": grant_pg_monitor(user),
        "55P03": "Somebody holds a lock on the system catalogs; the next sweep tries again.",
        "57014": "The look took longer than its statement_timeout; the next sweep tries again.",
        "57P01": "The server is shutting down; the next sweep tries again.",
    }.get(code, "")
    return Look(LookOutcome.FAILED, _sentence("The look failed", code, text if is_told else "", remedy))


def _remedy(code: str, text: str, login: Login) -> str:
    if code == "28000" and "PAM" in text and login in _BY_PAM:
        return _BY_PAM[login]
    refined = (remedy for (state, word), remedy in _BY_WORD.items() if state == code and word in text)
    return next(refined, None) or _BY_LOGIN.get((code, login)) or _BY_CODE.get(code, "")


def _sentence(what: str, code: str, text: str, remedy: str) -> str:
    said = f"{what} ({code or 'no SQLSTATE'}): {plain(text, LONGEST_TEXT)}".rstrip(". :")
    return f"{said}. {remedy}".rstrip()
