"""The certificates that a rehearsal shows: in the name of a root, of a CA that nobody knows, or of a test root.

A forgery is refused in two ways: by who trusts the root in whose name it is made, since the signature is wrong,
and by who does not, since the issuer is unknown. The forger's key has the root's own algorithm and size: where the
signature is of another algorithm, a store that holds the root says that it does not.
"""

import ssl
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import datetime
from threading import Lock

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tlscheck.edges.rehearsal import signing
from tlscheck.edges.rehearsal.context import context
from tlscheck.edges.rehearsal.own_root import OTHER_NAME, OwnRoot
from tlscheck.edges.rehearsal.signing import Issuer, Signer
from tlscheck.edges.stores.x509 import read
from tlscheck.rehearsal.goal import Goal
from tlscheck.rehearsal.trial import Key, Shows, Tls, Trial
from tlscheck.rehearsal.validity import of_leaf

_MOST_CONTEXTS = 64


class Forger:
    """Makes what each trial shows. Any thread may call it; keys are made once, and RSA 4096 takes seconds."""

    def __init__(self, goal: Goal, now: Callable[[], datetime], own_root: OwnRoot | None = None) -> None:
        self._names = goal.names
        self._roots = {root.sha256: parsed for root in goal.roots if (parsed := read(root.der).parsed)}
        self._now = now
        self._own_root = own_root
        self._keys: dict[str, Signer] = {}
        self._contexts: OrderedDict[Trial, ssl.SSLContext] = OrderedDict()
        self._lock = Lock()

    def prepare(self, kinds: Iterable[Key] = tuple(Key)) -> None:
        """Make the keys that trials will need, so that none of them waits."""
        with self._lock:
            for kind in kinds:
                self._key("issuer", kind)
                self._key("leaf", kind)

    def context(self, trial: Trial) -> ssl.SSLContext:
        """What shows the trial. Raises ValueError for one that cannot be shown: see `chain`."""
        with self._lock:
            made = self._contexts.get(trial)
            if made is None:
                key, chain = self._leaf(trial)
                made = self._contexts[trial] = context(key, chain, trial.tls is Tls.V1_3)
                if len(self._contexts) > _MOST_CONTEXTS:
                    self._contexts.popitem(last=False)
            self._contexts.move_to_end(trial)
            return made

    def spent(self, trial: Trial) -> None:
        """A handshake ended well: in TLS 1.2 its context would let the same client resume, and show it nothing."""
        with self._lock:
            self._contexts.pop(trial, None)

    def chain(self, trial: Trial) -> tuple[x509.Certificate, ...]:
        """The certificates of a trial, the leaf first.

        Raises ValueError: it shows none, its root is none of the goal's, or there is no test root.
        """
        with self._lock:
            return self._leaf(trial)[1]

    def _leaf(self, trial: Trial) -> tuple[Signer, tuple[x509.Certificate, ...]]:
        issuer = self._issuer(trial)
        key = self._key("leaf", trial.key)
        validity = of_leaf(self._now(), issuer.until, trial.is_in_date)
        leaf = signing.leaf(self._names if trial.is_named else (OTHER_NAME,), key, issuer, *validity)
        return key, (leaf, *issuer.sent)

    def _issuer(self, trial: Trial) -> Issuer:
        match trial.shows:
            case Shows.STRANGER:
                name = x509.Name(
                    [x509.NameAttribute(NameOID.COMMON_NAME, "tlscheck rehearsal, trusted by nobody")]
                )
                return Issuer(name, self._key("issuer", trial.key), None)
            case Shows.FORGERY if trial.root in self._roots:
                return self._forged(self._roots[trial.root])
            case Shows.OWN_FORGERY if self._own_root:
                return self._forged(self._own_root.certificate)
            case Shows.TRUSTED if self._own_root:
                return self._own_root.issuer
            case _:
                raise ValueError(f"{trial.shows}: cannot be shown")

    def _forged(self, root: x509.Certificate) -> Issuer:
        return Issuer(root.subject, self._key("issuer", signing.kind(root)), signing.key_id(root))

    def _key(self, use: str, kind: str) -> Signer:
        name = f"{use} {kind}"
        if name not in self._keys:
            self._keys[name] = signing.made(kind)
        return self._keys[name]


def pem(certificate: x509.Certificate) -> str:
    """A certificate as files hold it."""
    return certificate.public_bytes(Encoding.PEM).decode()
