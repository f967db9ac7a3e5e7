"""psqlODBC: connection strings and the words of a data source. It passes over what it does not know."""

from tests.client_words.forms import HOST, Form

_DRIVER = f"Driver={{PostgreSQL Unicode}};Server={HOST};Port=5432;Database=orders"
FORMS = (
    Form("odbc", f"{_DRIVER};Uid=app;Pwd=secret;SSLmode=require"),
    Form("odbc", f"{_DRIVER};SSLmode=verify-full;pqopt={{sslrootcert=/etc/ssl/rds.pem}}"),
    Form("odbc", f"DRIVER=PostgreSQL ANSI;SERVERNAME={HOST};sslmode=verify-ca;ByteaAsLongVarBinary=1;CX=1c"),
    Form("odbc", options={"Servername": HOST, "Port": "5432", "SSLmode": "require", "ReadOnly": "No"}),
    Form("odbc", options={"Server": HOST, "SSLmode": "verify-full", "Pqopt": "sslrootcert=/r.pem"}),
)
