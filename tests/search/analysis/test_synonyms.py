"""Synonym files: valid content, every mistake, and changes of the file."""

import os
from itertools import chain
from pathlib import Path

import pytest
import yaml

from search.analysis.synonym_file import SHIPPED, SynonymFile, read_synonyms
from search.analysis.synonym_map import NO_SYNONYMS, spellings
from search.analysis.synonym_parser import MOST_WORDS, synonym_map
from search.errors import SettingsError
from search.small_file import FILE_LIMIT


def synonyms_of(content: str) -> dict[str, list[str]]:
    return {
        " ".join(spelling): [" ".join(other.spelling) for other in others]
        for spelling, others in synonym_map(content.encode()).meanings.items()
    }


def mistakes(content: str | bytes) -> list[str]:
    content = content.encode() if isinstance(content, str) else content
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
def test_spellings_of_an_entry(text: str, expected: list[str]) -> None:
    assert [" ".join(spelling) for spelling in spellings(text)] == expected


@pytest.mark.parametrize(
    ("content", "expected"),
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
def test_synonyms_of_valid_content(content: str, expected: dict[str, list[str]]) -> None:
    assert synonyms_of(content) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        # wrong structure
        ("AI", "line 1: the file must begin with `same:` or `also:`"),
        ("- [a, b]", "line 1: the file must begin with `same:` or `also:`"),
        ("same: []\nsome: []", "line 2: unknown section 'some'; use `same` or `also`"),
        ("same: AI", "line 1: `same:` needs a list of lists, such as `- [AI, artificial intelligence]`"),
        ("same: {a: b}", "line 1: `same:` needs a list of lists, such as `- [AI, artificial intelligence]`"),
        ("same:\n- a\n", "line 2: a list needs at least two entries, such as `- [AI, artificial intelligence]`"),
        ("same:\n- [a]", "line 2: a list needs at least two entries, such as `- [AI, artificial intelligence]`"),
        ("same: [[]]", "line 1: a list needs at least two entries, such as `- [AI, artificial intelligence]`"),
        ("same: [[a, [b]]]", "line 1: an entry must be text; put it in quotes if it has special characters"),
        ("also: [a]", "line 1: `also:` needs entries such as `AV: [autonomous vehicle]`"),
        ("also:\n  a: b", "line 2: 'a' needs a list of synonyms, such as `AV: [autonomous vehicle]`"),
        ("also:\n  a:\n", "line 2: 'a' needs a list of synonyms, such as `AV: [autonomous vehicle]`"),
        ("also: {a: []}", "line 1: 'a' needs a list of synonyms, such as `AV: [autonomous vehicle]`"),
        # wrong entries
        ("same:\n- [a, ':)']", "line 2: ':)' has no letters or digits; remove it"),
        ("same:\n- [a, ]\n- [b, c, ~]", "line 3: '~' has no letters or digits; remove it"),
        ("also: {'?': [b]}", "line 1: '?' has no letters or digits; remove it"),
        ("same: [[a, b c d e f g h i j]]", "line 1: 'b c d e f g h i j' has more than 8 words; shorten it"),
        # duplicates
        ("same:\n- [a, A.]", "line 2: 'A.' duplicates line 2; remove one"),
        ("same:\n- [a, b]\n- [c, a]", "line 3: 'a' duplicates line 2; remove one"),
        ("same:\n- [car, a]\n- [cars, b]", "line 3: 'cars' duplicates line 2; remove one"),
        ("same: [[low-code, lowcode]]", "line 1: 'lowcode' duplicates line 1; remove one"),
        ("also: {a: [b, b]}", "line 1: 'b' duplicates line 1; remove one"),
        ("also: {a: [a]}", "line 1: 'a' duplicates line 1; remove one"),
        ("also:\n  a: [b]\n  A.: [c]", "line 3: 'A.' duplicates line 2; remove one"),
        ("also:\n  a: [b]\n  a: [c]", "line 3: a key that occurs twice; keep one"),
        ("same:\n- [a, b]\nalso:\n  a: [b]", "line 4: 'b' duplicates line 2; remove one"),
        # wrong YAML
        ("same:\n- [a, b", "line 3: did not find expected ',' or ']'"),
        ("same: &x [[a, b]]", "line 1: an anchor (&) or alias (*); write the value itself, a text in quotes"),
        ("same: [[a, *b]]", "line 1: an anchor (&) or alias (*); write the value itself, a text in quotes"),
        ("same: !!python/name:os.system", "line 1: a YAML tag (!) other than those of plain texts, lists and mappings;"
         " remove it or put the text in quotes"),
        ("same: [[[[[a]]]]]", "line 1: more than 4 lists or mappings inside one another"),
        ("same: []\n---\nalso: {}", "line 2: a second YAML document begins"),
        ("same: [[a, \x07]]", "line 1: a control character, which YAML does not allow; remove it"),
        (b"same:\n- [a, \xe9]", "line 2: not UTF-8; save the file as UTF-8"),
    ],
)  # fmt: skip
def test_mistake_is_reported_with_its_line(content: str | bytes, expected: str) -> None:
    assert expected in mistakes(content)


