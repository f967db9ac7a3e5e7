"""`tlscheck iam-policy`: the least that somebody must be allowed for a sweep from a laptop."""

import argparse
import json
import re
from collections.abc import Iterable

from tlscheck.inventory.account import named_role
from tlscheck.inventory.bad_request import BadRequest, not_allowed
from tlscheck.inventory.names import PARTITIONS, named_region, partition_of
from tlscheck.inventory.permissions import MOST_CHARACTERS, Grantee, Mode, characters, policy

_DESCRIPTION = """\
Prints a policy of IAM's for whoever runs `tlscheck sweep`: it allows what the sweep calls, and nothing else. It is
the same that a deployed stack gives its own roles, without a write of any kind.

  sweep    list databases, what the API says of them, and look at servers without logging in
  probe    log in to them: as a database user by IAM, or with secrets
  logs     read their logs in CloudWatch Logs (--logs)
  assume   take on roles (--role-arn): a policy of its own, for whoever takes them on; theirs is one of the others

All other commands (client, rehearse, trust-store) ask nothing of AWS, and need no policy.
"""
_EPILOG = """\
examples:
  tlscheck iam-policy sweep logs
  tlscheck iam-policy sweep probe --login secret --secret 'tlscheck/*' --account 123456789012
  tlscheck iam-policy sweep --region eu-central-1, then: tlscheck sweep --region eu-central-1
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the sub-command; its parser's default `run` is what it does."""
    parser = subparsers.add_parser(
        "iam-policy",
        help="print the least policy of IAM's that a sweep needs",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("modes", metavar="MODE", nargs="+", choices=[*map(str, Mode)], help=", ".join(Mode))
    parser.add_argument("--account", metavar="ID", default="*", help="twelve digits; default: any (*)")
    parser.add_argument(
        "--region",
        dest="regions",
        metavar="REGION",
        nargs="+",
        action="extend",
        default=[],
        help="in these alone, where IAM can tell; default: any",
    )
    parser.add_argument(
        "--partition", choices=[each.name for each in PARTITIONS], help="default: the Regions', or aws"
    )
    parser.add_argument("--login", choices=["iam", "secret"], help="of probe: this way alone; default: both")
    parser.add_argument("--user", metavar="NAME", default="tlscheck", help="of a login by IAM; default: tlscheck")
    parser.add_argument(
        "--secret",
        dest="secrets",
        metavar="NAME",
        nargs="+",
        action="extend",
        default=[],
        help="with * for any text; default: tlscheck/*",
    )
    parser.add_argument(
        "--role-arn", dest="roles", metavar="ARN", action="append", default=[], help="of assume; repeatable"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """The exit code. Raises BadRequest."""
    modes = tuple(Mode(each) for each in arguments.modes)
    printed = policy(modes, _grantee(arguments, modes))
    if (length := characters(printed)) > MOST_CHARACTERS:
        raise BadRequest(
            f"it would have {length:,} characters, and a managed policy has {MOST_CHARACTERS:,} at most: "
            "name fewer Regions, secrets or roles, or none for any"
        )
    print(json.dumps(printed, indent=2))  # noqa: T201 - a command speaks to its terminal
    return 0


def _grantee(arguments: argparse.Namespace, modes: tuple[Mode, ...]) -> Grantee:
    _check("account", [arguments.account], r"[0-9]{12}|\*", "twelve digits, or *")
    _check("user", [arguments.user], "[a-z_][a-z0-9_]{0,62}", "the name of a PostgreSQL role, in lower case")
    allowed = "the name of a secret, in which * stands for any text"
    _check("secret", arguments.secrets, r"[A-Za-z0-9/_+=.@!*?-]{1,512}", allowed)
    regions = tuple(dict.fromkeys(named_region("--region", each) for each in arguments.regions))
    _check_what_belongs_together(arguments, modes)
    return Grantee(
        _partition(arguments.partition, regions),
        arguments.account,
        arguments.user,
        tuple(dict.fromkeys(arguments.secrets)) or ("tlscheck/*",),
        regions,
        arguments.login,
        tuple(dict.fromkeys(named_role("--role-arn", each) for each in arguments.roles)),
    )


def _check(option: str, values: Iterable[str], form: str, allowed: str) -> None:
    for value in values:
        if not re.fullmatch(form, value):
            raise not_allowed(f"--{option}", value, allowed)


def _check_what_belongs_together(arguments: argparse.Namespace, modes: tuple[Mode, ...]) -> None:
    if Mode.ASSUME in modes:
        if set(modes) != {Mode.ASSUME}:
            raise BadRequest("assume: by itself, since who takes on a role is not the role; print two policies")
        if not arguments.roles:
            raise BadRequest("assume: which roles? Give --role-arn, once for each")
    elif arguments.roles:
        raise BadRequest("--role-arn: only with assume")
    if arguments.login and Mode.PROBE not in modes:
        raise BadRequest("--login: only with probe")
    if arguments.secrets and (Mode.PROBE not in modes or arguments.login == "iam"):
        raise BadRequest("--secret: only with probe, and a login by secrets")


def _partition(named: str | None, regions: tuple[str, ...]) -> str:
    found = {partition.name for each in regions if (partition := partition_of(each))} | (
        {named} if named else set()
    )
    if len(found) > 1:
        raise BadRequest(f"--region, --partition: no policy is for several partitions: {', '.join(sorted(found))}")
    return next(iter(found), PARTITIONS[0].name)
