"""Terraform's postgresql provider, which connects by lib/pq.

Source: cyrilgdn/terraform-provider-postgresql, provider.go and config.go; gocloud.dev, postgres/awspostgres.
"""

from collections.abc import Iterator, Mapping

from tlscheck.drivers.word_names import listed, shown
from tlscheck.formats.literals.source import Source
from tlscheck.formats.node import Node
from tlscheck.formats.spoken import Saying

_OWN = listed(
    "scheme host port database username password database_username superuser sslmode ssl_mode clientcert"
    " sslrootcert connect_timeout max_connections expected_version alias version aws_rds_iam_auth aws_rds_iam_profile"
    " aws_rds_iam_region aws_rds_iam_provider_role_arn azure_identity_auth azure_tenant_id"
    " gcp_iam_impersonate_service_account"
)
_AWS = (
    "its scheme awspostgres is not modelled: gocloud fetches AWS's roots by itself and verifies with them; what can"
    ' be read is scheme = "postgres" with sslmode = "verify-full" and sslrootcert'
)
_OTHER = "its scheme goes through another cloud's proxy and is not modelled"


def providers(source: Source) -> Iterator[Saying]:
    """Each provider of this name, aliases too."""
    for call in source.calls:
        if call.name == "provider" and call.positional and call.positional[0].content == "postgresql":
            yield _provider(call.positional[-1], call.line)


def _provider(node: Node, line: int) -> Saying:
    said = dict(node.content) if isinstance(node.content, Mapping) else {}
    alias = said.get("alias", Node("")).content
    path = ("provider", "postgresql", *([alias] if isinstance(alias, str) and alias else []))
    scheme = said.get("scheme", Node("postgres")).content
    if scheme != "postgres":
        return Saying(path, line, instead=_AWS if scheme == "awspostgres" else _OTHER)
    if strange := [shown(name) for name in said if name not in _OWN]:
        return Saying(
            path, line, instead=f"Terraform refuses what the provider does not have: {', '.join(strange)}"
        )
    options: dict[str, Node] = {
        name: said[name] for name in ("host", "port", "sslmode", "sslrootcert") if name in said
    }
    if "sslmode" not in options and "ssl_mode" in said:
        options["sslmode"] = said["ssl_mode"]
    for name, word in (("cert", "sslcert"), ("key", "sslkey"), ("sslinline", "sslinline")):
        if part := said.get("clientcert", Node({})).at(name):
            options[word] = part
    return Saying(path, line, options=options, speaker="lib/pq")
