"""Parameters of Systems Manager."""

from tlscheck.edges.aws import session


def parameter(region: str, name: str) -> str | None:
    """A parameter's value; None when there is no such parameter. What AWS refuses is raised (refusals.py)."""
    client = session.client("ssm", region=region)
    try:
        return client.get_parameter(Name=name)["Parameter"]["Value"]
    except client.exceptions.ParameterNotFound:
        return None
