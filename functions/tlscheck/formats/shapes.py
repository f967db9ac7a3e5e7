"""The blocks that are looked for in data, in the order in which they are asked: the surest first, any URL last."""

from tlscheck.formats import (
    airbyte,
    airflow,
    appsettings,
    blocks,
    dbt,
    debezium,
    dotted,
    grafana,
    hasura,
    kubernetes,
    odbc_ini,
    poolers,
    rails,
    spring,
    variables,
)
from tlscheck.formats.shape import Shape

SHAPES: tuple[Shape, ...] = (
    *kubernetes.SHAPES,
    debezium.SHAPE,
    spring.HIKARI,
    dotted.SHAPE,
    spring.SHAPE,
    rails.SHAPE,
    dbt.SHAPE,
    grafana.SOURCE,
    grafana.DATABASE,
    airbyte.SHAPE,
    airflow.CFG,
    airflow.CONNECTION,
    hasura.SHAPE,
    appsettings.SHAPE,
    odbc_ini.SHAPE,
    poolers.PGBOUNCER,
    poolers.PGDOG,
    blocks.ORM,
    variables.SHAPE,
    blocks.BLOCK,
    blocks.TEXT,
)
