"""psqlODBC: connection strings and the words of a data source. It passes over what it does not know.

Its modes stand as their first letters, by which it takes them: any other letter after these changes nothing.
"""

from tests.client_words.forms import HOST, Form

_DRIVER = f"Driver={{PostgreSQL Unicode}};Server={HOST};Port=5432;Database=orders"
FORMS = (
    Form("odbc", f"{_DRIVER};Uid=app;Pwd=secret;SSLmode=vf"),
    Form("odbc", f"{_DRIVER};SSLmode=vf;pqopt={{sslrootcert=/etc/ssl/rds.pem}}"),
    Form("odbc", f"DRIVER=PostgreSQL ANSI;SERVERNAME={HOST};sslmode=vc;ByteaAsLongVarBinary=1;CX=1c"),
    Form("odbc", options={"Servername": HOST, "Port": "5432", "SSLmode": "vc", "ReadOnly": "No"}),
    Form("odbc", options={"Server": HOST, "SSLmode": "vf", "Pqopt": "sslrootcert=/r.pem"}),
)
