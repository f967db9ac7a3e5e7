"""What the server's log says: who connected with TLS or without, and who refused or was refused."""
