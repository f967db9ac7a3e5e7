"""What is to be done where tlscheck has none of a Region itself."""

from shlex import quote

from tlscheck.inventory.names import partition_of


def instead(region: str, path: str) -> str:
    """The command that has AWS's own bundle of a Region's partition at `path`, or in words what else to do."""
    partition = partition_of(region)
    if partition and partition.bundle:
        return f"curl --fail --output {quote(path)} {partition.bundle}"
    return f"tlscheck has no roots of {region}: have them from AWS, and save them as {path}"
