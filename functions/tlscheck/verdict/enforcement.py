"""Is TLS enforced? What AWS's API says of rds.force_ssl, and what the server itself says or does.

The server's deed goes before its word, and its word before the API's: a parameter may wait to be applied.
"""

from dataclasses import replace

from tlscheck.inventory.force_ssl import Enforcement, ForceSsl
from tlscheck.verdict.evidence import Evidence
from tlscheck.wire.observation import PlaintextOutcome
from tlscheck.wording import clause, plain

_WHEN_IT_REFUSES = {
    Enforcement.ENFORCED: Enforcement.ENFORCED,
    Enforcement.UNKNOWN: Enforcement.ENFORCED,
    Enforcement.ENFORCED_AFTER_REBOOT: Enforcement.ENFORCED,
    Enforcement.NOT_ENFORCED: Enforcement.NOT_ENFORCED_AFTER_REBOOT,
    Enforcement.NOT_ENFORCED_AFTER_REBOOT: Enforcement.NOT_ENFORCED_AFTER_REBOOT,
}
_WHEN_IT_ACCEPTS = {
    Enforcement.ENFORCED: Enforcement.NOT_ENFORCED,
    Enforcement.UNKNOWN: Enforcement.NOT_ENFORCED,
    Enforcement.ENFORCED_AFTER_REBOOT: Enforcement.ENFORCED_AFTER_REBOOT,
    Enforcement.NOT_ENFORCED: Enforcement.NOT_ENFORCED,
    Enforcement.NOT_ENFORCED_AFTER_REBOOT: Enforcement.NOT_ENFORCED,
}


def enforced(evidence: Evidence) -> ForceSsl:
    """The state that a database's rds.force_ssl is in, all things known of it taken together."""
    state = evidence.database.force_ssl
    refuses, said = _server_says(evidence)
    if refuses is None:
        return state
    together = (_WHEN_IT_REFUSES if refuses else _WHEN_IT_ACCEPTS)[state.enforcement]
    reason = f"{said}; AWS's API: {clause(plain(state.reason))}"
    return replace(state, enforcement=together, reason=reason, fallback=False)


def _server_says(evidence: Evidence) -> tuple[bool | None, str]:
    match evidence.observation.plaintext.outcome:
        case PlaintextOutcome.REFUSED:
            return True, "the server refuses a client without TLS"
        case PlaintextOutcome.ACCEPTED:
            return False, "the server accepts a client without TLS"
    match evidence.observation.look.force_ssl:
        case True:
            return True, "the server runs with rds.force_ssl on"
        case False:
            return False, "the server runs with rds.force_ssl off"
    return None, ""
