"""R2DBC: URLs and options."""

from tests.client_words.forms import HOST, Form

FORMS = (
    Form("r2dbc", f"r2dbc:postgresql://app:x@{HOST}:5432/orders?sslMode=require"),
    Form("r2dbc", f"r2dbc:postgresql://app:x@{HOST}/orders?sslMode=verify-full&sslRootCert=/etc/ssl/rds-ca.pem"),
    Form("r2dbc", f"r2dbc:pool:postgresql://app:x@{HOST}/orders?sslMode=verify-ca&maxSize=10&schema=shop"),
    Form("r2dbc", options={"host": HOST, "port": 5432, "sslMode": "prefer", "database": "orders"}),
)
