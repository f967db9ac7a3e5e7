"""PHP's PDO."""

from tests.client_words.forms import HOST, Form

FORMS = (
    Form("pdo", f"pgsql:host={HOST};port=5432;dbname=orders;sslmode=require"),
    Form("php", f"pgsql:host={HOST};dbname=orders;user=app;sslmode=verify-full;sslrootcert=/etc/ssl/rds.pem"),
    Form("pdo", f"pgsql:host={HOST};connect_timeout=5;application_name=shop;sslmode=prefer"),
)
