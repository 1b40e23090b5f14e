"""Front matter to article: tables of what is read, noted and rejected."""

import time
import unicodedata
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.archive.cleaning import NAME_LIMIT, clean
from search.archive.front_matter import EXCERPT_LIMIT, LIST_LIMIT, TITLE_LIMIT
from search.archive.reader import DEPTH_LIMIT, FILE_LIMIT, Reading, read_article
from search.article import Article, Image, Provider, Related
from search.errors import ArticleRejected

SECRET = "c0ffee/SECRET+text=="  # the value of `secured` in these tests

WHOLE = """\
---
category: news
title: "Robots sort the post: a town's “quiet” trial"
excerpt: "For a month, machines have read the addresses in Little Barling."
publishedDateTime: 2024-05-01T20:12:00Z
originalUrl: "https://barling.example/2024/robots/?ref=feed"
webUrl: https://barling.example/2024/robots/
ampWebUrl: "https://barling.example/2024/robots/amp/"
cdnAmpWebUrl: "https://barling-example.cdn.example/c/s/2024/robots/"
type: article
quality: 104
heat: -1
published: true

provider:
  name: Barling Gazette
  domain: barling.example
  images:
    - url: "https://barling.example/logo.png"
      width: 50
      height: 50

topics:
  - AI
  - AI in Robotics

images:
  - url: "https://barling.example/robots.jpg?w=1200&h=628"
    width: 1200
    height: 628
    isCached: true

related:
  - title: "Post office tries robots"
    excerpt: "They sort &amp; stack."
    publishedDateTime: 2024-05-01T19:00:00Z
    webUrl: "https://county.example/a b"
    type: article
    provider:
      name: County Times
      domain: county.example
    quality: 76
    images:
      - url: "https://county.example/robots.jpg"
        width: 10
        height: 20

secured: "c0ffee/SECRET+text=="
---
"""


def read(front_matter: str) -> Reading:
    return read_article(f"---\n{front_matter}\n---\n".encode(), "_news/an-article")


def article(front_matter: str) -> Article:
    found = read(front_matter).article
    assert found is not None
    return found


def titled(front_matter: str) -> Article:
    return article(f"title: A title\n{front_matter}")


def notes(front_matter: str) -> set[str]:
    """The notes on an otherwise complete article."""
    complete = "title: A title\npublishedDateTime: 2024-05-01\n"
    if "provider" not in front_matter:
        complete += "provider: Gazette\n"
    return set(read(complete + front_matter).notes)


def rejection(content: bytes) -> ArticleRejected:
    with pytest.raises(ArticleRejected) as caught:
        read_article(content, "_news/an-article")
    return caught.value


def test_every_key_is_read() -> None:
    assert read_article(WHOLE.encode(), "_news/2024-05-02-robots") == Reading(
        Article(
            id="_news/2024-05-02-robots",
            title="Robots sort the post: a town's “quiet” trial",
            excerpt="For a month, machines have read the addresses in Little Barling.",
            topics=("AI", "AI in Robotics"),
            provider=Provider("Barling Gazette", "barling.example"),
            url="https://barling.example/2024/robots/",
            amp_url="https://barling.example/2024/robots/amp/",
            image=Image("https://barling.example/robots.jpg?w=1200&h=628", 1200, 628),
            published_at=datetime(2024, 5, 1, 20, 12, tzinfo=UTC),
            type="article",
            category="news",
            heat=-1,
            quality=104,
            related=(
                Related(
                    title="Post office tries robots",
                    excerpt="They sort & stack.",
                    url="https://county.example/a%20b",
                    provider=Provider("County Times", "county.example"),
                    published_at=datetime(2024, 5, 1, 19, tzinfo=UTC),
                    type="article",
                    quality=76,
                    image=Image("https://county.example/robots.jpg", 10, 20),
                ),
            ),
        ),
        (),
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xef\xbb\xbf" + WHOLE.encode(), id="fault 2: BOM"),
        pytest.param(WHOLE.replace("\n", "\r\n").encode(), id="fault 3: CRLF"),
        pytest.param(b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode(), id="BOM and CRLF"),
        pytest.param(WHOLE.removesuffix("\n").encode(), id="no line end after the front matter"),
        pytest.param(WHOLE.replace("---\n", "-----\n").encode(), id="longer delimiters"),
        pytest.param(WHOLE.replace("---\n", "-----\n", 1).encode(), id="longer opening delimiter"),
        pytest.param(b"\n" + WHOLE.encode(), id="empty line before the front matter"),
        pytest.param(WHOLE.replace("---\n", "--- \n").encode(), id="spaces after the delimiters"),
        pytest.param(WHOLE.removesuffix("---\n").encode() + b"...\n", id="closed by dots, as Jekyll allows"),
    ],
)
def test_encoding_details_make_no_difference(content: bytes) -> None:
    assert read_article(content, "a") == read_article(WHOLE.encode(), "a")


# --- rejected -----------------------------------------------------------------------------------------------

