"""What `tlscheck sweep` is asked, read from its arguments, before anything is asked of AWS."""

import argparse
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tlscheck.edges.command.log_consent import ASK_ABOVE
from tlscheck.edges.laptop.terms import SweepTerms
from tlscheck.inventory.account import named_role
from tlscheck.inventory.bad_request import BadRequest, not_allowed
from tlscheck.inventory.names import Arn, is_database, is_region, named_region, partition_of
from tlscheck.inventory.request import Request
from tlscheck.ledger.log_price import FIRST_READ, GB
from tlscheck.reporting.lost import EVIDENCE_SPAN
from tlscheck.verdict.readiness import Verdict
from tlscheck.wire.bound_secret import is_kept_by_rds
from tlscheck.wire.target import Login, LoginChoice

ACCOUNT = "{account}"
"""Stands for the account's twelve digits in the name of a file."""

FAILING = (Verdict.FIX_DATABASE, Verdict.FIX_CLIENTS, Verdict.NOT_OBSERVED)
"""Verdicts that --fail-on may name, the most pressing first."""

_MOST_DAYS = 400
_MOST_MINUTES = 24 * 60
_MOST_ROLES = 100
_MOST_OF_LOGS = 100_000
"""GB, or USD."""

_DATABASE_ALLOWED = "an identifier or ARN of an instance, a cluster or a proxy; * and ? are wild"
_LOGIN_ALLOWED = "iam, none, or secret and the name or ARN of a secret, but not of one that RDS keeps"
_SECRET = re.compile(r"[A-Za-z0-9/_+=.@!:-]{1,2048}")
_USER = re.compile(r"[^\x00-\x1f\x7f]{1,63}")
_PROFILE = re.compile(r"[^\x00-\x1f\x7f]{1,200}")


@dataclass(frozen=True, slots=True)
class Errand:
    """A sweep that is to be: of whose accounts, on what terms, and what becomes of what it finds."""

    terms: SweepTerms
    profile: str | None
    roles: tuple[str, ...]
    """ARNs of those that are taken on, one after the other; (): the caller's own account."""

    region: str | None
    """Where AWS is asked who this is; None: as the profile or the environment says."""

    save: str | None
    """The ledger's file, ACCOUNT for the account; None: nothing is remembered."""

    json: Path | None
    csv: Path | None
    fail_on: Verdict
    """The least pressing verdict that the exit code tells of."""

    agrees: bool
    """Whether the price of reading logs is agreed to, whatever it is."""

    ask_above: float
    """USD that reading logs may cost without anybody being asked."""

    def ledger(self, account: str) -> Path | None:
        """Where the account's ledger lies."""
        return Path(self.save.replace(ACCOUNT, account)) if self.save is not None else None


_OPTIONS = {"request.databases": "--database", "request.regions": "--region"}


def by_options(text: str) -> str:
    """What a request's fields are called by, called by the options that they come from."""
    for field, option in _OPTIONS.items():
        text = text.replace(field, option)
    return text


def asked(arguments: argparse.Namespace) -> Errand:
    """What is asked. Raises BadRequest with the option, what it says, and what it may say."""
    roles = tuple(dict.fromkeys(named_role("--role-arn", each) for each in arguments.roles))
    if len(roles) > _MOST_ROLES:
        raise BadRequest(f"--role-arn: {len(roles)} roles; allowed: {_MOST_ROLES} at most")
    regions = tuple(dict.fromkeys(named_region("--region", each) for each in arguments.regions))
    databases = tuple(dict.fromkeys(_database(each) for each in arguments.databases))
    _bounded("--days", arguments.days, _MOST_DAYS)
    _bounded("--minutes", arguments.minutes, _MOST_MINUTES)
    _fit_together(arguments, roles, regions)
    return Errand(
        SweepTerms(
            Request(regions=regions, databases=databases),
            evidence=timedelta(days=arguments.days) if arguments.days is not None else EVIDENCE_SPAN,
            connects=not arguments.no_connect,
            user=_text("--user", arguments.user, _USER, "the name of a database user"),
            login=_login(arguments.login),
            watching=timedelta(minutes=arguments.minutes) if arguments.minutes is not None else None,
            reads_logs=arguments.logs,
            first_read=FIRST_READ if arguments.first_read is None else arguments.first_read * GB,
            remembers=arguments.save is not None,
            target=arguments.target,
        ),
        _text("--profile", arguments.profile, _PROFILE, "a profile of ~/.aws/config")
        if arguments.profile is not None
        else None,
        roles,
        regions[0] if regions else _region_of(databases),
        _save(arguments.save, roles),
        arguments.json,
        arguments.csv,
        Verdict(arguments.fail_on) if arguments.fail_on else Verdict.NOT_OBSERVED,
        arguments.agrees,
        ASK_ABOVE if arguments.ask_above is None else arguments.ask_above,
    )


