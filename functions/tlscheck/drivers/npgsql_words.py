"""The words of Npgsql's connection strings, each in the spellings that it takes, by version.

Capitals don't matter; spaces do: a word is written as here, or as the property's name without any.

Source: Npgsql, NpgsqlConnectionStringBuilder.cs of v6.0.0 to v10.0.3 and what is not released yet.
"""

from collections.abc import Iterable, Mapping

from tlscheck.drivers.connection import cannot_be_read
from tlscheck.drivers.word_names import is_nearly_known, may_be_shown, shown

KIND = "a connection string of Npgsql"
_ALWAYS = (
    *("Host", "Port", "Database", "Username", "Password", "Passfile", "Application Name", "Enlist", "Search Path"),
    *("Client Encoding", "Encoding", "Timezone", "SSL Mode", "SSL Certificate", "SSL Key", "SSL Password"),
    *("Root Certificate", "Check Certificate Revocation", "Trust Server Certificate", "Kerberos Service Name"),
    *("Include Realm", "Persist Security Info", "Log Parameters", "Include Error Detail", "Pooling"),
    *("Minimum Pool Size", "Maximum Pool Size", "Connection Idle Lifetime", "Connection Pruning Interval"),
    *("Connection Lifetime", "Timeout", "Command Timeout", "Internal Command Timeout", "Cancellation Timeout"),
    *("Target Session Attributes", "Load Balance Hosts", "Host Recheck Seconds", "Keepalive", "TCP Keepalive"),
    *("TCP Keepalive Time", "TCP Keepalive Interval", "Read Buffer Size", "Write Buffer Size"),
    *("Socket Receive Buffer Size", "Socket Send Buffer Size", "Max Auto Prepare", "Auto Prepare Min Usages"),
    *("No Reset On Close", "Replication Mode", "Options", "Array Nullability Mode", "Load Table Composites"),
    "Server Compatibility Mode",
)
_SINCE = {
    "Channel Binding": (8,),
    "SSL Negotiation": (9,),
    "GSS Encryption Mode": (10,),
    "Include Failed Batched Command": (10,),
    "Require Auth": (10,),
}
_BEFORE = {
    **dict.fromkeys(("Client Certificate", "Client Certificate Key", "Integrated Security"), (8,)),
    **dict.fromkeys(("Use SSL Stream", "Use Perf Counters", "Backend Timeouts", "Preload Reader"), (8,)),
    **dict.fromkeys(("Continuous Processing", "Convert Infinity DateTime", "Include Error Details"), (8,)),
    **dict.fromkeys(("Use Extended Types", "Entity Template Database", "Entity Admin Database"), (8,)),
    **dict.fromkeys(("EF Template Database", "EF Admin Database"), (8,)),
    **dict.fromkeys(("Multiplexing", "Write Coalescing Buffer Threshold Bytes"), (11,)),
}
_OTHERWISE = {
    "server": "Host",
    "db": "Database",
    **dict.fromkeys(("user name", "userid", "user id", "uid"), "Username"),
    **dict.fromkeys(("psw", "pwd"), "Password"),
    "krbsrvname": "Kerberos Service Name",
    "load balance timeout": "Connection Lifetime",
    "minpoolsize": "Minimum Pool Size",
    "maxpoolsize": "Maximum Pool Size",
}
_SPELLINGS = _OTHERWISE | {
    spelling: word
    for word in (*_ALWAYS, *_SINCE, *_BEFORE)
    for spelling in (word.lower(), word.lower().replace(" ", ""))
    if spelling not in {"maximumpoolsize", "minimumpoolsize"}
}


def settled(
    pairs: Iterable[tuple[str, str]], version: tuple[int, ...]
) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """What is set, by the words' first spelling; and which of them only some versions know, none being said.

    The last value of a word counts, and an empty one takes it back. Raises BadRequest for a word that is none.
    """
    said: dict[str, str] = {}
    unsure: dict[str, None] = {}
    for name, value in pairs:
        word = _SPELLINGS.get(name.lower())
        since, before = _SINCE.get(word or "", ()), _BEFORE.get(word or "", ())
        if word is None or (version and (version < since or (before and version >= before))):
            of = f" {version[0]}" if word and version else ""
            raise cannot_be_read(KIND, f"{_told(name)} is no word of Npgsql{of}, which refuses it")
        said.pop(word, None)
        if value:
            said[word] = value
        if before and not version:
            unsure[word] = None
    return said, tuple(unsure)


def _told(name: str) -> str:
    """Its parts, none of them where one may not be repeated."""
    parts = name.split()
    whole = "".join(parts)
    return shown(whole) if is_nearly_known(whole) or all(map(may_be_shown, parts)) else "a word of it"
