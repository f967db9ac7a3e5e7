"""Prisma: URLs, of which its version decides how they are read."""

from tests.client_words.forms import HOST, Form

_AT = f"postgresql://app:x@{HOST}:5432/orders"
FORMS = (
    Form("prisma", f"{_AT}?schema=public"),
    Form("prisma", f"{_AT}?schema=public&sslmode=require&connection_limit=5&pool_timeout=10"),
    Form("prisma", f"{_AT}?sslmode=require&sslaccept=strict&sslcert=/etc/ssl/rds-ca.pem"),
    Form("prisma", f"{_AT}?sslmode=disable&pgbouncer=true&socket_timeout=3"),
)
