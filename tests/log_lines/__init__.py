"""What servers of PostgreSQL 10 to 18 wrote of clients whose doings are known, kept as data."""
