"""The only place that touches anything outside: AWS, sockets, databases, the environment, the clock.

An edge decides nothing. What it could not do and may be expected not to (access denied, unreachable) it
returns as a reason; a surprise is raised.
"""
