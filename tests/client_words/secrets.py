"""Forms with a password in them that nobody encoded: what its letters make of the rest is nobody's to see."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from tests.client_words.forms import Form

MARK = "gEhEiMnIs"
"""What must never be seen again: no word of any driver is like it."""

_ODD = " &;|>]?#/@:,'\"\\%+=[\n"
PASSWORDS = tuple(f"{MARK}{odd}{MARK}{after}" for odd in _ODD for after in ("", "=1", f".{MARK}=x", f"&a&{MARK}x"))
"""With each odd letter within it, and behind that what looks like a name, a name and its value."""

_PLACES = (
    re.compile(r"(?<=:)secret(?=@)"),
    re.compile(r"(?<=password=)(secret|x)|(?<=[Pp]wd=)secret|(?<=Password=)secret|(?<=sslpassword=)x"),
    re.compile(r"(?<=//)app(?=[:@])|(?<=user=)app|(?<=[Uu]id=)app|(?<=User Id=)app|(?<=Username=)app"),
)


def with_passwords(form: Form) -> Iterator[Form]:
    """A form with each password in each place of one, and beside its other words where it has no place."""
    for password in PASSWORDS:
        for place in _PLACES:
            if place.search(form.text):
                yield replace(form, text=place.sub(password.replace("\\", r"\\"), form.text))
        if "://" not in form.text and "=" in form.text:
            between = ";" if ";" in form.text else " "
            yield replace(form, text=f"{form.text}{between}password={password}")
            yield replace(form, text=f"password={password}{between}{form.text}")
        elif "?" in form.text:
            yield replace(form, text=f"{form.text}&password={password}")
            yield replace(form, text=form.text.replace("?", f"?password={password}&", 1))
        elif form.text:
            yield replace(form, text=f"{form.text}?password={password}")


def with_nested(form: Form) -> Iterator[Form]:
    """A form with what holds a password as an option, in each of its options' objects."""
    for inner in ({MARK: MARK}, [MARK], MARK, [{MARK: MARK}], {"password": MARK}):
        yield replace(form, options={**form.options, "password": inner})
        for name, value in form.options.items():
            if isinstance(value, Mapping):
                yield replace(form, options={**form.options, name: {**value, "password": inner}})
