"""What holds a document, or a part of it, does not show it: an error's traceback would."""

import pytest
from tlscheck.drivers.words import Words
from tlscheck.formats.configuration import Configuration, Occurrence, Spot
from tlscheck.formats.literals.source import Call, Code
from tlscheck.formats.node import Node
from tlscheck.formats.placeholders import Placeholders
from tlscheck.formats.shape import Surroundings
from tlscheck.formats.spoken import Saying

HIDDEN = "not-to-be-shown"
NODE = Node(HIDDEN)
HELD = {HIDDEN: NODE}


@pytest.mark.parametrize(
    "holder",
    [
        NODE,
        Node(HELD),
        Call("f", (Node((NODE,)),), {}),
        Call("f", (), HELD),
        Code((), HELD, ()),
        Code((), {}, (NODE,)),
        Code((), {}, (), ((HIDDEN, NODE),)),
        Surroundings(Words(HIDDEN)),
        Surroundings(Words(""), known={"X": HIDDEN}),
        Surroundings(Words(""), beside={"Secret x": HELD}),
        Surroundings(Words(""), first=Node(HELD)),
        Placeholders({"X": HIDDEN}),
        Saying((), 1, text=NODE),
        Saying((), 1, options=HELD),
        Configuration(Words(HIDDEN)),
        Occurrence(Spot(), Words(HIDDEN, options={"password": HIDDEN})),
    ],
    ids=lambda holder: type(holder).__name__,
)
def test_nothing_of_a_document_is_shown_by_what_holds_it(holder: object) -> None:
    assert HIDDEN not in repr(holder)