MERGE_BOMB = "a0: &a0 {k: v}\n" + "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 30))
ALIAS_BOMB = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "empty", id="fault 1: empty file"),
        pytest.param(b"---\ntitle: caf\xe9\n---\n", "not utf-8", id="fault 4: Latin-1"),
        pytest.param("---\ntitle: A\n---\n".encode("utf-16"), "nul", id="fault 4: UTF-16"),
        pytest.param("---\ntitle: \u4f60\u597d\n---\n".encode("utf-16")[:2], "not utf-8", id="fault 4: UTF-16 mark"),
        pytest.param(b"---\ntitle: A\0B\n---\n", "nul", id="fault 5: NUL byte"),
        pytest.param(b'---\ntitle: "A\\0B"\n---\n', "nul", id="fault 5: escaped NUL"),
        pytest.param(b"---\ntitle: A\xed\xa0\x80\n---\n", "not utf-8", id="fault 5: surrogate"),
        pytest.param(b'---\ntitle: "A\\ud800"\n---\n', "yaml", id="fault 5: escaped surrogate"),
        pytest.param(b"---\ntitle: A\x07B\n---\n", "yaml", id="control character"),
        pytest.param(b"---\ntitle: A\n", "front matter not closed", id="fault 6: not closed"),
        pytest.param(b"---\n", "no front matter", id="fault 6: an opening line alone"),
        pytest.param(b"---\n- a\n- b\n---\n", "not a mapping", id="fault 7: a list"),
        pytest.param(b"---\njust words\n---\n", "not a mapping", id="fault 7: a scalar"),
        pytest.param(b"---\n---\n", "not a mapping", id="fault 7: nothing"),
        pytest.param(b"# Words\n", "no front matter", id="fault 7: no front matter"),
        pytest.param(b"title: A\n---\nexcerpt: B\n---\n", "no front matter", id="fault 7: text before it"),
        pytest.param(b"---\ntitle: A\ntitle: B\n---\n", "duplicate key", id="fault 8: key twice"),
        pytest.param(b"---\ntitle: A\nx: {k: 1, k: 2}\n---\n", "duplicate key", id="fault 8: key twice, deeper"),
        pytest.param(b"---\ntitle: !!python/object/apply:os.getcwd []\n---\n", "tag", id="fault 9: object"),
        pytest.param(b"---\ntitle: !!python/name:os.getcwd x\n---\n", "tag", id="fault 9: name"),
        pytest.param(b"---\ntitle: !thing A\n---\n", "tag", id="a tag of one's own"),
        pytest.param(f"---\ntitle: A\n{ALIAS_BOMB}---\n".encode(), "alias", id="fault 10: alias bomb"),
        pytest.param(b"---\nsecured: &s x\ntitle: *s\n---\n", "alias", id="fault 10: alias of a text"),
        pytest.param(f"---\ntitle: A\n{MERGE_BOMB}---\n".encode(), "alias", id="fault 11: merge-key bomb"),
        pytest.param(b"---\ntitle: A\nx: {<<: {k: v}}\n---\n", "merge key", id="fault 11: merge key"),
        pytest.param(b"---\ntitle: &more to come\n---\n", "alias", id="text lost to an anchor"),
        pytest.param(b"---\ntitle: A\nx: %s\n---\n" % (b"[" * 3_000), "too deep", id="fault 12: lists in lists"),
        pytest.param(b"---\ntitle: A\nx: %s\n---\n" % (b"[" * 500_000), "too deep", id="fault 12: half a million"),
        pytest.param(b"---\ntitle: A\nx:\n  %sx\n---\n" % (b"- " * 3_000), "too deep", id="fault 12: blocks"),
        pytest.param(b"---\ntitle: A\n[a, b]: c\n---\n", "yaml", id="a list for a key"),
        pytest.param(b"---\ntitle: A: b\n---\n", "yaml", id="an unquoted colon"),
        pytest.param(b'---\ntitle: "A\n---\n', "yaml", id="a quote not closed"),
        pytest.param(b"---\ntitle: A\n" + b"#" * FILE_LIMIT + b"\n---\n", "too large", id="fault 20: huge file"),
    ],
)
def test_file_without_readable_front_matter_is_rejected(content: bytes, reason: str) -> None:
    assert rejection(content).reason == reason


@pytest.mark.parametrize(
    "front_matter",
    [
        "title: AI: The future",
        "title: A\nexcerpt: Our view: it works",
        "title: A\nprovider:\n  name: Wired: the site",
        "title: A\ntopics:\n- a: b: c",
        "title: @home with robots",
        "title: `ls` explained",
        'title: "Portal" opens',
        "title: [Update] Portal opens",
        "title: > a robot",
        "title: *Exclusive* interview",
        "title: &amp; more",
        "title: !important news",
        "title: A\ntopics: [C #, AI]\nheat: 1",
        "title: Learn C # at\n  home",
        "title: #MeToo, a year later",
    ],
)
def test_rejection_of_a_text_with_signs_of_yaml_advises_to_quote_it(front_matter: str) -> None:
    assert rejection(f"---\n{front_matter}\n---\n".encode()).detail.endswith("in quotes")


@pytest.mark.parametrize("front_matter", ["title: A\n\ttype: b", 'title: "A', "title: A\ntopics: [a, b"])
def test_other_rejections_do_not_advise_to_quote(front_matter: str) -> None:
    assert "quotes" not in rejection(f"---\n{front_matter}\n---\n".encode()).detail


