"""What the owner set in all stories."""

from datetime import timedelta

from tlscheck.verdict.in_hand import Rules
from tlscheck.verdict.sending import Publish

RULES = Rules("tlscheck", memory=timedelta(days=400), evidence=timedelta(days=35), publish=Publish.EVERYTHING)
