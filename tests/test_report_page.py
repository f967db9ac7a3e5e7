"""docs/report.md describes report.json as its schema does, and nothing else."""

from tests import report_page


def test_the_page_describes_each_field_as_the_schema_does() -> None:
    why = "docs/report.md and the report's schema differ: .venv/bin/python -m tests.report_page writes it anew"
    assert report_page.PAGE.read_text() == report_page.page(), why


def test_the_page_names_fields_of_every_depth() -> None:
    written = report_page.PAGE.read_text()
    for row in (
        "| `schema` | text | `tlscheck.report.v5` |",
        "| `databases[].verdict_announced` | boolean | whether this sweep announced the verdict |",
        (
            "| `databases[].findings[].next_step` | text | "
            "what to do, in words; empty: nothing, or what the commands say |"
        ),
        "| `databases[].findings[].commands` | list of texts | lines for a shell that do it, in their order |",
        "| `databases[].certificate_authority` | text or null | the CA that it is set to; null: not known |",
        "| `verdicts.CLEAR` | number | CLEAR |",
        "| `lost_batches[].error` | text | why, so far as that was left |",
        "| `databases[].clients[].is_plaintext` | boolean | whether it counts as connecting without TLS |",
        "| `databases[].clients[].tls.addresses.*` | text |  |",
        "| `tlscheck.roots[].sha256` | text | of the file; empty: it was not read |",
    ):
        assert f"{row}\n" in written
