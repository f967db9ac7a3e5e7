"""Lines of two log_line_prefixes: an older one is believed of what came before, and nowhere after."""

from collections.abc import Sequence

import pytest
from tlscheck.log.beginnings import Beginnings
from tlscheck.log.event import Connected, Unread

OLD, NEW = "%t:%r:%u@%d:[%p]:", "%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a"
IN = "LOG:  connection authorized: user=app database=orders"
WRITTEN_OLD = f"2026-11-24 02:32:22 UTC:10.1.2.3(36230):app@orders:[7]:{IN}"
WRITTEN_NEW = (
    "2026-11-24 02:32:23.999 UTC:10.1.2.3(5):app@orders:[7]:3:00000:2026-11-24 02:32:23 UTC:2/1:0:6b.43:[unknown]"
    f"{IN}"
)
SPELT = "2026-11-24 02:32:22 UTC:10.9.8.7(1):spy@spied:[1]:LOG:  connection authorized: user=spy database=spied"
REFUSED = "2026-11-24 02:32:22 UTC:10.9.8.7(1):[unknown]@[unknown]:[1]:LOG:  SSL error: tlsv1 alert unknown ca"


def kinds(found: Sequence[object]) -> list[object]:
    return [each if isinstance(each, Unread) else type(each) for each in found]


@pytest.mark.parametrize("pages", [[[WRITTEN_OLD, WRITTEN_OLD, WRITTEN_NEW]], [[WRITTEN_OLD] * 2, [WRITTEN_NEW]]])
@pytest.mark.parametrize("current", [NEW, None])
def test_what_was_written_before_a_change_is_read(pages: list[list[str]], current: str | None) -> None:
    beginnings = Beginnings((NEW, OLD), current)
    found = [each for page in pages for each in beginnings.events(page)]
    assert kinds(found) == [Connected] * 3


@pytest.mark.parametrize("spelt", [SPELT, REFUSED])
@pytest.mark.parametrize("is_one_page", [True, False])
def test_what_begins_as_none_does_any_more_was_spelt_by_a_client(spelt: str, is_one_page: bool) -> None:
    """Real servers of 17 and 18 write such lines for whoever has no password: names hold a line's end."""
    lines = [WRITTEN_NEW, spelt, WRITTEN_NEW, spelt]
    beginnings = Beginnings((NEW, OLD), NEW)
    pages = [lines] if is_one_page else [[each] for each in lines]
    found = [each for page in pages for each in beginnings.events(page)]
    assert kinds(found) == [Connected, Unread.AMBIGUOUS, Connected, Unread.AMBIGUOUS]


def test_an_earlier_stretch_may_have_been_written_otherwise() -> None:
    beginnings = Beginnings((NEW, OLD), NEW)
    assert kinds(beginnings.events([WRITTEN_NEW])) == [Connected]
    beginnings.begin()
    assert kinds(beginnings.events([WRITTEN_OLD])) == [Connected]


def test_where_nothing_begins_as_the_parameter_says_it_is_read_as_it_is() -> None:
    """It was set for the next start of the server, say."""
    beginnings = Beginnings(("%h ", OLD, NEW), "%h ")
    assert kinds(beginnings.events([WRITTEN_OLD, WRITTEN_OLD])) == [Connected, Connected]
    assert beginnings.prefix == OLD
    assert beginnings.events([]) == []
