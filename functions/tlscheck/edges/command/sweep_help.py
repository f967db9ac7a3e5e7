"""What `tlscheck sweep --help` says beside its options."""

DESCRIPTION = """\
Looks at an account's RDS and Aurora PostgreSQL databases from here, by your own rights: may TLS be enforced, may
the CA be rotated, and whom to fix first? Nothing is deployed, and nothing is written in AWS. Servers are looked at
with one connection each, read only; what sleeps is not woken. It says what a deployed stack says, as far as one
look, or the minutes given, can show.
"""
EPILOG = """\
examples:
  tlscheck sweep
  tlscheck sweep --region eu-central-1 --logs
  tlscheck sweep --database orders-prod
  tlscheck sweep --minutes 30 --save tlscheck.db --json report.json --csv databases.csv
  tlscheck iam-policy sweep probe logs      the rights that it takes
exit codes: 0 every database is CLEAR, 1 one is to be fixed (FIX_DATABASE, FIX_CLIENTS), 2 bad input, or the answer
could not be written, 3 neither, but something is not known (NOT_OBSERVED, or not listed), 130 after Ctrl-C, which
shows what was known by then. Verdicts that are less pressing than the WORD of --fail-on count as CLEAR
"""
