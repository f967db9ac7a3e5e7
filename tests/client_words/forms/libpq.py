"""libpq's keyword strings, URIs and service-less words, as psql, Ruby and their like get them."""

from tests.client_words.forms import HOST, Form

_KEYWORDS = (
    f"host={HOST} port=5432 dbname=orders user=app sslmode=require",
    f"host={HOST} sslmode=verify-full sslrootcert=/etc/ssl/rds.pem",
    f"host = {HOST} sslmode = verify-ca sslrootcert = /r.pem connect_timeout = 10",
    f"host={HOST},other.example port=5432,5433 target_session_attrs=read-write sslmode=require",
    f"host={HOST} sslmode=disable client_encoding=utf8 keepalives=1 keepalives_idle=30",
    f"host={HOST} requiressl=1 options=-csearch_path",
    f"host={HOST} sslmode=require channel_binding=require gssencmode=disable",
    f"host={HOST} sslmode=verify-full sslrootcert=/r.pem sslcert=/c.pem sslkey=/c.key sslpassword=x",
    f"host={HOST} ssl_min_protocol_version=TLSv1.2 sslmode=require sslsni=1 sslcompression=0",
    f"host={HOST} sslmode=allow passfile=/p fallback_application_name=cron replication=database",
)
_URIS = (
    f"postgresql://app:secret@{HOST}:5432/orders?sslmode=require",
    f"postgres://app:secret@{HOST}/orders?sslmode=verify-full&sslrootcert=%2Fetc%2Frds.pem",
    f"postgresql://{HOST}/orders?ssl=true&application_name=shop",
    f"postgresql://app@{HOST}:5432,other.example:5433/orders?target_session_attrs=primary&sslmode=verify-ca",
    f"postgresql:///orders?host={HOST}&port=5432&user=app&sslmode=allow",
    f"postgresql://app@{HOST}/orders?connect_timeout=10&keepalives=0&sslmode=disable",
    f"postgresql://app@{HOST}/orders?channel_binding=require&sslmode=require&gssencmode=prefer",
)
FORMS = (
    *(Form("psql", text, parser="libpq") for text in (*_KEYWORDS, *_URIS)),
    Form("psql", f"hostaddr=10.0.0.1 host={HOST} sslmode=prefer application_name=shop"),
    *(Form("ruby", text, parser="libpq") for text in (_KEYWORDS[1], _URIS[1])),
)
