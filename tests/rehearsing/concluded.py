"""A conclusion as a real rehearsal comes to it, to be varied: psql with verify-full and the old root alone."""

from dataclasses import replace
from typing import Any

from tlscheck.drivers.behaviour import Verifies
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.rehearsal.attempt import Attempt
from tlscheck.rehearsal.conclusion import Conclusion, Encrypts, Told
from tlscheck.rehearsal.contact import Contact, Ended, Hello, Startup
from tlscheck.rehearsal.goal import Goal, goal
from tlscheck.rehearsal.trial import Key, Shows, Tls, Trial
from tlscheck.survival.assessment import Scenario, Survival
from tlscheck.trust.trust_store import Authority

HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
GOAL: Goal = goal([HOST], "eu-central-1", Authority.RSA2048_G1, Authority.RSA4096_G1, roots())
OLD, NEW, ECC = GOAL.roots[:3]
USER = ("app", "orders", "web")


def contact(number: int, ended: Ended, trial: Trial | None, **more: Any) -> Contact:
    """One connection, a second after the one before."""
    alert = {"alert": "unknown_ca"} if ended is Ended.ALERTED else {}
    began = {"accepted": float(number), "ended_at": number + 0.1}
    named = {"client": "web", "address": "10.0.0.7", "hello": Hello(HOST, (), "0" * 16)}
    return Contact(**{"number": number, "ended": ended, "trial": trial, **began, **named, **alert, **more})


ATTEMPTS = (
    Attempt(1, (stranger := Trial(Shows.STRANGER)), (contact(1, Ended.ALERTED, stranger),)),
    Attempt(
        2,
        (forged := Trial(Shows.FORGERY, OLD.sha256)),
        (contact(2, Ended.ALERTED, forged, alert="decrypt_error"),),
    ),
    Attempt(
        3,
        (newer := Trial(Shows.FORGERY, NEW.sha256, Key.RSA4096, Tls.V1_2)),
        (contact(3, Ended.ALERTED, newer),),
    ),
    Attempt(
        4,
        (without := Trial(Shows.NOTHING)),
        (contact(4, Ended.PLAINTEXT, without, startup=Startup(*USER), hello=None),),
    ),
)


def concluded(**changes: Any) -> Conclusion:
    """That conclusion, with some of its parts changed."""
    unknown = Told[bool](None, "not asked about yet")
    made = Conclusion(
        "web",
        "",
        Told(Encrypts.ALWAYS, "", (4,)),
        Told(Verifies.CHAIN, "the name cannot be told", (1,)),
        Told(False, "", (1, 2, 3)),
        (
            (OLD, Told(True, "", (1, 2))),
            (NEW, Told(False, "", (1, 2, 3))),
            *((root, unknown) for root in GOAL.roots[2:]),
        ),
        Told(None, "not tried yet"),
        ("TLSv1.2",),
        {
            Scenario.TODAY: (Survival.SURVIVES, "It verifies, and its store holds the root of today's CA."),
            Scenario.ROTATED: (Survival.DOES_NOT, "It verifies, and its store lacks the root: it fails."),
            Scenario.ENFORCED: (Survival.SURVIVES, "It verifies, and its store holds the root of today's CA."),
            Scenario.BOTH: (Survival.DOES_NOT, "It verifies, and its store lacks the root: it fails."),
        },
        Survival.DOES_NOT,
        "Add the Region's roots to its store.",
        (),
        (USER,),
        ATTEMPTS,
    )
    return replace(made, **changes)
