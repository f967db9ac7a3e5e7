"""Files of roots as programs of OpenSSL load them: libpq and Python a whole file or nothing, node block by block.

Source: OpenSSL, crypto/x509/by_file.c (X509_load_cert_crl_file_ex) and crypto/pem/pem_info.c; node,
src/crypto/crypto_context.cc (SecureContext::SetCACert), which asks for PEM_read_bio_X509_AUX until it fails.
"""

from tlscheck.keystores.der import Malformed
from tlscheck.keystores.loaded import IsX509, Loaded
from tlscheck.keystores.openssl_certificate import (
    is_for_servers,
    is_key_taken,
    is_list_taken,
    is_taken,
    without_trust,
)
from tlscheck.keystores.openssl_pem import Piece, pieces

_PLAIN, _TRUSTED = {b"CERTIFICATE", b"X509 CERTIFICATE"}, b"TRUSTED CERTIFICATE"
_CRL, _KEY, _SEALED = b"X509 CRL", b"PRIVATE KEY", b"ENCRYPTED PRIVATE KEY"


def load_file(data: bytes, _: IsX509) -> Loaded:
    """As SSL_CTX_load_verify_locations: one block that cannot be read, and the whole file is refused."""
    found: list[bytes] = []
    notes: list[str] = []
    counts = False
    try:
        for piece in pieces(data, nul_ends=True):
            if piece.label in _PLAIN | {_TRUSTED}:
                counts = True
                _take(piece, found, notes, aux=piece.label == _TRUSTED)
            elif piece.label == _CRL:
                counts = True
                _check(piece, is_what_it_says=is_list_taken(piece.content))
            elif piece.label.endswith(_KEY) and piece.label != _SEALED and not _is_sealed(piece):
                _check(piece, is_what_it_says=is_key_taken(piece.content))
    except Malformed as what:
        return Loaded(refusal=str(what))
    if not counts:
        return Loaded(refusal="no block that OpenSSL takes for a certificate")
    return Loaded(tuple(found), notes=tuple(notes))


def load_until_damaged(data: bytes, _: IsX509) -> Loaded:
    """As node's `ca`: what stands before the first block that cannot be read, and no word of the rest."""
    text = data.decode("utf-8", "replace").encode()
    found: list[bytes] = []
    notes: list[str] = []
    try:
        for piece in pieces(text, nul_ends=False):
            if piece.label in _PLAIN | {_TRUSTED}:
                _take(piece, found, notes, aux=True)
    except Malformed as what:
        notes.append(f"node stops there without a word: {what}")
    return Loaded(tuple(found), notes=tuple(notes))


def load_first(data: bytes, is_x509: IsX509) -> Loaded:
    """As X509::from_pem of Rust, which native-tls takes: the first certificate of a file, and nothing after it."""
    found = load_until_damaged(data, is_x509).certificates[:1]
    return Loaded(found) if found else Loaded(refusal="its first block is no certificate")


def _take(piece: Piece, found: list[bytes], notes: list[str], *, aux: bool) -> None:
    try:
        der, trust = without_trust(piece.content)
        is_usable = is_for_servers(trust if aux else b"")
    except Malformed as what:
        raise Malformed(f"the block of line {piece.line}: {what}") from None
    _check(piece, is_what_it_says=is_taken(der))
    if is_usable:
        found.append(der)
    else:
        notes.append(f"the certificate of line {piece.line} is not for servers: its TRUSTED block says so")


def _is_sealed(piece: Piece) -> bool:
    return piece.header.startswith(b"Proc-Type:")


def _check(piece: Piece, *, is_what_it_says: bool) -> None:
    if piece.header:
        raise Malformed(f"the block of line {piece.line}: text before its base64")
    if not is_what_it_says:
        raise Malformed(f"the block of line {piece.line}: not what it is called")
