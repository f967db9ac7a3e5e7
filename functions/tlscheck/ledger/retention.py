"""How long what was observed is kept after it was last met; of clients the owner says it (ClientMemoryDays)."""

from datetime import timedelta

CLIENTS = timedelta(days=400)
"""A client, where no owner says it: yearly jobs need more than 366 days."""

FINDINGS = timedelta(days=90)
"""Of a database that no sweep meets any more: as long as Security Hub keeps a finding that is not updated."""

DATABASES = timedelta(days=30)
"""How long samples go on looking at a database that no full sweep lists any more."""

AHEAD = timedelta(days=1)
"""How far a moment may be ahead of who reads it; one beyond is wrong. What is less is over in a day by itself."""

NOTED = timedelta(hours=3)
"""When looks were that wrote nothing else: over an hour, after which all is written, and two lost samples."""

SKIPPED = timedelta(days=35)
"""A sample that looked at nothing, for the report of the next full sweep, which may be a monthly one."""
