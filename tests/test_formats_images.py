"""Who reads a bare DATABASE_URL, where the image of the same container says so; Dockerfiles and keycloak.conf."""

from collections.abc import Callable

import pytest
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.words import Words
from tlscheck.formats.configuration import Configuration
from tlscheck.formats.reading import Located, located

HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
SECRET = "Tq7SecretMarker"  # noqa: S105 - what stands for a password
URL = f"postgres://app:{SECRET}@{HOST}/orders?sslmode=require"


def found(text: str, name: str, driver: Driver | None = None) -> list[Located]:
    told = list(located(Configuration(Words(text, driver), name, name)))
    assert SECRET not in repr(told)
    return told


def compose(image: str) -> str:
    return f"services:\n  app:\n    image: {image}\n    environment:\n      DATABASE_URL: {URL}\n"


def pod(image: str) -> str:
    return (
        "kind: Pod\nspec:\n  containers:\n    - image: "
        f"{image}\n      env:\n        - name: DATABASE_URL\n          value: {URL}\n"
    )


def dockerfile(image: str) -> str:
    return f"FROM {image} AS run\n# its database\nENV A=1 \\\n    DATABASE_URL={URL}\nCMD run\n"


FILES = ((compose, "compose.yml"), (pod, "pod.yaml"), (dockerfile, "Dockerfile"))


@pytest.mark.parametrize(("text", "name"), FILES)
@pytest.mark.parametrize(
    ("image", "driver"),
    [
        ("miniflux/miniflux:2.2.0", "lib/pq"),
        ("docker.io/vaultwarden/server@sha256:00", "libpq"),
        ("postgres:17-alpine", "libpq"),
        ("docker.io/library/postgres", "libpq"),
    ],
)
def test_an_image_of_one_program_says_who_reads_a_bare_url(
    text: Callable[[str], str], name: str, image: str, driver: str
) -> None:
    (told,) = found(text(image), name)
    assert told.connection
    assert told.connection.driver.value == driver
    assert told.connection.host == HOST
    assert any(f"connects by {driver}" in note for note in told.connection.notes)


@pytest.mark.parametrize(("text", "name"), FILES)
@pytest.mark.parametrize(
    ("image", "may"),
    [
        ("python:3.12-slim", "its image, python, may connect by psycopg, psycopg2, asyncpg"),
        ("node:22", "its image, node, may connect by node-postgres, postgres.js or Prisma"),
        ("example.org/shop/postgres:1", ""),  # another's, whatever it is called
        (f"{SECRET}/x", ""),
    ],
)
def test_any_other_image_is_no_driver(text: Callable[[str], str], name: str, image: str, may: str) -> None:
    (told,) = found(text(image), name)
    assert told.connection is None
    assert told.refused.startswith("driver: missing")
    assert may in told.refused
    assert bool(may) == ("its image" in told.refused)


@pytest.mark.parametrize(("text", "name"), FILES)
def test_a_driver_that_is_named_counts_more_than_an_image(text: Callable[[str], str], name: str) -> None:
    (told,) = found(text("miniflux/miniflux"), name, Driver.PGX)
    assert told.connection
    assert told.connection.driver is Driver.PGX
    assert not any("image" in note for note in told.connection.notes)


def test_an_image_says_nothing_of_the_container_beside_it() -> None:
    beside = f"  web:\n    build: .\n    environment:\n      DATABASE_URL: {URL}\n"
    first, second = found(compose("miniflux/miniflux") + beside, "compose.yml")
    assert first.connection
    assert second.refused.startswith("driver: missing")


def test_each_stage_of_a_dockerfile_has_variables_of_its_own() -> None:
    other = URL.replace("require", "disable")
    text = f'FROM postgres AS one\nENV DATABASE_URL="{URL}"\nFROM postgres\nenv DATABASE_URL {other}\n'
    told = found(text, "app.Dockerfile")
    assert [(each.spot.path, each.spot.line) for each in told] == [
        ("document 1.ENV.DATABASE_URL", 2),
        ("document 2.ENV.DATABASE_URL", 4),
    ]
    assert [each.connection.mode for each in told if each.connection] == ["require", "disable"]


def test_a_value_of_arg_is_not_known() -> None:
    (told,) = found("FROM postgres\nARG U=x\nENV DATABASE_URL=${U}\n", "Dockerfile")
    assert told.refused == "its value comes from elsewhere (${U}): give that itself"


@pytest.mark.parametrize(
    ("text", "path", "line", "mode", "unknown"),
    [
        (f"db=postgres\ndb-url-host={HOST}\nhostname=x\n", "db-url-host", 2, "", ()),
        (
            f"# kept\ndb=postgres\ndb-url-host={HOST}\ndb-url-properties=?sslmode=require\ndb-tls-mode=x\n",
            "db-url-host",
            3,
            "require",
            ("db-tls-mode",),
        ),
        (f"db-url=jdbc:postgresql://{HOST}/k?ssl=true\ndb-password={SECRET}\n", "db-url", 1, "ssl=true", ()),
    ],
)
def test_keycloak_conf_is_read_as_its_variables_are(
    text: str, path: str, line: int, mode: str, unknown: tuple[str, ...]
) -> None:
    (told,) = found(text, "keycloak.conf")
    assert (told.spot.path, told.spot.line) == (path, line)
    assert told.connection
    assert told.connection.driver is Driver.PGJDBC
    assert (told.connection.host, told.connection.mode, told.connection.unknown) == (HOST, mode, unknown)
