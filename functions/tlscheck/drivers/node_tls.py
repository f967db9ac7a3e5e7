"""The options of node's tls.connect, as JSON and JavaScript say them: what decides whom a client trusts.

Source: node, lib/_tls_wrap.js (connect, onConnectSecure) and lib/internal/tls/secure-context.js.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tlscheck.drivers.connection import IN_CODE, cannot_be_read, not_marked
from tlscheck.drivers.word_names import listed, shown

KIND = "options of node's tls.connect"
NONE, VERIFIED, ANY_NAME, UNVERIFIED = (
    "no ssl",
    "ssl",
    "ssl, checkServerIdentity",
    "ssl, rejectUnauthorized: false",
)
NO_CERTIFICATE = ", ca without a certificate"
"""What a mode gets appended when its list of roots is given, and empty."""

EXTRA = ", NODE_EXTRA_CA_CERTS"
"""What a mode gets appended when its roots are node's own list and the file of that variable."""

OPENSSL = ", --use-openssl-ca"
"""What a mode gets appended when its roots are those of SSL_CERT_FILE."""

OWN_LIST = "node's own list of public CAs holds no root of RDS, but NODE_EXTRA_CA_CERTS may add one"
VARIABLES = (
    "NODE_EXTRA_CA_CERTS",
    "NODE_OPTIONS",
    "NODE_TLS_REJECT_UNAUTHORIZED",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)
"""Those that node reads by itself, whatever the program says."""

_MODELLED = listed("ca rejectUnauthorized servername checkServerIdentity minVersion maxVersion host port")
_HARMLESS = listed(
    "ALPNProtocols allowHalfOpen enableTrace honorCipherOrder keepAlive keepAliveInitialDelay key cert"
    " noDelay passphrase requestOCSP sessionIdContext sessionTimeout timeout"
)
_DECIDE = listed(
    "allowPartialTrustChain ciphers clientCertEngine crl dhparam ecdhCurve isServer lookup minDHSize path pfx"
    " privateKeyEngine privateKeyIdentifier pskCallback secureContext secureOptions secureProtocol session"
    " sigalgs socket"
)
_NO_NAME = re.compile(
    r"(function\w*\(\w*(,\w*)*\)|\(?\w*(,\w*)*\)?=>)\(?(\{?(return)?(undefined|null|void0)?;?\}?)\)?"
)
"""A function that finds nothing wrong with any name, without its spaces."""

_VERSIONS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """What such options make of TLS."""

    mode: str = VERIFIED
    root: str = ""
    inline_roots: str = ""
    """The certificates themselves, as PEM, where they stand in the options."""

    servername: str = ""
    unknown: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def of_object(given: Mapping[str, object], variables: Mapping[str, str]) -> TlsOptions:
    """What an `ssl` object and node's variables say. Raises BadRequest for what node refuses."""
    for name in ("key", "cert"):
        _text_of(name, given.get(name))
    for name in ("minVersion", "maxVersion"):
        value = given.get(name)
        if value is not None and not_marked(f"ssl.{name}", value) not in _VERSIONS:
            raise cannot_be_read(KIND, f"{name} is none of {', '.join(_VERSIONS)}")
    found = _roots(given.get("ca"), of_variables(given, variables))
    unknown = [f"ssl.{name}" for name in given if name in _DECIDE and given[name] is not None]
    unknown += ["ssl.minVersion"] * (given.get("minVersion") == "TLSv1.3")
    unknown += ["ssl.maxVersion"] * (given.get("maxVersion") in ("TLSv1", "TLSv1.1"))
    if "checkServerIdentity" in given and found.mode.startswith(VERIFIED) and not is_unverified(found.mode):
        check = given["checkServerIdentity"]
        if check is False or check is None:
            raise cannot_be_read(KIND, "checkServerIdentity is no function")
        if check is True or _NO_NAME.fullmatch("".join(str(check).split())):
            found = replace(found, mode=found.mode.replace(VERIFIED, ANY_NAME, 1))
        else:
            unknown.append("ssl.checkServerIdentity")
    ignored = [f"ssl.{shown(name)}" for name in given if name not in _MODELLED | _HARMLESS | _DECIDE]
    servername = given.get("servername")
    return replace(
        found,
        servername=str(not_marked("ssl.servername", servername)) if servername else "",
        unknown=tuple(unknown),
        ignored=tuple(dict.fromkeys(ignored)),
    )


