"""How a client connects, what it trusts, and what becomes of it when the server's certificate changes."""
