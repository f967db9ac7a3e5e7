"""A login and a look at a server on loopback, as the probe makes them."""

from dataclasses import dataclass

from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.postgres import look_at_sessions
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.edges.server.tls import open_verified
from tlscheck.wire.login import Credential
from tlscheck.wire.observation import Look
from tlscheck.wire.target import Login, Target, Visit

REGION = "eu-west-1"


@dataclass(frozen=True, slots=True)
class Looker:
    """Who trusts these roots of the Region."""

    trust_store: RegionalRoots

    def look(
        self,
        port: int,
        user: str,
        password: str,
        visit: Visit = Visit(),  # noqa: B008 - frozen
    ) -> Look:
        """Of a server that must be trusted."""
        context = self.trust_store.context(REGION)
        assert context
        target = Target("arn:1", "localhost", port, REGION, Login.SECRET, "", "a-secret")
        handshake, connection = open_verified(target.host, target.port, context, Deadline.within(20))
        assert connection, handshake
        with connection:
            return look_at_sessions(connection, target, Credential(user, password), visit)