def of_variables(given: Mapping[str, object], variables: Mapping[str, str]) -> TlsOptions:
    """What node's variables make of a client that brings no roots of its own."""
    refuses = not_marked("ssl.rejectUnauthorized", given.get("rejectUnauthorized", ""))
    if refuses is False or (refuses == "" and variables.get("NODE_TLS_REJECT_UNAUTHORIZED") == "0"):
        return TlsOptions(UNVERIFIED)
    said = variables.get("NODE_OPTIONS", "").split()
    if {"--use-openssl-ca", "--use-system-ca"} & set(said):
        if file := variables.get("SSL_CERT_FILE"):
            return TlsOptions(VERIFIED + OPENSSL, file)
        note = "NODE_OPTIONS makes it trust the system's roots: give their file with --trust-store"
        return TlsOptions(notes=(note,))
    if file := variables.get("NODE_EXTRA_CA_CERTS"):
        return TlsOptions(VERIFIED + EXTRA, file)
    return TlsOptions()


def is_unverified(mode: str) -> bool:
    """Whether this is the mode in which nothing is verified."""
    return mode.startswith(UNVERIFIED)


def _roots(given: object, otherwise: TlsOptions) -> TlsOptions:
    if given is None or given is False or given == "":
        return otherwise
    mode = UNVERIFIED if is_unverified(otherwise.mode) else VERIFIED
    each = given if isinstance(given, list | tuple) else [given]
    read = [_text_of("ca", one) for one in each]
    files = [path for path, _ in read if path]
    texts = [text for _, text in read if "-----BEGIN" in text]
    if len(files) > 1 or (files and texts):
        return TlsOptions(mode, unknown=("ssl.ca",))
    if files:
        return TlsOptions(mode, files[0])
    if texts:
        return TlsOptions(mode, IN_CODE, "\n".join(texts))
    if is_unverified(mode):
        return TlsOptions(mode)
    note = (
        "ssl.ca holds no certificate: node wants the text there, as fs.readFileSync(path) gives it, and takes a"
        " path for an empty list of roots."
    )
    return TlsOptions(mode + NO_CERTIFICATE, notes=(note,) if each else ())


def _text_of(name: str, given: object) -> tuple[str, str]:
    """The path of a file that the program reads, and "" or the text itself. Raises BadRequest."""
    if given is None or given is False or given == "":
        return "", ""
    if isinstance(given, Mapping):
        if isinstance(file := given.get("file"), str) and file:
            return str(not_marked(f"the file of ssl.{name}", file)), ""
        raise cannot_be_read(KIND, f'{name} is no text; write {{"file": "..."}} for what the program reads')
    if isinstance(given, list | tuple) and name != "ca":
        return next((_text_of(name, each) for each in given), ("", ""))
    if not isinstance(given, str):
        raise cannot_be_read(KIND, f"{name} is no text")
    text = str(not_marked(f"ssl.{name}", given))
    if "-----BEGIN" in text:
        return "", text.replace("\\n", "\n")
    if "readFile" in text:
        return _file_read(text), ""
    if name != "ca":
        raise cannot_be_read(KIND, f"{name} is no PEM, which it wants in the place of a path")
    return "", text


def _file_read(text: str) -> str:
    """The file of `fs.readFileSync('...')`; of a path that is put together there is none to name."""
    for mark in "'\"`":
        parts = text.split(mark)
        if len(parts) in {3, 5} and "${" not in parts[1] and "join" not in parts[0] and "+" not in text:
            return parts[1]
    return IN_CODE
