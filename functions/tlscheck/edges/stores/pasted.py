"""A trust store that somebody pasted: text, or the bytes of a keystore as base64."""

import base64
import binascii
import contextlib

from tlscheck.edges.stores import files
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.keystores import jks, pkcs12
from tlscheck.keystores.keystore import UnreadableStore
from tlscheck.trust.trust_store import TrustStore

DESCRIPTION = "a PEM text, or the bytes of a PKCS12 or JKS in base64, without a password or with changeit"


def pasted(name: str, text: str, locally: str) -> TrustStore:
    """The trust store that the text is. Raises BadRequest, which repeats nothing of it.

    `name`: what it was given as; `locally`: the command that reads any keystore where it lies.
    """
    data = text.encode("utf-8", "replace")
    if "-----BEGIN" not in text:
        with contextlib.suppress(binascii.Error, ValueError):
            data = base64.b64decode("".join(text.split()), validate=True) or data
    try:
        return files.parse(data, jks.DEFAULT_PASSWORD if data.startswith(jks.MAGIC) else None)
    except UnreadableStore as what:
        if data.startswith(jks.MAGIC) or pkcs12.is_pkcs12(data):
            raise BadRequest(f"{name}: {what}; where it lies, with its password: {locally}") from None
        raise BadRequest(f"{name}: {what}") from None