@pytest.mark.parametrize(
    ("front_matter", "reason"),
    [
        pytest.param("excerpt: A", "no title", id="fault 17: no title"),
        pytest.param("title:", "no title", id="fault 17: empty title"),
        pytest.param("title: null", "no title", id="fault 17: null title"),
        pytest.param("title: ~", "no title", id="fault 17: tilde"),
        pytest.param('title: " &nbsp;<br> "', "no title", id="a title of nothing but space"),
        pytest.param("title: [A, B]", "title not text", id="fault 17: list"),
        pytest.param("title: {A: B}", "title not text", id="fault 17: mapping"),
        pytest.param(f"title: {'x' * (TITLE_LIMIT + 1)}", "title too long", id="fault 20: huge title"),
        pytest.param("title: A\npublishedDateTime: 2024-02-30", "date", id="fault 16: 30 February"),
        pytest.param("title: A\npublishedDateTime: 2023-02-29T10:00:00Z", "date", id="fault 16: no leap year"),
        pytest.param("title: A\npublishedDateTime: 2024-02-30T10:00Z", "date", id="fault 16: text to YAML"),
        pytest.param('title: A\npublishedDateTime: "2024-13-01"', "date", id="fault 16: month 13, quoted"),
        pytest.param("title: A\npublishedDateTime: 2024-05-01T25:00:00Z", "date", id="fault 16: hour 25"),
        pytest.param("title: A\npublishedDateTime: 2024-05-01T10:00:00+25:00", "date", id="fault 16: offset"),
        pytest.param("title: A\npublishedDateTime: 0001-01-01T00:00:00+09:00", "date", id="fault 16: before year 1"),
        pytest.param("title: A\npublishedDateTime: 2024-05-01T24:00:01Z", "date", id="fault 16: after hour 24"),
        pytest.param("title: A\npublishedDateTime: 2024-05-01T10:00:61Z", "date", id="fault 16: second 61"),
        pytest.param("title: A\npublishedDateTime: 9999-12-31T24:00:00Z", "date", id="fault 16: after year 9999"),
        pytest.param("title: A\npublishedDateTime: yesterday", "date", id="a word for a date"),
        pytest.param("title: A\npublishedDateTime: [2024-05-01]", "date", id="a list for a date"),
        pytest.param("title: A\npublished: perhaps", "published", id="published neither true nor false"),
        pytest.param("title: A\npublished: []", "published", id="a list for published"),
    ],
)
def test_article_with_an_unreadable_key_field_is_rejected(front_matter: str, reason: str) -> None:
    assert rejection(f"---\n{front_matter}\n---\n".encode()).reason == reason


@pytest.mark.parametrize(("before", "line"), [("", 4), ("\n", 5), (" \t\n\r\n\n", 7), ("\ufeff\n", 5)], ids=repr)
def test_rejection_has_the_line_number_in_the_file(before: str, line: int) -> None:
    content = f"{before}---\ntitle: A\ntype: article\ntitle: B\n---\n".encode()
    assert rejection(content).detail.startswith(f"line {line}:")


def test_rejection_of_a_date_names_the_expected_notation() -> None:
    detail = rejection(b"---\ntitle: A\npublishedDateTime: May 5, 2024\n---\n").detail
    assert detail == "publishedDateTime is not a date like 2024-05-01T10:00:00Z"


@pytest.mark.parametrize(
    "filler",
    [" " * 900_000 + "#", "\n-----" * 150_000, "\n a: b #" * 100_000, '"\\ud83d\\ude80" ' * 60_000],
    ids=lambda text: text[-8:],
)
def test_time_to_read_grows_with_the_size_of_a_file_only(filler: str) -> None:
    started = time.process_time()
    outcome(f"---\ntitle: A\nexcerpt: {filler}\n---\n".encode())
    assert time.process_time() - started < 10  # a second; hours if it grew with the square


def test_no_code_in_a_file_is_run(tmp_path_factory: pytest.TempPathFactory) -> None:
    trace = tmp_path_factory.mktemp("trace") / "ran"
    rejection(f"---\ntitle: !!python/object/apply:os.mkdir ['{trace}']\n---\n".encode())
    assert not trace.exists()


def test_nesting_up_to_the_limit_is_read() -> None:
    deepest = DEPTH_LIMIT - 1  # the front matter itself is one
    assert titled(f"topics: {'[' * deepest}AI{']' * deepest}").topics == ("AI",)


