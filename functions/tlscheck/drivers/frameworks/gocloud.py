"""gocloud.dev's URLs: `awspostgres://` makes TLS itself, `postgres://` is lib/pq's.

Source: Go CDK, postgres/awspostgres/awspostgres.go, postgres/postgres.go and aws/rds/rds.go.
"""

from dataclasses import replace

from tlscheck.drivers import go_words, lib_pq
from tlscheck.drivers.connection import IN_CODE, Connection, cannot_be_read
from tlscheck.drivers.frameworks import Framework
from tlscheck.drivers.words import Words

_KIND = "a URL of gocloud.dev"
_PREFIX = "awspostgres://"
_OWN = ("aws_profile", "aws_role_arn")
_FORBIDDEN = ("sslmode", "sslcert", "sslkey", "sslrootcert")


def is_gocloud(text: str) -> bool:
    """Whether it is a URL that only gocloud.dev knows."""
    return text.startswith(_PREFIX)


def read(given: Words) -> Connection:
    """A URL of gocloud.dev. Raises BadRequest."""
    if not is_gocloud(given.text):
        if not go_words.is_url(given.text):
            raise cannot_be_read(_KIND, "it begins neither with awspostgres:// nor with postgres://")
        return lib_pq.read(given)
    text = "postgres://" + given.text.removeprefix(_PREFIX)
    url = go_words.url(text, _KIND)
    if found := sorted(set(_FORBIDDEN) & {*url.query, *given.options}):
        raise cannot_be_read(_KIND, f"parameter {found[0]} not allowed: it makes TLS by itself")
    if not url.hosts:
        raise cannot_be_read(_KIND, "it names no host")
    others = {name: value for name, value in url.query.items() if name not in _OWN}
    bare = text.partition("?")[0]
    connection = lib_pq.read(
        replace(given, text=bare, options={**others, **given.options, "sslmode": "verify-full"})
    )
    return replace(
        connection,
        root=IN_CODE,
        notes=(*connection.notes, "It fetches RDS's roots itself as it connects: which, its version decides."),
    )


def _line(connection: Connection, path: str) -> str:  # noqa: ARG001 - one shape for all frameworks
    url = f"postgres://...?sslmode=verify-full&sslrootcert={path}"
    return f"{url} with gocloud.dev/postgres, or a CertSource of your own in awspostgres.URLOpener"


FRAMEWORK = Framework("gocloud", read, _line, names=("gocloud.dev", "awspostgres", "go-cloud"))
