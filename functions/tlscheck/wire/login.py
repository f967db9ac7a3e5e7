"""What a login is made with, and a login that a server refused: its SQLSTATE as a reason, with what mends it.

Source: PostgreSQL, src/backend/utils/errcodes.txt, libpq/auth.c and utils/init/postinit.c. The text of an error
may be translated (lc_messages), so it only refines what the SQLSTATE says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tlscheck.wire.observation import Look, LookOutcome
from tlscheck.wire.target import Login

LONGEST_TEXT = 200
"""Characters of a server's own words that a reason repeats."""

# RDS checks what members of rds_iam send by PAM, a password just as a token.
_BY_PAM = {
    Login.IAM: (
        "The IAM token was not accepted: the probe's role needs rds-db:connect on this user, and the database "
        "IAM authentication; then GRANT rds_iam TO {role};"
    ),
    Login.SECRET: (
        "{role} is a member of rds_iam, whom RDS lets in by IAM tokens alone: remove the tag tlscheck:secret, or "
        "REVOKE rds_iam FROM {role};"
    ),
}
_BY_WORD = {
    ("28000", "pg_hba.conf"): "No rule of the server's pg_hba.conf admits this user from the probe's network.",
    ("28000", "not permitted to log in"): "ALTER ROLE {role} LOGIN;",
}
_ROLE_WITHOUT_IAM = "CREATE USER {role}; where it is missing, then GRANT rds_iam TO {role};"
_IAM_BY_CODE = {"28000": _ROLE_WITHOUT_IAM, "28P01": _ROLE_WITHOUT_IAM}
_WRONG_SECRET = "The secret does not open {role}: rotate it, or ALTER ROLE {role} PASSWORD to what it holds."  # noqa: S105 - a sentence
_BY_CODE = {
    "28000": _WRONG_SECRET,
    "28P01": _WRONG_SECRET,
    "3D000": "CREATE DATABASE {database}; or name another database to log in to.",
    "42501": "GRANT CONNECT ON DATABASE {database} TO {role};",
    "53300": "Every connection is taken, or the limit of this role or database is reached: raise the limit.",
    "55000": "ALTER DATABASE {database} ALLOW_CONNECTIONS true;",
    "57P03": "The server is starting, recovering or shutting down; the next sweep tries again.",
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


def grant_rds_iam(user: str) -> str:
    """The statement that makes a role log in by IAM tokens."""
    return f"GRANT rds_iam TO {quoted(user)};"


def takes_tokens_alone(user: str) -> str:
    """Why a password was not sent to a server that asks for it unencrypted."""
    return (
        "The server asks for the password itself, which was not sent: RDS does so for members of rds_iam, whom it "
        f"lets in by IAM tokens alone. Remove the tag tlscheck:secret, or REVOKE rds_iam FROM {quoted(user)};"
    )


def inherit_pg_monitor(user: str, server_version: int) -> str:
    """The statement for a member of pg_monitor that does not inherit its privileges (NOINHERIT)."""
    if server_version >= 160000:
        return f"GRANT pg_monitor TO {quoted(user)} WITH INHERIT TRUE;"
    return f"ALTER ROLE {quoted(user)} INHERIT;"


def quoted(name: str) -> str:
    """An SQL identifier, as quote_ident would put it (always in quotes)."""
    return '"' + name.replace('"', '""') + '"'


def refused(error: Mapping[str, str], login: Login, user: str, database: str) -> Look:
    """A refusal before the first query; `error` holds the fields of an ErrorResponse by their letter."""
    code, text = error.get("C", ""), error.get("M", "")
    remedy = _remedy(code, text, login, user, database)
    return Look(LookOutcome.LOGIN_REFUSED, _sentence("The server refused the login", code, text, remedy))


def failed(error: Mapping[str, str], user: str) -> Look:
    """An error in answer to the look itself."""
    code, text = error.get("C", ""), error.get("M", "")
    remedy = {
        "42501": grant_pg_monitor(user),
        "57014": "The look took longer than its statement_timeout; the next sweep tries again.",
        "57P01": "The server is shutting down; the next sweep tries again.",
    }.get(code, "")
    return Look(LookOutcome.FAILED, _sentence("The look failed", code, text, remedy))


def without(secret: str, text: str) -> str:
    """A text that a server may have put a credential into, without it."""
    return text.replace(secret, "***") if secret else text


def _remedy(code: str, text: str, login: Login, user: str, database: str) -> str:
    if code == "28000" and "PAM" in text and login in _BY_PAM:
        return _BY_PAM[login].format(role=quoted(user))
    refined = (remedy for (state, word), remedy in _BY_WORD.items() if state == code and word in text)
    remedy = (
        next(refined, None) or (_IAM_BY_CODE.get(code) if login is Login.IAM else None) or _BY_CODE.get(code, "")
    )
    return remedy.format(role=quoted(user), database=quoted(database))


def _sentence(what: str, code: str, text: str, remedy: str) -> str:
    said = f"{what} ({code[:5] or 'no SQLSTATE'}): {text[:LONGEST_TEXT]}".rstrip(". :")
    return f"{said}. {remedy}".rstrip()
