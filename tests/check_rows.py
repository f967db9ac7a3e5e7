"""What is said of each check wherever its findings are read: its id, title, why, remedy and page."""

TLS_PAGE = "UserGuide/PostgreSQL.Concepts.General.SSL.html"
ROTATION_PAGE = "UserGuide/UsingWithRDS.SSL-certificate-rotation.html"
ROOTS_PAGE = "UserGuide/UsingWithRDS.SSL.html"
ROWS = [
    (
        "force-ssl",
        "TLS is enforced by rds.force_ssl",
        "Without enforcement a client can send its password and data in the clear, and nobody notices.",
        "Once no client connects without TLS, set rds.force_ssl to 1 in the parameter group.",
        TLS_PAGE,
    ),
    (
        "ca",
        "The certificate authority is one that the Region still offers",
        "When a CA is retired its certificates expire, and every client that verifies is cut off.",
        "Give the clients the new root certificate, then change the database's CA.",
        ROTATION_PAGE,
    ),
    (
        "server-certificate",
        "The server presents a certificate that a careful client accepts",
        "A client that verifies the server refuses any other; one that does not can be deceived.",
        "Renew the server certificate, and connect by the name of the endpoint.",
        ROTATION_PAGE,
    ),
    (
        "plaintext-clients",
        "No client connects without TLS",
        "What these clients send can be read on the way, and enforcing TLS would cut them off.",
        "Give the client sslmode=verify-full and the Region's root certificates.",
        TLS_PAGE,
    ),
    (
        "tls-clients",
        "Clients that connect with TLS",
        "Those that verify the server need a new CA's root in time, and a server cannot see which do.",
        "Ask the owner of each client which root certificates it trusts before the CA is changed.",
        ROTATION_PAGE,
    ),
    (
        "lost-encryption",
        "No client falls back to a connection without TLS",
        "A client that verifies and then goes on in the clear tells nobody: it looks as if all were well.",
        "Give the client sslmode=verify-full and the Region's root certificates.",
        TLS_PAGE,
    ),
    (
        "certificate-rotation",
        "The server certificate is renewed in time",
        "RDS renews it under the same CA; where that stalls, every client that verifies is cut off.",
        "Apply the pending maintenance action, or see why the maintenance window did not.",
        ROTATION_PAGE,
    ),
    (
        "tls-versions",
        "The server takes no outdated version of TLS",
        "TLS 1.0 and 1.1 are broken, and RFC 8996 forbids them.",
        "Set ssl_min_protocol_version to TLSv1.2 in the parameter group.",
        TLS_PAGE,
    ),
    (
        "upgrade-enforces-tls",
        "A major-version upgrade does not turn TLS enforcement on unforeseen",
        "From PostgreSQL 15 and Aurora PostgreSQL 17 on the default is to refuse clients without TLS.",
        "Move the clients to TLS before the upgrade.",
        TLS_PAGE,
    ),
    (
        "babelfish-tls",
        "Babelfish's TDS listener insists on TLS",
        "In most versions rds.force_ssl says nothing of that listener: its clients may send in the clear.",
        "Set babelfishpg_tds.tds_ssl_encrypt to 1 in the cluster parameter group.",
        "AuroraUserGuide/babelfish-configuration.html",
    ),
    (
        "password-hashes",
        "Passwords are stored and accepted as SCRAM alone",
        "An MD5 hash that leaks is as good as the password.",
        "Set rds.accepted_password_auth_method to scram once every password is stored so.",
        "UserGuide/PostgreSQL_Password_Encryption_configuration.html",
    ),
    (
        "connection-log",
        "The server logs who connects and how",
        "A look shows only its moment; the log shows the clients in between.",
        "Set log_connections in the parameter group.",
        "UserGuide/USER_LogAccess.Concepts.PostgreSQL.html",
    ),
    (
        "proxy-tls",
        "The RDS Proxy insists on TLS",
        "Behind a proxy a database cannot see how the clients connect.",
        "Turn RequireTLS on once no client of the proxy connects without TLS.",
        "UserGuide/rds-proxy.howitworks.html",
    ),
    (
        "trust-store",
        "This deployment trusts the root of every CA that the Region offers",
        "Without a Region's root no server of it can be verified, so none is logged in to.",
        "Refresh the root certificate layer: make trust-store && make deploy",
        ROOTS_PAGE,
    ),
    (
        "default-ca",
        "New databases get a current certificate authority",
        "A database that is created, restored or promoted takes the account's default.",
        "Choose the default with aws rds modify-certificates, or remove the override.",
        ROOTS_PAGE,
    ),
    (
        "not-observed",
        "Everything about its TLS could be looked at",
        "What was not looked at is neither good nor bad: it is not known.",
        "Open what keeps tlscheck from looking, as the reason says.",
        "UserGuide/UsingWithRDS.IAMDBAuth.html",
    ),
]
