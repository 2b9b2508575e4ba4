from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from cadangan.documents import safety

ANY_TEXT = st.text(alphabet=st.characters(codec=None), max_size=80)
HOSTILE = st.lists(
    st.sampled_from(
        [
            "|",
            "\n",
            "`",
            "<b>",
            "](http://x.example)",
            "**",
            "_",
            "# ",
            "- ",
            "{{ 7*7 }}",
            "{% x %}",
            "&amp;",
            "\\",
            "a",
        ]
    ),
    max_size=12,
).map("".join)


@given(ANY_TEXT)
def test_cleaned_text_is_legal_xml(text: str) -> None:
    cleaned = safety.clean(text)
    parsed = ET.fromstring(f"<p>{escape(cleaned)}</p>".encode())
    # A parser reads every line end as a line feed.
    assert (parsed.text or "") == cleaned.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize(
    "text",
    [
        "sftp://petugas:r4h4sia@host/x",
        "password=r4h4sia host=h",
        "PGPASSWORD: 'r4h4sia'",
        "token = r4h4sia",
        "AGE-SECRET-KEY-1R4H4SIA",
    ],
)
def test_what_looks_like_a_credential_is_blotted_out(text: str) -> None:
    assert "r4h4sia" not in safety.clean(text).lower()


def test_ordinary_sentences_about_passwords_are_left_alone() -> None:
    text = "password authentication failed for user simpeg"
    assert safety.clean(text) == text


@given(ANY_TEXT)
def test_one_line_is_one_line(text: str) -> None:
    assert len(safety.one_line(text).splitlines()) <= 1


def test_lines_become_breaks_and_markup_stays_as_it_is() -> None:
    assert safety.broken_into_lines("a<b\nc", Markup("<br/>")) == "a&lt;b<br/>c"
    assert safety.broken_into_lines(Markup("<b>x</b>"), Markup("<br/>")) == "<b>x</b>"


@given(st.one_of(HOSTILE, ANY_TEXT))
def test_no_value_means_anything_to_markdown(text: str) -> None:
    value = safety.markdown(text)
    parser = MarkdownIt("commonmark").enable("table")
    tokens = parser.parse(f"| a | b |\n|---|---|\n| x{value} | y |\n")
    inline = [token for token in tokens if token.type == "inline"]
    assert len(inline) == 4
    assert {child.type for child in inline[2].children or []} <= {"text", "text_special"}
    assert "".join(child.content for child in inline[2].children or []) == f"x{safety.one_line(text)}"


@given(HOSTILE)
def test_no_value_is_an_expression_to_a_second_template_engine(text: str) -> None:
    value = str(safety.markdown(text))
    assert "{{" not in value
    assert "{%" not in value
