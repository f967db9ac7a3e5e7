"""Every driver that is here, rehearsed black box, beside what it does at real servers."""
