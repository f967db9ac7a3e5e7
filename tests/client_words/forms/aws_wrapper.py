"""AWS's JDBC wrapper: URLs."""

from tests.client_words.forms import HOST, Form

_AT = f"jdbc:aws-wrapper:postgresql://{HOST}"
FORMS = (
    Form("aws-wrapper", f"{_AT}:5432/orders?wrapperPlugins=iam,failover2&sslmode=require"),
    Form(
        "aws-wrapper", f"{_AT}/orders?sslmode=verify-full&sslrootcert=/etc/ssl/rds-ca.pem&failoverTimeoutMs=30000"
    ),
    Form("aws-wrapper", f"{_AT}/orders", {"wrapperPlugins": "iam", "ssl": True, "iamRegion": "eu-central-1"}),
)