def test_all_mistakes_are_reported_together() -> None:
    lines = mistakes("also:\n  a: b\n  c: [c]\nother: 1\nsame:\n- [d]\n- [e, '-']\n")
    assert [line.partition(":")[0] for line in lines] == ["line 2", "line 3", "line 4", "line 6", "line 7"]


def test_longest_entry_is_accepted() -> None:
    assert synonyms_of(f"same: [[a, {'b-c ' * (MOST_WORDS // 2)}]]")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("missing.yaml", None, "cannot be read: No such file or directory"),
        ("large.yaml", b"#" * (FILE_LIMIT + 1), "cannot be read: more than 1,048,576 bytes; is it the right file?"),
        ("wrong.yaml", b"same: [[a]]", "cannot be used:\nline 1: a list needs at least two"),
    ],
)
def test_error_names_the_file(tmp_path: Path, name: str, content: bytes | None, expected: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        read_synonyms(path)
    assert str(caught.value).startswith(f"the synonyms in {path} {expected}")


def test_empty_file_has_no_synonyms() -> None:
    assert read_synonyms(Path("/dev/null")) == NO_SYNONYMS


# Changes of the file


def test_changed_file_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.yaml"
    path.write_text("same: [[a, b]]")
    file = SynonymFile(path)
    assert not file.reload()
    path.write_text("same: [[a, c]]")
    assert file.reload()
    assert not file.reload()
    assert file.synonym_map == synonym_map(b"same: [[a, c]]")


def test_file_replaced_by_an_older_one_is_read(tmp_path: Path) -> None:
    path, other = tmp_path / "synonyms.yaml", tmp_path / "other.yaml"
    path.write_text("same: [[a, b]]")
    file = SynonymFile(path)
    other.write_text("same: [[a, c]]")
    os.utime(other, ns=(0, 0))
    other.replace(path)
    assert file.reload()


def test_changed_file_with_the_same_synonyms_is_not_a_change(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.yaml"
    path.write_text("same: [[a, b]]")
    file = SynonymFile(path)
    path.write_text("same: [[a, b]] # the same")
    assert not file.reload()


@pytest.mark.parametrize("wrong", ["same: [[a]]", None], ids=["wrong", "missing"])
def test_file_that_becomes_invalid_is_logged_once_and_ignored(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, wrong: str | None
) -> None:
    path = tmp_path / "synonyms.yaml"
    path.write_text("same: [[a, b]]")
    file = SynonymFile(path)
    path.unlink()
    if wrong:
        path.write_text(wrong)
    assert not any([file.reload(), file.reload()])
    assert file.synonym_map == synonym_map(b"same: [[a, b]]")
    assert [record.getMessage().splitlines()[-1] for record in caplog.records] == ["The previous synonyms stay in use."]
    path.write_text("same: [[b, c]]")
    assert file.reload()


def test_fingerprint_depends_on_the_synonyms() -> None:
    contents = ("", "same: [[a, b]]", "same: [[a, c]]", "also: {a: [b]}", "same: [[a b, c]]")
    assert len({synonym_map(content.encode()).fingerprint for content in contents}) == len(contents)
    assert synonym_map(b"same: [[a, b], [c, d]]").fingerprint == synonym_map(b"same: [[c, d], [a, b]]").fingerprint


# The shipped file


def test_shipped_file_has_no_abbreviations_that_are_words() -> None:
    content = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    entries = {spelling for entry in (*chain(*content["same"]), *content["also"]) for spelling in spellings(entry)}
    words = ["it", "or", "us", "ar", "mr", "ad", "cv", "pa", "cd", "in", "no", "is", "be", "x", "meta"]
    assert [word for word in words if (word,) in entries] == []