# --- read ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "title"),
    [
        pytest.param("no", "no", id="fault 17: a word that YAML takes for false"),
        pytest.param("2024", "2024", id="fault 17: a number"),
        pytest.param("1.10", "1.10", id="fault 17: a version"),
        pytest.param("007", "007", id="fault 17: leading noughts"),
        pytest.param("2024-05-01", "2024-05-01", id="fault 17: a date"),
        pytest.param("'null'", "null", id="fault 17: null in quotes"),
        pytest.param("!!str 5", "5", id="tagged as text"),
        pytest.param(r'"Say \"portal\""', 'Say "portal"', id="escaped quotes"),
        pytest.param('"Caf\u0065\u0301"', "Caf\u00e9", id="composed to NFC"),
        pytest.param('"\u00ad\u00adLow\u00ad-code"', "Low-code", id="soft hyphens"),
        pytest.param('"\\ufeffMarked\\u200b"', "Marked", id="BOM and zero-width space"),
        pytest.param('"Security\u00a0"', "Security", id="NBSP at the end"),
        pytest.param('"  two\\r\\n\\tlines  "', "two lines", id="CR, LF, tab, padding"),
        pytest.param("Q&A, AT&T", "Q&A, AT&T", id="ampersands that are no entity"),
        pytest.param("AT&amp;T&#8217;s &#038; &hellip; &#x2014;", "AT&T’s & … —", id="entities"),
        pytest.param("AT&amp;amp;T", "AT&T", id="entities encoded twice"),
        pytest.param("rock&reggae &bogus; &notit;", "rock&reggae &bogus; &notit;", id="what only looks like one"),
        pytest.param("<b>T</b>esla <em>wins</em>", "Tesla wins", id="markup within words"),
        pytest.param('"one<br/>two<p class=\\"x\\">three</p>"', "one two three", id="markup between words"),
        pytest.param("'&lt;b&gt;bold&lt;/b&gt; move'", "bold move", id="markup as entities"),
        pytest.param("a <!-- b --> c<script>alert(1)</script> d", "a c d", id="comments and scripts go whole"),
        pytest.param("'read <a href=\"https://x.example/cut'", "read", id="a tag cut off"),
        pytest.param("1 < 2, List<String> and x <y and z> w", "1 < 2, List<String> and x <y and z> w", id="no markup"),
        pytest.param("emoji 👩‍💻 stay", "emoji 👩‍💻 stay", id="joiners inside emoji"),
        pytest.param("one\u2028two\u2029three\x85four", "one two three four", id="other line ends are spaces"),
        pytest.param('"one\u2028\u2028two\x85"', "one two", id="other line ends in quotes"),
        pytest.param("one\u2028# two", "one", id="a comment after another line end"),
        pytest.param(">\n  one\u2028- two\n  three", "one - two three", id="other line ends in block text"),
        pytest.param(r'"Rocket \ud83d\ude80"', "Rocket 🚀", id="a surrogate pair"),
        pytest.param(r'"\uD83D\uDE80\ud83e\udd16 \u00e9"', "🚀🤖 é", id="surrogate pairs side by side"),
        pytest.param(r'"\ud835\udc00I: \"\ud83d\ude80\""', '𝐀I: "🚀"', id="surrogate pairs among other escapes"),
        pytest.param(r'"\\ud83d \\\ud83d\ude80"', r"\ud83d \🚀", id="a backslash before a surrogate pair"),
        pytest.param(r"'\ud83d\ude80'", r"\ud83d\ude80", id="no escapes in single quotes"),
        pytest.param(r"\ud83d\ude80", r"\ud83d\ude80", id="no escapes without quotes"),
        pytest.param('"one\n-----\ntwo"', "one ----- two", id="a line of five dashes"),
        pytest.param('"one\n  ---\ntwo"', "one --- two", id="three dashes that are indented"),
        pytest.param("'one\n---- -\n--\ntwo'", "one ---- - -- two", id="dashes with more on the line"),
        pytest.param('"one\n.....\n---two"', "one ..... ---two", id="five dots, three dashes before a word"),
    ],
)
def test_titles(written: str, title: str) -> None:
    assert article(f"title: {written}").title == title


@pytest.mark.parametrize(
    ("written", "excerpt"),
    [
        pytest.param('"NA"', "", id="NA"),
        pytest.param('"na\\n"', "", id="na and a line end"),
        pytest.param('"English"', "", id="a language's name"),
        pytest.param('"Placeholder."', "", id="placeholder"),
        pytest.param('"..."', "", id="dots alone"),
        pytest.param("", "", id="empty"),
        pytest.param("no", "no", id="a word that YAML takes for false"),
        pytest.param('"NA and other salts"', "NA and other salts", id="not only NA"),
        pytest.param('"We’ve begun \\r\\n\\r\\nAs the"', "We’ve begun As the", id="paragraphs"),
        pytest.param('"    Here:  \u2022 one  \u2022 two"', "Here: • one • two", id="padding"),
        pytest.param("|\n  First line.\n  Second line.", "First line. Second line.", id="block text"),
    ],
)
def test_excerpts(written: str, excerpt: str) -> None:
    assert titled(f"excerpt: {written}").excerpt == excerpt


