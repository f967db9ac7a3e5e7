"""The roots of the layer rds_trust_store: which may be trusted, where they lie, and who brought them."""
