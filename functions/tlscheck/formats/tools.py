"""Programs that are set up by variables of their own."""

from tlscheck.formats import airflow, grafana, hasura, keycloak, metabase, spring
from tlscheck.formats.shape import Program

OF_VARIABLES: tuple[Program, ...] = (
    airflow.PROGRAM,
    metabase.PROGRAM,
    grafana.PROGRAM,
    hasura.PROGRAM,
    spring.PROGRAM,
    keycloak.PROGRAM,
    keycloak.KONG,
    keycloak.N8N,
)