def test_excerpt_is_cut_at_the_limit() -> None:
    assert len(titled(f"excerpt: {'x' * (EXCERPT_LIMIT + 1)}").excerpt) == EXCERPT_LIMIT


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        pytest.param("2024-05-01T20:12:05Z", datetime(2024, 5, 1, 20, 12, 5, tzinfo=UTC), id="UTC"),
        pytest.param('"2024-05-01T20:12:05Z"', datetime(2024, 5, 1, 20, 12, 5, tzinfo=UTC), id="in quotes"),
        pytest.param("2024-05-01", datetime(2024, 5, 1, tzinfo=UTC), id="fault 14: a plain date"),
        pytest.param("2024-05-01T05:00:00+09:00", datetime(2024, 4, 30, 20, tzinfo=UTC), id="fault 15: offset"),
        pytest.param("2024-05-01T20:00:00-0330", datetime(2024, 5, 1, 23, 30, tzinfo=UTC), id="fault 15: no colon"),
        pytest.param("2024-05-01 20:00:00 -00:30", datetime(2024, 5, 1, 20, 30, tzinfo=UTC), id="fault 15: spaces"),
        pytest.param("2024-05-01T20:12:05", datetime(2024, 5, 1, 20, 12, 5, tzinfo=UTC), id="no offset is UTC"),
        pytest.param("2024-05-01T20:12Z", datetime(2024, 5, 1, 20, 12, tzinfo=UTC), id="no seconds"),
        pytest.param("2024-05-01T20:12:05.987Z", datetime(2024, 5, 1, 20, 12, 5, tzinfo=UTC), id="whole seconds"),
        pytest.param("2007-01-02T00:00:00Z", datetime(2007, 1, 2, tzinfo=UTC), id="wrong, but a date"),
        pytest.param("2024-05-01 10:00:00 +0000 UTC", datetime(2024, 5, 1, 10, tzinfo=UTC), id="Go"),
        pytest.param("2024-05-01 10:00:00.123 +0200 CEST", datetime(2024, 5, 1, 8, tzinfo=UTC), id="Go, in Paris"),
        pytest.param("2024-05-01 10:00:00 -0330 -0330", datetime(2024, 5, 1, 13, 30, tzinfo=UTC), id="Go, no zone"),
        pytest.param("2024-05-01 10:00:00 +0000 UTC m=+0.01", datetime(2024, 5, 1, 10, tzinfo=UTC), id="Go, now"),
        pytest.param("2024-05-01T24:00:00Z", datetime(2024, 5, 2, tzinfo=UTC), id="the end of a day"),
        pytest.param("2024-12-31 24:00", datetime(2025, 1, 1, tzinfo=UTC), id="the end of a year"),
        pytest.param("2024-02-29T24:00:00+02:00", datetime(2024, 2, 29, 22, tzinfo=UTC), id="the end of a day, offset"),
        pytest.param("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC), id="a leap second"),
        pytest.param("", None, id="empty"),
        pytest.param('""', None, id="empty in quotes"),
        pytest.param("'  '", None, id="spaces"),
        pytest.param('"N/A"', None, id="a placeholder"),
        pytest.param("'null'", None, id="null in quotes"),
        pytest.param("0000-00-00 00:00:00", None, id="MySQL's missing date"),
        pytest.param("#2024-05-01", None, id="a comment"),
    ],
)
def test_dates(written: str, moment: datetime | None) -> None:
    assert titled(f"publishedDateTime: {written}").published_at == moment


@pytest.mark.parametrize(
    ("written", "topics"),
    [
        pytest.param("AI in Autos", ("AI in Autos",), id="fault 18: a string"),
        pytest.param('"Law, order"', ("Law, order",), id="fault 18: a comma survives"),
        pytest.param("[AI, [AI in Autos, [AI Ethics]]]", ("AI", "AI in Autos", "AI Ethics"), id="fault 18: nested"),
        pytest.param("[B, A, B]", ("B", "A"), id="each once, in order"),
        pytest.param('[" R&amp;D ", "R&D"]', ("R&D",), id="each once when cleaned"),
        pytest.param("[ai, AI]", ("ai", "AI"), id="case tells topics apart"),
        pytest.param("[2024, no, ~, '']", ("2024", "no"), id="as written, without nothing"),
        pytest.param("[AI, {k: v}]", ("AI",), id="what is no topic"),
        pytest.param(f"[AI, {'x' * (NAME_LIMIT + 1)}]", ("AI",), id="far too long"),
        pytest.param("[]", (), id="none"),
        pytest.param("", (), id="empty"),
    ],
)
def test_topics(written: str, topics: tuple[str, ...]) -> None:
    assert titled(f"topics: {written}").topics == topics


def test_title_up_to_the_limit_is_read() -> None:
    assert len(article(f"title: {'x' * TITLE_LIMIT}").title) == TITLE_LIMIT


def test_topics_beyond_the_limit_are_left_out() -> None:
    assert len(titled(f"topics: [{', '.join(map(str, range(LIST_LIMIT + 5)))}]").topics) == LIST_LIMIT


@pytest.mark.parametrize(
    ("written", "provider"),
    [
        pytest.param("{name: Gazette, domain: Gazette.Example}", Provider("Gazette", "gazette.example"), id="mapping"),
        pytest.param("Gazette", Provider("Gazette"), id="a name alone"),
        pytest.param("{name: 9to5}", Provider("9to5"), id="no domain"),
        pytest.param('{name: "A &amp; B"}', Provider("A & B"), id="cleaned"),
        pytest.param('{name: A, domain: "not a host/"}', Provider("A"), id="no host name"),
        pytest.param("{domain: gazette.example}", None, id="fault 19: no name"),
        pytest.param("{name: '', domain: gazette.example}", None, id="fault 19: empty name"),
        pytest.param("", None, id="fault 19: empty"),
        pytest.param("[Gazette]", None, id="fault 19: a list"),
    ],
)
def test_providers(written: str, provider: Provider | None) -> None:
    assert titled(f"provider: {written}").provider == provider


