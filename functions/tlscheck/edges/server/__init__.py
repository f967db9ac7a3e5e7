"""PostgreSQL servers: the connection, the handshake, the login."""
