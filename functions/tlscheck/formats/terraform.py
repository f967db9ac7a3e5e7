"""Terraform's postgresql provider, which connects by lib/pq.

Source: cyrilgdn/terraform-provider-postgresql, provider.go and config.go; gocloud.dev, postgres/awspostgres.
"""

from collections.abc import Iterator, Mapping

from tlscheck.drivers.word_names import listed, shown
from tlscheck.drivers.written import Style, Written
from tlscheck.formats.literals.source import Code
from tlscheck.formats.node import Node
from tlscheck.formats.spoken import Saying

_OWN = listed(
    "scheme host port database username password database_username superuser sslmode ssl_mode clientcert"
    " sslrootcert connect_timeout max_connections expected_version alias version aws_rds_iam_auth"
    " aws_rds_iam_profile aws_rds_iam_region aws_rds_iam_provider_role_arn azure_identity_auth azure_tenant_id"
    " gcp_iam_impersonate_service_account"
)
_WRITTEN = Written(names={"sslmode": "sslmode", "sslrootcert": "sslrootcert"}, style=Style.QUOTED)
_OTHER = "its scheme goes through another cloud's proxy and is not modelled"


def providers(source: Code) -> Iterator[Saying]:
    """Each provider of this name, aliases too."""
    for call in source.calls:
        if call.name == "provider" and call.positional and call.positional[0].content == "postgresql":
            yield _provider(call.positional[-1], call.line)


def _provider(node: Node, line: int) -> Saying:
    said = dict(node.content) if isinstance(node.content, Mapping) else {}
    alias = said.get("alias", Node("")).content
    path = ("provider", "postgresql", *([alias] if isinstance(alias, str) and alias else []))
    scheme = said.get("scheme", Node("postgres")).content
    if strange := [shown(name) for name in said if name not in _OWN]:
        return Saying(
            path, line, instead=f"Terraform refuses what the provider does not have: {', '.join(strange)}"
        )
    if scheme == "awspostgres":
        host, port = (str(said[name].content) if name in said else "" for name in ("host", "port"))
        url = Node(f"awspostgres://{host}:{port or 5432}/", line)
        # The provider hands no sslmode to gocloud, which takes none.
        options = {"sslrootcert": said["sslrootcert"]} if "sslrootcert" in said else {}
        dropped = tuple(name for name in ("sslmode", "ssl_mode") if name in said)
        return Saying(path, line, url, options, speaker="gocloud", ignored=dropped)
    if scheme != "postgres":
        return Saying(path, line, instead=_OTHER)
    words: dict[str, Node] = {
        name: said[name] for name in ("host", "port", "sslmode", "sslrootcert") if name in said
    }
    if "sslmode" not in words and "ssl_mode" in said:
        words["sslmode"] = said["ssl_mode"]
    for name, word in (("cert", "sslcert"), ("key", "sslkey"), ("sslinline", "sslinline")):
        if part := said.get("clientcert", Node({})).at(name):
            words[word] = part
    return Saying(path, line, options=words, speaker="lib/pq", written=_WRITTEN)
