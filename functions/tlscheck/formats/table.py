"""The formats that tlscheck knows, one module each, in the order in which they are asked."""

from tlscheck.formats import dbeaver, pgadmin, python_code
from tlscheck.formats.form import Form

FORMATS: tuple[Form, ...] = (python_code.FORMAT, pgadmin.FORMAT, dbeaver.FORMAT)
