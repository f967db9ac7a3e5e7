"""Files of roots as programs of OpenSSL load them: libpq and Python a whole file or nothing, node block by block.

Source: OpenSSL, crypto/x509/by_file.c (X509_load_cert_crl_file_ex) and crypto/pem/pem_info.c; node,
src/crypto/crypto_context.cc (SecureContext::SetCACert), which asks for PEM_read_bio_X509_AUX until it fails.
"""

from tlscheck.keystores.der import Malformed, at, first_element
from tlscheck.keystores.loaded import IsX509, Loaded
from tlscheck.keystores.openssl_certificate import is_for_servers, is_taken, without_trust
from tlscheck.keystores.openssl_pem import Piece, pieces

_PLAIN, _TRUSTED = {b"CERTIFICATE", b"X509 CERTIFICATE"}, b"TRUSTED CERTIFICATE"
_CRL = b"X509 CRL"
_KEYS = {b"RSA PRIVATE KEY", b"DSA PRIVATE KEY", b"EC PRIVATE KEY"}


def load_file(data: bytes, is_x509: IsX509) -> Loaded:
    """As SSL_CTX_load_verify_locations: one block that cannot be read, and the whole file is refused."""
    found: list[bytes] = []
    notes: list[str] = []
    counts = False
    try:
        for piece in pieces(data, nul_ends=True):
            if piece.label in _PLAIN | {_TRUSTED}:
                counts = True
                _take(piece, is_x509, found, notes, aux=piece.label == _TRUSTED)
            elif piece.label == _CRL:
                counts = True
                _refuse_header(piece)
                _sequence(piece)
            elif piece.label in _KEYS and not piece.header.startswith(b"Proc-Type:"):
                _refuse_header(piece)
                _sequence(piece)
    except Malformed as what:
        return Loaded(refusal=str(what))
    if not counts:
        return Loaded(refusal="no block that OpenSSL takes for a certificate")
    return Loaded(tuple(found), "", tuple(notes))


def load_until_damaged(data: bytes, is_x509: IsX509) -> Loaded:
    """As node's `ca`: what stands before the first block that cannot be read, and no word of the rest."""
    text = data.decode("utf-8", "replace").encode()
    found: list[bytes] = []
    notes: list[str] = []
    try:
        for piece in pieces(text, nul_ends=False):
            if piece.label in _PLAIN | {_TRUSTED}:
                _take(piece, is_x509, found, notes, aux=True)
    except Malformed as what:
        notes.append(f"node stops there without a word: {what}")
    return Loaded(tuple(found), "", tuple(notes))


def _take(piece: Piece, is_x509: IsX509, found: list[bytes], notes: list[str], *, aux: bool) -> None:
    _refuse_header(piece)
    try:
        der, trust = without_trust(piece.content)
        is_usable = is_for_servers(trust if aux else b"")
    except Malformed as what:
        raise Malformed(f"the block of line {piece.line}: {what}") from None
    if not (is_x509(der) or is_taken(der)):
        raise Malformed(f"the block of line {piece.line}: no certificate")
    if is_usable:
        found.append(der)
    else:
        notes.append(f"the certificate of line {piece.line} is not for servers: its TRUSTED block says so")


def _refuse_header(piece: Piece) -> None:
    if piece.header:
        raise Malformed(f"the block of line {piece.line}: text before its base64")


def _sequence(piece: Piece) -> None:
    try:
        element, _ = first_element(piece.content)
        at(element.sequence(), 2)
    except Malformed as what:
        raise Malformed(f"the block of line {piece.line}: {what}") from None
