"""The local stack of `make demo` and the end-to-end test: an emulated AWS account and real PostgreSQL servers."""
