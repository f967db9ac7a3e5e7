"""Perl's DBI with DBD::Pg."""

from tests.client_words.forms import HOST, Form

FORMS = (
    Form("dbi", f"dbi:Pg:dbname=orders;host={HOST};port=5432;sslmode=require"),
    Form("perl", f"dbi:Pg:dbname=orders;host={HOST};sslmode=verify-full;sslrootcert=/etc/ssl/rds.pem"),
    Form("dbi", f"DBI:Pg:db=orders;host={HOST};connect_timeout=5;sslmode=allow"),
)
