"""`tlscheck iam-policy`: the least that somebody must be allowed for a sweep from a laptop."""

import argparse
import json
import re

from tlscheck.inventory.bad_request import not_allowed
from tlscheck.inventory.permissions import Grantee, Mode, policy

_DESCRIPTION = """\
Prints a policy of IAM's for whoever runs `tlscheck sweep`: it allows what the sweep calls, and nothing else. It is
the same that a deployed stack gives its own roles.

  sweep    lists databases and what the API says of them: all that `tlscheck sweep --no-connect` needs
  probe    logs in to servers, as a database user by IAM, or with secrets
  logs     reads the servers' logs in CloudWatch Logs (--logs)
"""
_EPILOG = """\
examples:
  tlscheck iam-policy sweep logs
  tlscheck iam-policy sweep probe --account 123456789012 --user tlscheck --secret 'tlscheck/*'
"""
_PARTITIONS = ("aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc")


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
    parser.add_argument("--partition", choices=_PARTITIONS, default="aws", help="default: aws")
    parser.add_argument("--user", metavar="NAME", default="tlscheck", help="of an IAM login; default: tlscheck")
    parser.add_argument(
        "--secret", metavar="NAME", default="tlscheck/*", help="with * for any text; default: tlscheck/*"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """The exit code. Raises BadRequest."""
    for word, allowed, form in (
        ("account", "twelve digits, or *", r"[0-9]{12}|\*"),
        ("user", "the name of a PostgreSQL role, in lower case", r"[a-z_][a-z0-9_]{0,62}"),
        ("secret", "the name of a secret, in which * stands for any text", r"[A-Za-z0-9/_+=.@*?-]+"),
    ):
        if not re.fullmatch(form, getattr(arguments, word)):
            raise not_allowed(f"--{word}", getattr(arguments, word), allowed)
    grantee = Grantee(arguments.partition, arguments.account, arguments.user, arguments.secret)
    modes = tuple(Mode(each) for each in arguments.modes)
    print(json.dumps(policy(modes, grantee), indent=2))  # noqa: T201 - a command speaks to its terminal
    return 0
