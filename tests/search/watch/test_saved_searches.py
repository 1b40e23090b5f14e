"""Files of saved searches: what is read, when a search counts as changed, and every mistake."""

from pathlib import Path

import pytest

from search.errors import SearchFileInvalid
from search.watch.saved_searches import SavedSearch, read_saved_searches
from search.watch.webhook import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TARGET = "must be text, json, or `{webhook: https://…, secret: whsec_…}`"
URL = "must be an absolute http(s) URL without a user name"
WRONG_SECRET = (
    'must be whsec_ and base64 of 24 to 64 random bytes. Make one with: echo "whsec_$(openssl rand -base64 32)"'
)


def read(folder: Path, content: str) -> list[SavedSearch]:
    path = folder / "searches.yaml"
    path.write_text(content, encoding="utf-8")
    return read_saved_searches(path)


def test_all_parts_of_a_search_are_read(tmp_path: Path) -> None:
    (search,) = read(
        tmp_path,
        f"- name: Robots\n  q: robot\n  topic: [AI, R&D]\n  from: 2024\n"
        f"  notify: {{webhook: 'https://hooks.example/x', secret: {SECRET}}}",
    )
    request = search.request
    assert (search.name, request.q, request.topic, str(request.from_)) == (
        "Robots",
        "robot",
        ("AI", "R&D"),
        "2024-01-01",
    )
    assert isinstance(search.target, Webhook)
    assert (search.target.url, len(search.target.secret)) == ("https://hooks.example/x", 24)


@pytest.mark.parametrize(
    ("parameters", "order"), [("q: robot", "newest"), ("{q: robot, sort: relevance}", "relevance")]
)
def test_new_articles_come_first_unless_sorted_otherwise(tmp_path: Path, parameters: str, order: str) -> None:
    (search,) = read(tmp_path, f"- {{name: a, {parameters.strip('{}')}}}")
    assert search.request.order == order


@pytest.mark.parametrize(("notify", "target"), [("", "text"), (", notify: text", "text"), (", notify: json", "json")])
def test_reports_are_printed_unless_there_is_a_webhook(tmp_path: Path, notify: str, target: str) -> None:
    assert read(tmp_path, f"- {{name: a, q: robot{notify}}}")[0].target == target


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("topic: [AI, Robots], q: robot", True),
        ("q: robot, topic: [Robots, AI]", True),
        ("q: robot, topic: [AI, Robots], sort: heat", True),
        ("q: robot, topic: [AI, Robots], notify: json", True),
        ("q: robots, topic: [AI, Robots]", False),
        ("q: robot, topic: [AI]", False),
        ("q: robot, not_topic: [AI, Robots]", False),
        ("q: robot, topic: [AI, Robots], from: 2024", False),
        ("q: robot, topic: [AI, Robots], topic_op: all", False),
    ],
)
def test_a_search_changes_with_what_it_matches(tmp_path: Path, other: str, same: bool) -> None:
    (before,) = read(tmp_path, "- {name: a, q: robot, topic: [AI, Robots]}")
    (after,) = read(tmp_path, f"- {{name: a, {other}}}")
    assert (before.fingerprint == after.fingerprint) is same


def test_a_text_and_a_list_of_it_are_the_same(tmp_path: Path) -> None:
    one, other = read(tmp_path, "- {name: a, topic: AI}\n- {name: b, topic: [AI]}")
    assert one.fingerprint == other.fingerprint


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("- q: robot", ["line 1: the search needs a “name”, by which its reports are told apart"]),
        ("- name: ''\n  q: robot", ["line 1: “name” must be a text"]),
        ("- {name: a, q: robot}\n- {name: b}\n- {q: car, name: a}", ["line 3: “name” is that of another search: a"]),
        ("- name: a\n  notfy: json", ["line 2: “notfy” is not a known key; did you mean “notify”?"]),
        ("- name: a\n  page: 2\n  match: most",
         ["line 2: “page” has no effect here; remove it", "line 3: “match” has no effect here; remove it"]),
        ("- name: a\n  notify: mail", [f"line 2: “notify” {TARGET}"]),
        ("- name: a\n  notify: [text]", [f"line 2: “notify” {TARGET}"]),
        (f"- name: a\n  notify: {{webhook: 'ftp://a/', secret: {SECRET}}}", [f"line 2: “webhook” {URL}"]),
        (f"- name: a\n  notify:\n    secret: {SECRET}", [f"line 3: “webhook” {URL}"]),
        ("- name: a\n  notify:\n    webhook: https://a/\n    secret: abc", [f"line 4: “secret” {WRONG_SECRET}"]),
        ("- name: a\n  notify:\n    webhook: https://a/", [f"line 3: “secret” {WRONG_SECRET}"]),
        (f"- name: a\n  notify:\n    webhook: https://a/\n    secret: {SECRET}\n    retries: 3",
         [f"line 5: “notify” cannot have “retries”; it {TARGET}"]),
    ],
)  # fmt: skip
def test_mistakes_are_reported_with_their_line(tmp_path: Path, content: str, said: list[str]) -> None:
    with pytest.raises(SearchFileInvalid) as caught:
        read(tmp_path, content)
    assert str(caught.value).splitlines()[1:] == [f"  {line}" for line in said]


def test_a_mistake_does_not_show_the_secret(tmp_path: Path) -> None:
    with pytest.raises(SearchFileInvalid) as caught:
        read(tmp_path, "- name: a\n  notify: {webhook: x, secret: whsec_hidden}")
    assert "hidden" not in str(caught.value)
