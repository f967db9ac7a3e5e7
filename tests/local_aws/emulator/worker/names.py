"""Stands in for a VPC's resolver inside emulated Lambdas.

The endpoint of every RDS database is this machine, where the test servers listen, so that functions connect to
names shaped like RDS's. No other name resolves: nothing that runs here can reach out.
"""

import socket
from typing import Any

_DATABASES = (".rds.amazonaws.com", ".rds.amazonaws.com.cn")
_HERE = {"localhost", "127.0.0.1", "::1", ""}


def only_this_machine() -> None:
    """Replace socket.getaddrinfo, which create_connection and every HTTP client ask."""
    ask_system = socket.getaddrinfo

    def getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host or ""
        if name.rstrip(".").lower().endswith(_DATABASES):
            return ask_system("127.0.0.1", *arguments, **options)
        if name not in _HERE:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return ask_system(host, *arguments, **options)

    socket.getaddrinfo = getaddrinfo
