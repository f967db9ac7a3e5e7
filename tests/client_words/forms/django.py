"""Django: an entry of DATABASES."""

from tests.client_words.forms import HOST, Form

_ENGINE = "django.db.backends.postgresql"
FORMS = (
    Form("django", options={"ENGINE": _ENGINE, "HOST": HOST, "NAME": "orders", "OPTIONS": {"sslmode": "require"}}),
    Form(
        "django",
        options={
            "ENGINE": _ENGINE,
            "HOST": HOST,
            "PORT": "5432",
            "CONN_MAX_AGE": 60,
            "OPTIONS": {"sslmode": "verify-full", "sslrootcert": "/r.pem", "connect_timeout": 5},
        },
    ),
    Form("django", options={"ENGINE": "django.contrib.gis.db.backends.postgis", "HOST": HOST, "NAME": "orders"}),
)
