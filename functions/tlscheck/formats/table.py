"""The formats that tlscheck knows, one module each, in the order in which they are asked."""

from tlscheck.formats import data, dbeaver, odyssey, pgadmin, service_file
from tlscheck.formats.form import Form

FORMATS: tuple[Form, ...] = (pgadmin.FORMAT, dbeaver.FORMAT, service_file.FORMAT, odyssey.FORMAT, data.FORMAT)
