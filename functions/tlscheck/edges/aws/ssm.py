"""Parameters of Systems Manager."""

from tlscheck.edges.aws import session


def parameter(region: str, name: str) -> str | None:
    """A parameter's value; None when there is no such parameter. What AWS refuses is raised (refusals.py)."""
    client = session.client("ssm", region=region)
    try:
        return client.get_parameter(Name=name)["Parameter"]["Value"]
    except client.exceptions.ParameterNotFound:
        return None


def names_under(region: str, path: str) -> frozenset[str]:
    """The last parts of the names of all parameters under a path. What AWS refuses is raised (refusals.py)."""
    pages = session.client("ssm", region=region).get_paginator("get_parameters_by_path").paginate(Path=path)
    return frozenset(each["Name"].rsplit("/", 1)[-1] for page in pages for each in page["Parameters"])
