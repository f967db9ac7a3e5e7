"""The formats that tlscheck knows, one module each, in the order in which they are asked."""

from tlscheck.formats import dbeaver, pgadmin
from tlscheck.formats.form import Form

FORMATS: tuple[Form, ...] = (pgadmin.FORMAT, dbeaver.FORMAT)
