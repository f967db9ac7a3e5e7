"""What a person at the Lambda console says of a client. What stands in it is never repeated in an error."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints

from tlscheck.drivers.recognition import DRIVERS, named, version
from tlscheck.drivers.words import Words
from tlscheck.edges.events.console import Event, HostName, RegionName, parsed
from tlscheck.edges.stores.pasted import DESCRIPTION, pasted
from tlscheck.formats.configuration import Configuration
from tlscheck.survival.assessment import About
from tlscheck.survival.client_document import Question
from tlscheck.trust.trust_store import TrustStore

type AuthorityName = Literal["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"]
_AUTHORITIES = "rds-ca-rsa2048-g1, rds-ca-rsa4096-g1 or rds-ca-ecc384-g1"


class ClientEvent(Event):
    """The descriptions are what an error message says is allowed."""

    may_hold_secrets: ClassVar[bool] = True

    connection: str = Field(
        default="",
        max_length=1_000_000,
        description="a connection string or URL, or the text of a file that holds connections",
    )
    file_name: str = Field(
        default="", max_length=1000, description="the name of the file whose text it is, like database.yml"
    )
    driver: Annotated[str, StringConstraints(max_length=40)] | None = Field(default=None, description=DRIVERS)
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,4}(\.[0-9]{1,4}){0,3}$")] | None = Field(
        default=None, description="the driver's version, libpq's for all that link it, like \"17.2\""
    )
    options: dict[str, Any] = Field(
        default={}, description="an object: JDBC properties, connect_args, ssl options"
    )
    environment: dict[str, str] = Field(default={}, description="an object of PG* variables")
    service_file: str = Field(default="", max_length=1_000_000, description="the text of a pg_service.conf")
    region: RegionName | None = Field(default=None, description='a Region like "eu-central-1"')
    endpoint: HostName | None = Field(
        default=None, description="the database's endpoint, where the client connects by another name"
    )
    target_ca: AuthorityName | None = Field(default=None, description=_AUTHORITIES)
    present_ca: AuthorityName | None = Field(default=None, description=_AUTHORITIES)
    about: Literal["rotation", "enforcement", "both"] = Field(
        default="both", description="rotation, enforcement or both"
    )
    trust_store: str | None = Field(
        default=None, max_length=1_000_000, description=f"the client's present trust store: {DESCRIPTION}"
    )
    home_root: bool | None = Field(
        default=None, description="false when there is no ~/.postgresql/root.crt on the client's machine"
    )


@dataclass(frozen=True, slots=True)
class ClientRequest:
    """An event, checked."""

    configuration: Configuration
    question: Question
    trust_store: TrustStore | None
    has_home_root: bool | None


def asked(event: object) -> ClientRequest:
    """What is asked. Raises BadRequest, which repeats nothing of it."""
    given = parsed(ClientEvent, event)
    chosen, framework = named(given.driver)
    words = Words(
        given.connection,
        chosen,
        framework,
        version(given.version),
        given.options,
        given.environment,
        given.service_file,
    )
    question = Question(
        About(given.about), given.region, given.target_ca or "", given.present_ca or "", given.endpoint or ""
    )
    name = given.file_name.replace("\\", "/").rpartition("/")[2]
    configuration = Configuration(words, name, given.file_name)
    return ClientRequest(configuration, question, _store(given.trust_store), given.home_root)


def _store(text: str | None) -> TrustStore | None:
    if text is None:
        return None
    return pasted("trust_store", text, "TLSCHECK_STORE_PASSWORD=... tlscheck client ... --trust-store <this file>")