@pytest.mark.parametrize(
    ("written", "url"),
    [
        pytest.param("https://a.example/x?v=1&w=2#z", "https://a.example/x?v=1&w=2#z", id="query kept"),
        pytest.param("HTTP://A.example", "http://A.example", id="scheme in capitals"),
        pytest.param("https://a.example:8443/", "https://a.example:8443/", id="port"),
        pytest.param("http://[::1]/", "http://[::1]/", id="IPv6"),
        pytest.param('" https://a.example/a b "', "https://a.example/a%20b", id="spaces"),
        pytest.param("https://a.example/50%25", "https://a.example/50%25", id="encoded already"),
        pytest.param("https://a.example/?v=1&amp;w=2", "https://a.example/?v=1&w=2", id="an entity"),
        pytest.param("https://a.example/?v=1&#38;w&#x3D;2", "https://a.example/?v=1&w=2", id="numbered entities"),
        pytest.param("https://a.example/?v=1&amp;amp;w=2", "https://a.example/?v=1&w=2", id="encoded twice"),
        pytest.param("https://a.example/?a=1&copy=2&lt=3", "https://a.example/?a=1&copy=2&lt=3", id="no entities"),
        pytest.param("'https://a.example/&quot;'", "https://a.example/%22", id="an entity that is invalid in links"),
        pytest.param("https://bank.example&#64;evil.example/", None, id="user before the host, as an entity"),
        pytest.param("javascript&colon;alert(1)", None, id="script, as an entity"),
        pytest.param("https://a.example/caf\u00e9", "https://a.example/caf%C3%A9", id="accents"),
        pytest.param("'https://a.example/\"<b>'", "https://a.example/%22%3Cb%3E", id="quotes and angles"),
        pytest.param("/local", None, id="relative"),
        pytest.param("//evil.example/", None, id="no scheme"),
        pytest.param("javascript:alert(1)", None, id="script"),
        pytest.param("data:text/html,x", None, id="data"),
        pytest.param("ftp://a.example/", None, id="other scheme"),
        pytest.param("https://", None, id="no host"),
        pytest.param("https:///path", None, id="empty host"),
        pytest.param("https://bank.example@evil.example/", None, id="user before the host"),
        pytest.param("https://a.example\\\\@evil.example/", None, id="backslash"),
        pytest.param('"https://a.example/\\nSet-Cookie:x"', None, id="line end"),
        pytest.param("https://a.example/" + "x" * 2048, None, id="far too long"),
        pytest.param("[https://a.example/]", None, id="a list"),
    ],
)
def test_links(written: str, url: str | None) -> None:
    assert titled(f"webUrl: {written}").url == url


@pytest.mark.parametrize(
    ("front_matter", "url", "amp_url"),
    [
        pytest.param(
            "webUrl: https://w.example/\noriginalUrl: https://o.example/", "https://w.example/", None, id="web"
        ),
        pytest.param("originalUrl: https://o.example/?v=1", "https://o.example/?v=1", None, id="original alone"),
        pytest.param("webUrl: x\noriginalUrl: https://o.example/", "https://o.example/", None, id="web unusable"),
        pytest.param("cdnAmpWebUrl: https://c.example/", None, "https://c.example/", id="cached AMP alone"),
    ],
)
def test_first_readable_link_is_used(front_matter: str, url: str | None, amp_url: str | None) -> None:
    found = titled(front_matter)
    assert (found.url, found.amp_url) == (url, amp_url)


@pytest.mark.parametrize(
    ("written", "image"),
    [
        pytest.param(
            "[{url: 'https://a.example/1', width: 3, height: 4}]", Image("https://a.example/1", 3, 4), id="one"
        ),
        pytest.param("[{url: '/1'}, {url: 'https://a.example/2'}]", Image("https://a.example/2"), id="first usable"),
        pytest.param(
            "{url: 'https://a.example/1', width: wide}", Image("https://a.example/1"), id="no list, odd width"
        ),
        pytest.param("[https://a.example/1]", Image("https://a.example/1"), id="a bare link"),
        pytest.param("['https://a.example/1?w=2&amp;h=3']", Image("https://a.example/1?w=2&h=3"), id="an entity"),
        pytest.param("[{url: 'https://a.example/1', width: -5}]", Image("https://a.example/1"), id="negative width"),
        pytest.param("[{url: 'data:image/png;base64,x'}, [], ~]", None, id="none usable"),
        pytest.param("[]", None, id="none"),
    ],
)
def test_images(written: str, image: Image | None) -> None:
    assert titled(f"images: {written}").image == image


@pytest.mark.parametrize(
    ("written", "heat"),
    [
        pytest.param("115", 115, id="number"),
        pytest.param("-1", -1, id="below nought"),
        pytest.param("0", 0, id="nought is known"),
        pytest.param('"115"', 115, id="in quotes"),
        pytest.param("1_000", 1_000, id="as YAML groups digits"),
        pytest.param("", None, id="empty"),
        pytest.param("11.5", None, id="fraction"),
        pytest.param("hot", None, id="word"),
        pytest.param("99999999999", None, id="beyond 32 bits"),
        pytest.param("3000000000", None, id="just beyond 32 bits"),
        pytest.param("1" * 5_000, None, id="a number of 5,000 digits"),
        pytest.param("[1]", None, id="a list"),
    ],
)
@pytest.mark.parametrize("key", ["heat", "quality"])
def test_numbers(key: str, written: str, heat: int | None) -> None:
    assert getattr(titled(f"{key}: {written}"), key) == heat


@pytest.mark.parametrize("written", ["false", "False", "no", "off", '"false"'])
def test_unpublished_article_is_not_read(written: str) -> None:
    assert read(f"title: A\nheat: -1\nquality: 81\npublished: {written}").article is None


@pytest.mark.parametrize("line", ["", "published:", "published: true", "published: yes", 'published: "true"'])
def test_published_article_is_read(line: str) -> None:
    assert read(f"title: A\n{line}").article is not None


@pytest.mark.parametrize(
    ("item", "kept"),
    [
        pytest.param("{title: B}", True, id="a title is enough"),
        pytest.param("{title: B, webUrl: 'javascript:x', heat: [], type: {}}", True, id="odd fields"),
        pytest.param("{excerpt: B}", False, id="no title"),
        pytest.param("{title: B, publishedDateTime: 2024-02-30}", False, id="impossible date"),
        pytest.param("words", False, id="a text"),
        pytest.param("~", False, id="null"),
    ],
)
def test_unreadable_related_item_is_dropped_without_the_others(item: str, kept: bool) -> None:
    found = titled(f"related: [{{title: Before}}, {item}, {{title: After}}]")
    assert [related.title for related in found.related] == ["Before", *["B"] * kept, "After"]


