"""What a person at the Lambda console asks of build_trust_store, and what its template tells it."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tlscheck.edges.events.console import Event, RegionName, parsed
from tlscheck.edges.events.variables import needed
from tlscheck.edges.stores.pasted import DESCRIPTION, pasted
from tlscheck.inventory.bad_request import not_allowed
from tlscheck.keystores import jks
from tlscheck.trust.order import AUTHORITIES, Order
from tlscheck.trust.packaging import NAME, Packaging, Wrapping
from tlscheck.trust.trust_store import Authority, TrustStore

_AUTHORITIES = ", ".join(AUTHORITIES)
_FORMATS = ", ".join(Packaging)


class TrustStoreEvent(Event):
    """The descriptions are what an error message says is allowed."""

    regions: list[RegionName] | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        description='Regions like ["eu-central-1"]; leave it out for all',
    )
    authorities: list[Literal["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"]] | None = Field(
        default=None, min_length=1, max_length=3, description=f"some of {_AUTHORITIES}; leave it out for all"
    )
    formats: list[Literal["pem", "der", "pkcs12", "jks", "configmap", "secret"]] = Field(
        default=["pem"], min_length=1, max_length=6, description=f"some of {_FORMATS}"
    )
    proxy: bool = Field(default=False, description="true for the roots of RDS Proxy too")
    keep_expired: bool = Field(default=False, description="true to keep what is expired")
    name: Annotated[str, StringConstraints(pattern=f"^{NAME.pattern}$")] = Field(
        default="rds-ca", description="1 to 53 lower-case letters, digits and dashes: what the files are called"
    )
    present: str | None = Field(
        default=None, max_length=1_000_000, description=f"the client's present trust store: {DESCRIPTION}"
    )


@dataclass(frozen=True, slots=True)
class TrustStoreRequest:
    """An event, checked."""

    order: Order
    formats: tuple[Packaging, ...]
    wrapping: Wrapping
    present: TrustStore | None


def asked(event: object) -> TrustStoreRequest:
    """What is to be built. Raises BadRequest."""
    given = parsed(TrustStoreEvent, event)
    authorities = tuple(Authority(each) for each in given.authorities or AUTHORITIES)
    return TrustStoreRequest(
        Order(tuple(given.regions or ()), authorities, given.proxy, given.keep_expired),
        tuple(Packaging(each) for each in given.formats),
        Wrapping(given.name, jks.DEFAULT_PASSWORD),
        _present(given.present),
    )


def _present(text: str | None) -> TrustStore | None:
    if text is None:
        return None
    store = pasted("present", text, "TLSCHECK_STORE_PASSWORD=... tlscheck trust-store build --merge <this file>")
    if not store.entries:
        raise not_allowed("present", text, "a trust store with at least one certificate")
    return store


@dataclass(frozen=True, slots=True)
class BuildTrustStoreEnvironment:
    """What build_trust_store is told by its template."""

    bucket: str


def for_build_trust_store() -> BuildTrustStoreEnvironment:
    """BUCKET. Raises BadEnvironment."""
    return BuildTrustStoreEnvironment(needed("BUCKET"))
