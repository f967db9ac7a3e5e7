"""Words of Npgsql, as appsettings.json has them."""

from tests.client_words.forms import HOST, Form

FORMS = (
    *(
        Form("npgsql", text)
        for text in (
            f"Host={HOST};Port=5432;Username=app;Password=secret;SSL Mode=VerifyFull;Root Certificate=/r.pem",
            f"Server={HOST};User Id=app;Password=secret;SslMode=Require;TrustServerCertificate=true",
            f"Host={HOST},r.example.com:5433;Username=app;SSL Mode=VerifyCA;Target Session Attributes=primary",
            f"Host={HOST};Username=app;Password='a;b';Pooling=true;Maximum Pool Size=20;Timeout=15",
        )
    ),
    Form("npgsql", f"Host={HOST};Username=app", {"SSL Mode": "Require", "Command Timeout": 30}),
)
