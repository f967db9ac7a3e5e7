"""The endpoint, where a client connects by another name: one check at the command and at CheckClient."""

import pytest
from tlscheck.edges.command.main import main
from tlscheck.edges.events import client_event
from tlscheck.inventory.bad_request import BadRequest

HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
WORDS = "host=localhost sslmode=require"
TAKEN = [HOST, f"{HOST}.", HOST.upper(), "localhost", "10.0.0.7", "a" * 63 + ".example"]
REFUSED = [
    *("", ".", "..", "a..b", f".{HOST}", f"{HOST}..", f"{HOST}:5432", f"https://{HOST}", "a b", f"{HOST}\n"),
    *("a" * 64 + ".example", "a." * 127 + "a", "\u017f.example", "a_b", f"{HOST}/orders", f"app@{HOST}"),
]


@pytest.mark.parametrize("endpoint", TAKEN)
def test_a_name_of_a_host_is_taken_at_both_doors(endpoint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert client_event.asked({"connection": WORDS, "endpoint": endpoint}).question.endpoint == endpoint
    assert main(["client", WORDS, "--endpoint", endpoint]) in {0, 1, 3}
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("endpoint", REFUSED)
def test_what_is_no_name_of_a_host_is_refused_at_both_doors(
    endpoint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(BadRequest, match=r"^endpoint: not allowed"):
        client_event.asked({"connection": WORDS, "endpoint": endpoint})
    assert main(["client", WORDS, "--endpoint", endpoint]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = said.err.splitlines()
    if not endpoint:
        assert line == "tlscheck: an argument is empty; does it stand for a variable that is not set?"
        return
    assert "--endpoint: " in line
    assert line.endswith(
        " is not allowed; allowed: a host's name such as orders.c9x2example.eu-central-1.rds.amazonaws.com,"
        " without scheme and port"
    )
