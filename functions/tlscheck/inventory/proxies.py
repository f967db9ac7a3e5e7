"""An RDS Proxy of the PostgreSQL family as a database that is never connected to."""

from tlscheck.inventory.certificate import CertificateAuthority, Offer
from tlscheck.inventory.database import Database, Kind, Proxy
from tlscheck.inventory.described import ApiAnswer, Described, text, text_or_empty, truth
from tlscheck.inventory.engine import BEHIND_A_PROXY
from tlscheck.inventory.force_ssl import unknown
from tlscheck.inventory.gap import NOT_ASKED, Gap
from tlscheck.inventory.joined import fronts

_CERTIFICATE = CertificateAuthority(
    None, Offer.UNKNOWN, "a proxy's certificate is of AWS Certificate Manager, and no CA of RDS concerns it"
)


def is_postgresql(answer: ApiAnswer) -> bool:
    """Whether a DBProxy speaks PostgreSQL; one that names no family is not known to speak anything else."""
    return text(answer, "EngineFamily") in {"POSTGRESQL", None}


def database_of_proxy(described: Described, answer: ApiAnswer) -> Database:
    """One DBProxy of a Region, with the databases that it fronts."""
    arn, name = text_or_empty(answer, "DBProxyArn"), text_or_empty(answer, "DBProxyName")
    targets = described.targets.get(name, NOT_ASKED)
    return Database(
        arn=arn,
        kind=Kind.PROXY,
        identifier=name,
        region=described.region,
        engine=BEHIND_A_PROXY.name,
        engine_version="",
        status=text_or_empty(answer, "Status"),
        resource_id=arn.rpartition(":")[2] or Gap("rds:DescribeDBProxies", "named no id in DBProxyArn"),
        cluster=None,
        network=text(answer, "VpcId"),
        endpoint=None,
        iam_authentication=False,
        secret=None,
        force_ssl=unknown("a proxy has no parameter group"),
        certificate_authority=_CERTIFICATE,
        server_certificate_expires=None,
        listed_at=described.listed_at,
        proxy=Proxy(
            truth(answer, "RequireTLS"),
            targets if isinstance(targets, Gap) else tuple(fronts(targets)),
        ),
    )
