"""Options of Postgrex and Ecto."""

from tests.client_words.forms import HOST, Form

FORMS = (
    Form(
        "ecto",
        f"ecto://app:secret@{HOST}:5432/orders",
        {"ssl": {"cacertfile": "/etc/ssl/rds.pem"}, "pool_size": 10},
    ),
    Form("ecto", f"ecto://app:secret@{HOST}/orders?ssl=true&pool_size=10"),
    Form("postgrex", "", {"hostname": HOST, "port": 5432, "username": "app", "database": "orders", "ssl": False}),
    Form("postgrex", "", {"hostname": HOST, "ssl": {"verify": ":verify_none"}, "timeout": 15000}),
    Form(
        "postgrex",
        "",
        {
            "hostname": HOST,
            "ssl": True,
            "ssl_opts": {
                "verify": ":verify_peer",
                "cacertfile": "/etc/ssl/rds.pem",
                "server_name_indication": HOST,
            },
        },
    ),
)
