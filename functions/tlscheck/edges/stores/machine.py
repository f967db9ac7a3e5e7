"""The client's own machine: what lies where its driver looks for roots. Nothing else is opened."""

import os
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path

from tlscheck.drivers.driver import Family
from tlscheck.drivers.table import MODELS
from tlscheck.edges.stores import files
from tlscheck.keystores.keystore import UnreadableStore
from tlscheck.survival.answer import Find, Found
from tlscheck.survival.prediction import Roots
from tlscheck.survival.readable import as_given, as_read_by, takes_directories
from tlscheck.survival.roots import AT_HOME, Sought, Where
from tlscheck.trust.trust_store import TrustStore
from tlscheck.wording import harmless

_ELSEWHERE = "say which file it is with --trust-store"
_UNREAD = {
    Where.JVM: (
        "the JVM's own trust store was not looked into: it is $JAVA_HOME/lib/security/cacerts, or the file that"
        f" -Djavax.net.ssl.trustStore names; {_ELSEWHERE}"
    ),
    Where.CODE: f"its own program brings the roots: {_ELSEWHERE}",
    Where.FIRST: f"the one certificate that it trusts does not lie in a file: {_ELSEWHERE}",
}


def on_this_machine(trust_store: str, password: str | None) -> Find:
    """Looks into files; into the one that is named in place of all others, when one is."""

    def find(place: Sought, family: Family) -> tuple[Found, str]:
        if place.text and not trust_store:
            return _parsed(place, family)
        path = Path(trust_store) if trust_store else _path(place, family)
        if path is None:
            return Roots.UNKNOWN, _unread(place, family)
        absent = Roots.NONE if place.where in AT_HOME else Roots.MISSING
        try:
            path.stat()
        except FileNotFoundError:
            return absent, f"{path} does not exist"
        except OSError as error:
            # libpq asks whether it is there, and takes every error for a no; all others open it.
            found = absent if family is Family.LIBPQ else Roots.BROKEN
            return found, harmless(f"{path}: {error.strerror or error}")
        except ValueError as error:  # a path with a NUL in it
            return Roots.BROKEN, harmless(f"{str(path)!a}: {error}")
        return _read(path, password, place.where, family)

    return find


def _unread(place: Sought, family: Family) -> str:
    if place.where is not Where.SYSTEM:
        return _UNREAD[place.where]
    return f"{MODELS[family].system_store}: {_ELSEWHERE}"


def in_the_console(store: TrustStore | None, *, has_home_root: bool | None) -> Find:
    """What a person says of a machine that nobody can look at from here."""

    def find(place: Sought, family: Family) -> tuple[Found, str]:
        if store is not None:
            given = as_given(place.where, family, store)
            return as_read_by(place.where, family, given, "the trust store that was given")
        if place.where in AT_HOME and has_home_root is False:
            return Roots.NONE, "there is no ~/.postgresql/root.crt"
        where = f"the file {place.path}" if place.path else str(place.where.value)
        return Roots.UNKNOWN, f"what is in {where} is not known: give it as trust_store"

    return find


def _path(place: Sought, family: Family) -> Path | None:
    match place.where:
        case Where.FILE | Where.FIRST:
            return Path(place.path) if place.path else None
        case Where.HOME | Where.ACCOUNT:
            return _home(place.where) / "root.crt"
        case Where.SYSTEM if MODELS[family].system_store:
            return None
        case Where.SYSTEM:
            return _system(os.environ)
        case Where.JVM if place.path:
            return Path(place.path)
        case _:
            return None


def _home(where: Where) -> Path:
    """What HOME says, as psql 15 and Python look; or the account's own entry, as psql 14, Java and Go do.

    sudo, containers, systemd and CI set HOME to another one.
    """
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", "")) / "postgresql"
    return Path((os.environ.get("HOME") if where is Where.HOME else "") or _account()) / ".postgresql"


def _account() -> str:
    import pwd  # noqa: PLC0415 - there is none on Windows

    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:  # a container's user without an entry
        return ""


def _system(variables: Mapping[str, str]) -> Path:
    """OpenSSL's default file, which Debian, Red Hat and Alpine all keep their public CAs in."""
    usual = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
    named = variables.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile
    candidates = [Path(each) for each in ([named] if named else []) + list(usual)]
    return next((each for each in candidates if _exists(each)), candidates[0])


def _exists(path: Path) -> bool:
    try:
        path.stat()
    except (OSError, ValueError):
        return False
    return True


def _parsed(place: Sought, family: Family) -> tuple[Found, str]:
    """The roots that stand in the client's own words."""
    try:
        store = files.parse(place.text.encode())
    except UnreadableStore as what:
        return Roots.BROKEN, harmless(f"the roots in its words: {what}")
    return as_read_by(place.where, family, store, "the roots in its words")


def _read(path: Path, password: str | None, where: Where, family: Family) -> tuple[Found, str]:
    if path.is_dir() and not takes_directories(where, family):
        # Nothing in it is opened: the driver would not either.
        return Roots.BROKEN, f"{path} is a directory, which {family} does not read there"
    try:
        store = files.read(path, password)
    except UnreadableStore as what:
        return Roots.BROKEN, harmless(str(what))
    return as_read_by(where, family, store, str(path))
