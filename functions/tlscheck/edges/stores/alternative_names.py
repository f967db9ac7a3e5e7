"""The alternative names of a certificate as libpq walks through them: in their order, by their bytes."""

from tlscheck.keystores.der import OCTET_STRING, Element, at, first_element, only_element

_EXTENSIONS = 0xA3
_SUBJECT_ALTERNATIVE_NAME = "2.5.29.17"


def alternative_names(certificate: bytes) -> tuple[tuple[int, bytes], ...]:
    """Tag (RFC 5280, GeneralName) and content of each, of a certificate in DER; none where it has no such names.

    Raises Malformed where they are not written in DER, as OpenSSL takes them too.
    """
    body = at(only_element(certificate).sequence(), 0).sequence()
    for extension in (each for part in body if part.tag == _EXTENSIONS for each in _of(part.content)):
        if at(extension, 0).oid() == _SUBJECT_ALTERNATIVE_NAME:
            # OpenSSL takes no notice of what follows the names.
            names, _ = first_element(extension[-1].expect(OCTET_STRING).content)
            return tuple((each.tag, each.content) for each in names.sequence())
    return ()


def _of(extensions: bytes) -> tuple[tuple[Element, ...], ...]:
    return tuple(each.sequence() for each in only_element(extensions).sequence())
