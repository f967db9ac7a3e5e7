"""The local stack: an emulated AWS account and real PostgreSQL servers, for `make demo` and the end-to-end test."""
