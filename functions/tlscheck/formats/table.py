"""The formats that tlscheck knows, one module each, in the order in which they are asked."""

from tlscheck.formats import (
    data,
    dbeaver,
    javascript_code,
    odyssey,
    other_code,
    pgadmin,
    python_code,
    service_file,
)
from tlscheck.formats.form import Form

FORMATS: tuple[Form, ...] = (
    pgadmin.FORMAT,
    dbeaver.FORMAT,
    service_file.FORMAT,
    odyssey.FORMAT,
    *other_code.FORMATS,
    javascript_code.FORMAT,
    python_code.FORMAT,
    data.FORMAT,
)