def test_entities_in_the_link_of_a_related_item_are_decoded() -> None:
    found = titled(
        "related: [{title: B, webUrl: 'https://a.example/?v=1&amp;w=2', images: ['https://a.example/&#38;']}]"
    )
    assert (found.related[0].url, found.related[0].image) == (
        "https://a.example/?v=1&w=2",
        Image("https://a.example/&"),
    )


@pytest.mark.parametrize(
    ("front_matter", "value"),
    [("", "article"), ("type: video", "video"), ("type:", "article"), ("type: [video]", "article")],
)
def test_type(front_matter: str, value: str) -> None:
    assert titled(front_matter).type == value


# --- noted --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("front_matter", "noted"),
    [
        pytest.param("", set(), id="nothing to note"),
        pytest.param("exerpt: A", {"unknown key: exerpt"}, id="unknown key"),
        pytest.param("content: A", {"unknown key: content"}, id="fault 13: a key called content"),
        pytest.param('"a\\u202eb": A', {"unknown key: ab"}, id="only what can be printed of a key"),
        pytest.param("featuredContent: <iframe></iframe>", set(), id="known, though unused"),
        pytest.param("excerpt: Learn C # at home", {"cut at #: excerpt; put it in quotes"}, id="excerpt cut by #"),
        pytest.param("excerpt: #MeToo", {"cut at #: excerpt; put it in quotes"}, id="excerpt that is a comment"),
        pytest.param("topics:\n- C #\n- #MeToo\n- AI", {"cut at #: topics; put it in quotes"}, id="topics cut by #"),
        pytest.param("topics: #AI", {"cut at #: topics; put it in quotes"}, id="a topic that is a comment"),
        pytest.param("provider: Gazette \t# 1", {"cut at #: provider; put it in quotes"}, id="provider cut by #"),
        pytest.param("provider: {name: Site # 1\n  }", {"cut at #: name; put it in quotes"}, id="name cut by #"),
        pytest.param('excerpt: "Learn C # at home"', set(), id="# in quotes"),
        pytest.param("excerpt: 'C' # a comment", set(), id="a comment after quotes"),
        pytest.param("excerpt: >\n  C # at home", set(), id="# in block text"),
        pytest.param("excerpt: C# and F#", set(), id="# after a letter"),
        pytest.param("heat: 5 # a comment\nimages: # a comment\npublished: # a comment", set(), id="no texts"),
        pytest.param("topics: # a comment\n- AI\n# a comment\n- B", set(), id="comments between values"),
        pytest.param("heat: hot", {"unreadable: heat"}, id="heat"),
        pytest.param("excerpt: [A]", {"unreadable: excerpt"}, id="excerpt"),
        pytest.param("webUrl: x", {"unreadable: webUrl"}, id="link"),
        pytest.param("images: [{url: x}]", {"unreadable: images"}, id="images"),
        pytest.param("topics: [AI, {a: b}]", {"unreadable: topics"}, id="topics"),
        pytest.param("provider: {domain: x}", {"no provider"}, id="provider without a name"),
        pytest.param("provider: [x]", {"unreadable: provider", "no provider"}, id="provider"),
        pytest.param("related: [x]", {"related dropped: not a mapping"}, id="related text"),
        pytest.param("related: [{excerpt: x}]", {"related dropped: no title"}, id="related item without a title"),
        pytest.param(f"excerpt: {'x' * (EXCERPT_LIMIT + 1)}", {"cut: excerpt"}, id="long excerpt"),
        pytest.param(f"excerpt: {'x' * EXCERPT_LIMIT}", set(), id="an excerpt at its limit"),
        pytest.param(f"topics: [{'x,' * (LIST_LIMIT + 1)}]", {"cut: topics"}, id="many topics"),
        pytest.param(f"topics: [{'x,' * LIST_LIMIT}]", set(), id="topics at their limit"),
    ],
)  # fmt: skip
def test_notes(front_matter: str, noted: set[str]) -> None:
    assert notes(front_matter) == noted


@pytest.mark.parametrize("title", ["Learn C # at home", "Learn C\t# at home", "Learn C #"])
def test_title_cut_by_a_comment_is_noted(title: str) -> None:
    found = read(f"title: {title}")
    assert found.article is not None
    assert found.article.title == "Learn C"
    assert "cut at #: title; put it in quotes" in found.notes


JEKYLL = """\
layout: post
title: "Robots sort the post"
date: 2024-05-01 10:00:00 +0200
categories: news
tags: [AI, Machine Learning]
description: "A town's trial."
"""


def test_plain_jekyll_post_is_read() -> None:
    found = read(JEKYLL)
    assert found.article == Article(
        id="_news/an-article",
        title="Robots sort the post",
        excerpt="A town's trial.",
        topics=("AI", "Machine Learning", "news"),
        published_at=datetime(2024, 5, 1, 8, tzinfo=UTC),
    )
    assert [note for note in found.notes if note.startswith("fallback")] == [
        "fallback: description", "fallback: tags", "fallback: categories", "fallback: date",
    ]  # fmt: skip
    assert [note for note in found.notes if note.startswith("unknown")] == ["unknown key: layout"]