def _fit_together(arguments: argparse.Namespace, roles: Sequence[str], regions: Sequence[str]) -> None:
    """Raises BadRequest for what is meaningless beside something else."""
    if arguments.no_connect:
        of_looks = {
            "--login": arguments.login is not None,
            "--minutes": arguments.minutes is not None,
            "--user": arguments.user != "tlscheck",
        }
        if wrong := [name for name, is_given in of_looks.items() if is_given]:
            raise BadRequest(f"{', '.join(wrong)}: of no use with --no-connect")
    if arguments.days is not None and not arguments.logs and arguments.save is None:
        raise BadRequest("--days: only with --logs or --save; without them nobody knows of any day before")
    of_logs = {"--ask-above": arguments.ask_above, "--first-read-gb": arguments.first_read}
    for name, value in of_logs.items():
        if value is not None and not arguments.logs:
            raise BadRequest(f"{name}: only with --logs")
        if value is not None and not 0 <= value <= _MOST_OF_LOGS:
            raise not_allowed(name, value, f"0 to {_MOST_OF_LOGS:,}")
    if arguments.agrees and not arguments.logs:
        raise BadRequest("--yes: only with --logs, whose price it agrees to")
    _fit_beside(arguments)
    partitions = {found.name for each in regions if (found := partition_of(each))}
    partitions |= {arn.partition for each in roles if (arn := Arn.parse(each))}
    if len(partitions) > 1:
        told = ", ".join(sorted(partitions))
        raise BadRequest(f"--region, --role-arn: no account lies in several partitions, and these do: {told}")


def _fit_beside(arguments: argparse.Namespace) -> None:
    """Raises BadRequest where one file would take another's place."""
    if arguments.csv is not None and ACCOUNT in str(arguments.csv):
        raise BadRequest(f"--csv: it is one file for all accounts: leave out {ACCOUNT}")
    places: dict[str, str] = {}
    from tlscheck.edges.ledger_place import BESIDE  # noqa: PLC0415 - with SQLite, which help does without

    for name, path in (("--save", arguments.save), ("--json", arguments.json), ("--csv", arguments.csv)):
        if path is None or str(path) == "-":
            continue
        place = os.path.realpath(path)
        ends = ("", *BESIDE) if name == "--save" else ("",)
        if place in places:
            raise BadRequest(f"{places[place]}, {name}: {path} is one file, and each writes its own")
        places |= {f"{place}{end}": name for end in ends}


def _save(value: str | None, roles: Sequence[str]) -> str | None:
    """The name of the ledger's file. Raises BadRequest."""
    if value is None:
        return None
    if len(roles) > 1 and ACCOUNT not in value:
        raise BadRequest(f"--save: each account has a ledger of its own: write {ACCOUNT} into the file's name")
    parent = Path(value).absolute().parent
    if ACCOUNT not in str(parent) and not parent.is_dir():
        raise BadRequest(f"--save: there is no folder {parent}")
    return value


def _database(value: str) -> str:
    if not is_database(value):
        raise not_allowed("--database", value, _DATABASE_ALLOWED)
    return value


def _region_of(databases: Sequence[str]) -> str | None:
    """The Region of the first that is named by an ARN."""
    arns = (Arn.parse(each) for each in databases)
    return next((arn.region for arn in arns if arn and is_region(arn.region)), None)


def _login(words: Sequence[str] | None) -> LoginChoice | None:
    match words:
        case None:
            return None
        case ["iam" | "none" as word]:
            return LoginChoice(Login(word))
        # One that RDS keeps is a master user's: it would be shown to every server, and is one database's.
        case ["secret", name] if _SECRET.fullmatch(name) and not is_kept_by_rds(name):
            return LoginChoice(Login.SECRET, name)
    raise not_allowed("--login", " ".join(words), _LOGIN_ALLOWED)


def _bounded(field: str, value: int | None, most: int) -> None:
    if value is not None and not 1 <= value <= most:
        raise not_allowed(field, value, f"1 to {most}")


def _text(field: str, value: str, form: re.Pattern[str], allowed: str) -> str:
    if not form.fullmatch(value):
        raise not_allowed(field, value, allowed)
    return value
