"""Where AWS publishes the roots of RDS, and what is to be done where tlscheck has none of a Region itself."""

from shlex import quote

from tlscheck.inventory.names import partition_of

BUNDLES = {
    "aws": "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem",
    "aws-us-gov": "https://truststore.pki.us-gov-west-1.rds.amazonaws.com/global/global-bundle.pem",
    "aws-cn": "https://rds-truststore.s3.cn-north-1.amazonaws.com.cn/global/global-bundle.pem",
}
"""Each partition's bundle (RDS User Guide, "Using SSL/TLS to encrypt a connection"); no source tells another's."""


def instead(region: str, path: str) -> str:
    """The command that has AWS's own bundle of a Region's partition at `path`, or in words what else to do."""
    partition = partition_of(region)
    if partition and partition.name in BUNDLES:
        return f"curl --fail --output {quote(path)} {BUNDLES[partition.name]}"
    return f"tlscheck has no roots of {region}: have them from AWS, and save them as {path}"
