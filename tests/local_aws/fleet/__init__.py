"""Real PostgreSQL servers with certificates of RDS's shape, real clients, and the RDS records."""
