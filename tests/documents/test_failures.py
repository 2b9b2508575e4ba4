"""What people read of a failure: Indonesian, one line, and the technical message apart from it."""

import re
from collections.abc import Iterator

import pytest

from cadangan import errors
from cadangan.documents.failures import LONGEST, SENTENCES, told
from cadangan.errors import CadanganError

# The demonstration has no officers: who starts it reads its console.
NOT_FOR_PEOPLE = {errors.DemoError}
ENGLISH = {"the", "of", "is", "are", "not", "and", "or", "could", "cannot", "to", "was", "for", "with", "no", "failed"}


def tree(root: type[CadanganError]) -> Iterator[type[CadanganError]]:
    yield root
    for child in root.__subclasses__():
        yield from tree(child)


KINDS = [kind for kind in tree(CadanganError) if kind.__module__ == errors.__name__]


def raised(kind: type[CadanganError]) -> CadanganError:
    """An error of `kind` with an English message and all that its class asks for."""
    message = "The host db.internal refused it; clear the task."
    if issubclass(kind, errors.Violations):
        return kind(message, ["a line"])
    if issubclass(kind, errors.NoSpace):
        return kind(message, destination="gudang", needed_bytes=1_432_000_000)
    if issubclass(kind, errors.VaultError | errors.CopyFailed):
        return kind(message, destination="gudang")
    return kind(message)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - NOT_FOR_PEOPLE, key=lambda kind: kind.__name__))
def test_every_error_that_can_reach_a_person_has_an_indonesian_sentence(kind: type[CadanganError]) -> None:
    sentence = told(raised(kind)).sentence

    assert kind is CadanganError or sentence != told(CadanganError()).sentence, "it needs a sentence in SENTENCES"
    assert not ENGLISH & set(re.findall(r"\w+", sentence.casefold()))
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert not set("!{}") & set(sentence)


def test_the_sentences_are_those_of_the_tree() -> None:
    assert set(SENTENCES) <= set(KINDS)


def test_a_class_without_a_sentence_has_its_parents() -> None:
    class Elsewhere(errors.TargetUnreachable):
        pass

    assert told(Elsewhere("x")).sentence == SENTENCES[errors.TargetUnreachable]


def test_the_sentence_names_what_a_reader_needs_and_no_host() -> None:
    sentence = told(raised(errors.NoSpace)).sentence

    assert "gudang kurang dari 1,4 GB" in sentence
    assert "db.internal" not in sentence


def test_a_name_with_braces_is_no_template() -> None:
    assert "tujuan penyimpanan {0} gagal" in told(errors.CopyFailed("x", destination="{0}")).sentence


@pytest.mark.parametrize("err", [OSError(28, "No space left on device"), KeyError("simpeg"), ValueError()])
def test_what_others_raise_reads_as_a_technical_failure(err: Exception) -> None:
    shown = told(err)

    assert shown.sentence == SENTENCES[CadanganError]
    assert shown.detail.startswith(type(err).__name__)


def test_the_detail_is_one_short_line_without_secrets() -> None:
    detail = told(errors.SourceFailed("pg_dump: error:\n  password=r4h4sia\n" + "baris panjang " * 1000)).detail

    assert detail.startswith("pg_dump: error: password=•••")
    assert len(detail) == LONGEST
    assert detail.endswith("…")