@pytest.mark.parametrize(
    ("front_matter", "topics"),
    [
        pytest.param("categories: news tech", ("news", "tech"), id="words, as Jekyll splits them"),
        pytest.param("tags: Machine Learning, AI", ("Machine Learning", "AI"), id="with commas"),
        pytest.param("tags:\n- Machine Learning\n- AI\ncategories: [AI]", ("Machine Learning", "AI"), id="lists"),
        pytest.param("topics:\ntags: [AI]", ("AI",), id="the archive's key is empty"),
        pytest.param("topics: [Robots]\ntags: [AI]\ncategories: news", ("Robots",), id="the archive's key is there"),
        pytest.param("tags: []\ncategories: ''", (), id="empty"),
    ],
)
def test_tags_and_categories_serve_as_topics(front_matter: str, topics: tuple[str, ...]) -> None:
    assert titled(front_matter).topics == topics


@pytest.mark.parametrize(
    ("front_matter", "noted"),
    [
        pytest.param("date: 2020-01-01\ndescription: B\nexcerpt: A", set(), id="none"),
        pytest.param("description: B", {"fallback: description"}, id="one"),
        pytest.param("tags: [{a: b}]", {"fallback: tags", "unreadable: tags"}, id="unreadable"),
    ],
)
def test_fallbacks_that_are_read_are_noted(front_matter: str, noted: set[str]) -> None:
    assert notes(front_matter) == noted


def test_own_keys_come_before_fallbacks() -> None:
    found = article(f"{JEKYLL}publishedDateTime: 2023-01-01\nexcerpt: Mine.\ntopics: Robots")
    assert (found.published_at, found.excerpt, found.topics) == (datetime(2023, 1, 1, tzinfo=UTC), "Mine.", ("Robots",))


def test_missing_date_and_provider_are_noted() -> None:
    assert read("title: A").notes == ("undated", "no provider")


def test_text_after_the_front_matter_is_noted() -> None:
    assert "body not indexed" in read_article(b"---\ntitle: A\n---\nBody\n", "a").notes


def test_notes_are_bounded() -> None:
    assert len(read("title: A\n" + "\n".join(f"k{n}: v" for n in range(LIST_LIMIT * 3))).notes) <= LIST_LIMIT + 2


# --- invariants ---------------------------------------------------------------------------------------------


def outcome(content: bytes) -> Reading | ArticleRejected:
    try:
        return read_article(content, "an-article")
    except ArticleRejected as rejected:
        return rejected


def check(found: Article) -> None:
    """Assert what all later stages rely on."""
    for text in (found.title, found.excerpt, *found.topics, *(item.title for item in found.related)):
        assert text == " ".join(text.split())
        assert unicodedata.is_normalized("NFC", text)
        assert not any(unicodedata.category(char) in {"Cc", "Cs"} or char == "\u00ad" for char in text)
    assert found.title
    assert found.published_at is None or found.published_at.utcoffset() == timedelta(0)
    assert found.url is None or found.url.startswith(("http://", "https://"))
    msgspec.json.encode(found)


YAML_BITS = st.sampled_from(
    [
        *"\n\t :-[]{}&*!|>'\"#%@`?,~<\\é\xa0\xad́",
        "\n  ",
        "- ",
        ": ",
        "<<",
        "\\0",
        "&#0;",
        "&amp;",
        "!!int",
        "<b>",
        "http://",
        "null",
        "no",
        "2024-02-3",
        "title",
        "topics",
        "related",
        "publishedDateTime",
    ]
)


@given(st.binary(max_size=200))
@example(b"---\n\n---")
def test_any_bytes_are_read_or_rejected(content: bytes) -> None:
    for whole in (content, b"---\n" + content + b"\n---\n", b"---\ntitle: " + content + b"\n---\n"):
        outcome(whole)


@given(st.lists(YAML_BITS | st.text(max_size=4), max_size=30).map("".join))
@example('"A\\uD83D\\uDE00"')
def test_any_text_is_read_or_rejected(text: str) -> None:
    for front_matter in (text, f"title: {text}", f"title: A\nrelated:\n- title: A\n  {text}"):
        found = outcome(f"---\n{front_matter}\n---\n".encode(errors="replace"))
        if isinstance(found, Reading) and found.article:
            check(found.article)


@given(
    st.lists(YAML_BITS | st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30).map("".join)
)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    text = text.replace("\0", "").replace("\\0", "")
    cleaned = clean(text)
    assert cleaned == " ".join(cleaned.split())
    assert unicodedata.is_normalized("NFC", cleaned)


@given(
    st.sampled_from(
        ["{}", '"{}"', "'{}'", "|\n  {}", "&anchor {}", "[{}]", "{{{}: {}}}", "*{}", "!{} x", "- {}", "%{}"]
    ),
    st.lists(YAML_BITS, max_size=8).map("".join),
    st.sampled_from(["{}", "related:\n- title: A\n  {}", "provider:\n  {}", "x: {{{}}}"]),
)
def test_secured_leaves_no_trace(style: str, around: str, place: str) -> None:
    secured = place.format("secured: " + style.replace("{}", SECRET).replace("{{", "{").replace("}}", "}"))
    for front_matter in (f"title: A\n{secured}\n{around}", f"{around}\n{secured}\ntitle: A"):
        found = outcome(f"---\n{front_matter}\n---\n".encode())
        detail = f"{found.reason} {found.detail}" if isinstance(found, ArticleRejected) else ""
        assert "SECRET" not in f"{found!r} {detail}"
