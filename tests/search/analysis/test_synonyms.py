"""The file of synonyms: what it may say, and every mistake that can be made in it."""

import os
from itertools import chain
from pathlib import Path

import pytest
import yaml

from search.analysis.synonym_file import FILE_LIMIT, SHIPPED, SynonymsFile, read_synonyms
from search.analysis.synonym_map import NO_SYNONYMS, spellings
from search.analysis.synonym_parser import MOST_WORDS, synonym_map
from search.errors import SettingsError


def means(written: str) -> dict[str, list[str]]:
    return {
        " ".join(spelling): [" ".join(other.spelling) for other in others]
        for spelling, others in synonym_map(written.encode()).meanings.items()
    }


def mistakes(written: str | bytes) -> list[str]:
    content = written.encode() if isinstance(written, str) else written
    with pytest.raises(SettingsError) as caught:
        synonym_map(content)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cars", ["car"]),
        ("Artificial Intelligence", ["artifici intellig"]),
        ("A.I.", ["ai"]),
        ("self-driving car", ["self drive car", "selfdriv car"]),
        ("self driving", ["self drive"]),
        ("selfdriving", ["selfdriv"]),
        ("GPT-4 Wi-Fi", ["gpt 4 wi fi", "gpt 4 wifi", "gpt4 wi fi", "gpt4 wifi"]),
        ("state-of-the-art", ["state of the art"]),
        ("UI/UX", ["ui ux"]),
        ("R&D", ["r&d"]),
        ("人工", ["人 工"]),
        ("!?", []),
    ],
)
def test_an_entry_stands_for_every_spelling(text: str, expected: list[str]) -> None:
    assert [" ".join(spelling) for spelling in spellings(text)] == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", {}),
        ("# nothing but this\n", {}),
        ("same:\nalso:\n", {}),
        ("\ufeffsame: [[a, b]]", {"a": ["b"], "b": ["a"]}),
        ("same:\n  - [a, b, c d]", {"a": ["b", "c d"], "b": ["a", "c d"], "c d": ["a", "b"]}),
        ("also: {a: [b, c]}", {"a": ["b", "c"]}),
        ("also: {a: [b]}\nsame: [[a, c]]", {"a": ["c", "b"], "c": ["a"]}),
        ("also: {a: [b], c: [b, a]}", {"a": ["b"], "c": ["b", "a"]}),
        ("same: [[x-ray, röntgen]]", {"x ray": ["xray", "rontgen"], "xray": ["x ray", "rontgen"],
                                      "rontgen": ["x ray", "xray"]}),
        ("also: {x-ray: [a]}", {"x ray": ["a"], "xray": ["a"]}),
        ("same: [[no, 3.10], [null, 2024-05-01]]", {"no": ["3.10"], "3.10": ["no"], "null": ["2024 05 01"],
                                                    "2024 05 01": ["null"]}),
    ],
)  # fmt: skip
def test_what_is_written_is_meant(written: str, expected: dict[str, list[str]]) -> None:
    assert means(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        # not the right form
        ("AI", "line 1: synonyms stand under `same:` or `also:`; begin with one of them"),
        ("- [a, b]", "line 1: synonyms stand under `same:` or `also:`; begin with one of them"),
        ("same: []\nsome: []", "line 2: 'some' is neither `same` nor `also`; synonyms stand under those"),
        ("same: AI", "line 1: under `same:` stand lists, each in a line like `- [AI, artificial intelligence]`"),
        ("same: {a: b}", "line 1: under `same:` stand lists, each in a line like `- [AI, artificial intelligence]`"),
        ("same:\n- a\n", "line 2: a list under `same:` has two entries or more, as `- [AI, artificial intelligence]`"),
        ("same:\n- [a]", "line 2: a list under `same:` has two entries or more, as `- [AI, artificial intelligence]`"),
        ("same: [[]]", "line 1: a list under `same:` has two entries or more, as `- [AI, artificial intelligence]`"),
        ("same: [[a, [b]]]", "line 1: an entry that is no text; write words, in quotes where they have signs"),
        ("also: [a]", "line 1: under `also:` stand lines like `AV: [autonomous vehicle]`"),
        ("also:\n  a: b", "line 2: after 'a' goes what it finds, as in `AV: [autonomous vehicle]`"),
        ("also:\n  a:\n", "line 2: after 'a' goes what it finds, as in `AV: [autonomous vehicle]`"),
        ("also: {a: []}", "line 1: after 'a' goes what it finds, as in `AV: [autonomous vehicle]`"),
        # not the right words
        ("same:\n- [a, ':)']", "line 2: ':)' has no letter or digit to search for; remove it"),
        ("same:\n- [a, ]\n- [b, c, ~]", "line 3: '~' has no letter or digit to search for; remove it"),
        ("also: {'?': [b]}", "line 1: '?' has no letter or digit to search for; remove it"),
        ("same: [[a, b c d e f g h i j]]", "line 1: 'b c d e f g h i j' has more than 8 words; shorten it"),
        # given twice
        ("same:\n- [a, A.]", "line 2: 'A.' was given before, in line 2; keep one"),
        ("same:\n- [a, b]\n- [c, a]", "line 3: 'a' was given before, in line 2; keep one"),
        ("same:\n- [car, a]\n- [cars, b]", "line 3: 'cars' was given before, in line 2; keep one"),
        ("same: [[low-code, lowcode]]", "line 1: 'lowcode' was given before, in line 1; keep one"),
        ("also: {a: [b, b]}", "line 1: 'b' was given before, in line 1; keep one"),
        ("also: {a: [a]}", "line 1: 'a' was given before, in line 1; keep one"),
        ("also:\n  a: [b]\n  A.: [c]", "line 3: 'A.' was given before, in line 2; keep one"),
        ("also:\n  a: [b]\n  a: [c]", "line 3: a key that occurs twice; keep one"),
        ("same:\n- [a, b]\nalso:\n  a: [b]", "line 4: 'b' was given before, in line 2; keep one"),
        # not the right YAML
        ("same:\n- [a, b", "line 3: did not find expected ',' or ']'"),
        ("same: &x [[a, b]]", "line 1: an anchor (&) or alias (*); write the value itself, a text in quotes"),
        ("same: [[a, *b]]", "line 1: an anchor (&) or alias (*); write the value itself, a text in quotes"),
        ("same: !!python/name:os.system", "line 1: a YAML tag (!) other than those of plain texts, lists and mappings;"
         " remove it"),
        ("same: [[[[[a]]]]]", "line 1: more than 4 lists or mappings inside one another"),
        ("same: []\n---\nalso: {}", "line 2: a second YAML document begins"),
        ("same: [[a, \x07]]", "line 1: a control character, which YAML does not allow; remove it"),
        (b"same:\n- [a, \xe9]", "line 2: this is not UTF-8; save the file as UTF-8"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(written: str | bytes, expected: str) -> None:
    assert expected in mistakes(written)


def test_all_mistakes_are_told_at_once() -> None:
    told = mistakes("also:\n  a: b\n  c: [c]\nother: 1\nsame:\n- [d]\n- [e, '-']\n")
    assert [line.partition(":")[0] for line in told] == ["line 2", "line 3", "line 4", "line 6", "line 7"]


def test_an_entry_of_the_most_words_is_read() -> None:
    assert means(f"same: [[a, {'b-c ' * (MOST_WORDS // 2)}]]")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("missing.yaml", None, "cannot be read: No such file or directory"),
        ("large.yaml", b"#" * (FILE_LIMIT + 1), "cannot be read: more than 1,048,576 bytes; is it the right file?"),
        ("wrong.yaml", b"same: [[a]]", "cannot be used:\nline 1: a list under `same:`"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, name: str, content: bytes | None, expected: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        read_synonyms(path)
    assert str(caught.value).startswith(f"the synonyms in {path} {expected}")


def test_nothing_is_a_file_without_synonyms() -> None:
    assert read_synonyms(Path("/dev/null")) == NO_SYNONYMS


# Changes of the file


def test_a_change_of_the_file_is_noticed_once(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.yaml"
    path.write_text("same: [[a, b]]")
    file = SynonymsFile(path)
    assert not file.renewed()
    path.write_text("same: [[a, c]]")
    assert file.renewed()
    assert not file.renewed()
    assert file.synonym_map == synonym_map(b"same: [[a, c]]")


def test_a_file_that_was_replaced_by_an_older_one_is_noticed(tmp_path: Path) -> None:
    path, other = tmp_path / "synonyms.yaml", tmp_path / "other.yaml"
    path.write_text("same: [[a, b]]")
    file = SynonymsFile(path)
    other.write_text("same: [[a, c]]")
    os.utime(other, ns=(0, 0))
    other.replace(path)
    assert file.renewed()


def test_a_change_that_means_nothing_renews_nothing(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.yaml"
    path.write_text("same: [[a, b]]")
    file = SynonymsFile(path)
    path.write_text("same: [[a, b]] # the same")
    assert not file.renewed()


@pytest.mark.parametrize("wrong", ["same: [[a]]", None], ids=["wrong", "missing"])
def test_a_file_that_is_wrong_now_is_reported_once_and_changes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, wrong: str | None
) -> None:
    path = tmp_path / "synonyms.yaml"
    path.write_text("same: [[a, b]]")
    file = SynonymsFile(path)
    path.unlink()
    if wrong:
        path.write_text(wrong)
    assert not any([file.renewed(), file.renewed()])
    assert file.synonym_map == synonym_map(b"same: [[a, b]]")
    assert [record.getMessage().splitlines()[-1] for record in caplog.records] == [
        "The synonyms from before go on being used."
    ]
    path.write_text("same: [[b, c]]")
    assert file.renewed()


def test_fingerprints_tell_synonyms_apart() -> None:
    several = ("", "same: [[a, b]]", "same: [[a, c]]", "also: {a: [b]}", "same: [[a b, c]]")
    assert len({synonym_map(written.encode()).fingerprint for written in several}) == len(several)
    assert synonym_map(b"same: [[a, b], [c, d]]").fingerprint == synonym_map(b"same: [[c, d], [a, b]]").fingerprint


# The file that comes along


def test_the_shipped_file_leaves_out_what_are_words_of_their_own() -> None:
    said = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    alone = {spelling for entry in (*chain(*said["same"]), *said["also"]) for spelling in spellings(entry)}
    words = ["it", "or", "us", "ar", "mr", "ad", "cv", "pa", "cd", "in", "no", "is", "be", "x", "meta"]
    assert [word for word in words if (word,) in alone] == []
