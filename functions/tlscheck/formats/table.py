"""The formats that tlscheck knows, one module each, in the order in which they are asked."""

from tlscheck.formats import dbeaver, javascript_code, other_code, pgadmin, python_code
from tlscheck.formats.form import Form

FORMATS: tuple[Form, ...] = (
    *other_code.FORMATS,
    javascript_code.FORMAT,
    python_code.FORMAT,
    pgadmin.FORMAT,
    dbeaver.FORMAT,
)
