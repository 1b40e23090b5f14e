"""Fingerprint of everything that decides how an article is read, stored and indexed.

It is a hash of the index of a few probe articles that exercise the rules, so nobody has to raise a version by hand.  A
build rebuilds the whole index if the current snapshot has another fingerprint.
"""

import hashlib
from io import BytesIO
from typing import Final

import numpy as np

from search.analysis.analyzer import FINGERPRINT as ANALYZER_FINGERPRINT
from search.archive.reader import DEPTH_LIMIT, FILE_LIMIT, read_article
from search.arrays import Strings, columns_of, npy
from search.article import Article
from search.errors import ArticleRejected
from search.index.batch_reader import age
from search.index.inverter import invert, stored
from search.index.similar_articles import NO_PAIRS
from search.index.story_clusters import MOST_SIMILAR_TITLES, story_columns
from search.index.token_batch import tokens_of
from search.index.word_counter import count_words

_ARTICLES: Final = (
    """
title: "Robots &amp; <b>drones</b> paint\\u00ad a bri\\u0064ge in Zu\\u0308rich<br>today"
excerpt: "<p>First&nbsp;day.</p><script>x()</script> Q&A: Café, caf&amp;#233; x<y, OpenAI’s GPT-4 \\u202e <!-- no -->"
publishedDateTime: 2024-05-08T10:00:00+02:00
webUrl: " HTTPS://www.Example.com/a b/?utm_source=x&v=1#top "
originalUrl: https://example.com/other
ampWebUrl: https://user@example.com/
cdnAmpWebUrl: https://cdn.example.com/a
type: Video
category: " Long  reads "
quality: 1_000
heat: -5
provider: {name: The <i>Wheel</i>, domain: WWW.Wheel.example}
topics: [AI in Autos, [Energy, AI in Autos], {name: Space}, ""]
images: [{width: 1}, {url: https://example.com/a.jpg, width: 1200, height: -3}]
related:
- {title: Robot &lt;paints&gt;, excerpt: N/A, originalUrl: https://example.com/r, type: audio, quality: 7, images: x}
- {title: Dated, publishedDateTime: yesterday}
- {title: Told, publishedDateTime: 2024-05-02, provider: Quay, images: [https://example.com/r.jpg], webUrl: mailto:x}
- untitled
secured: c2VjcmV0
mood: bright""",
    "title: Robots & drones paint a bridge in Zürich today\npublishedDateTime: 2024-05-01 07:00\nprovider: Quay",
    "title: Robots and drones\nexcerpt: Placeholder.\nwebUrl: http://example.com/a%20b?v=1\npublished: yes\ntype: [a]",
    "title: 1.10\ntopics: Robots and drones\nexcerpt: null\npublishedDateTime: 2024-05-01\nquality: 1.5\nprovider: {}",
    f"title: Long\nexcerpt: a{'.' * 20_000}\npublishedDateTime: 2024-4-1T1:00:00.5-01:30\nheat: hot",
    f"title: Many\ntopics: [{', '.join(map(str, range(101)))}]\nprovider: {'a' * 201}\nheat: 2147483648",
    f"title: Far\nwebUrl: https://example.com/{'a' * 2_050}",
    *(f"title: Night train to Port Selby\nexcerpt: Steam\ndate: 2024-03-{day:02}" for day in (1, 8, 15, 16, 23, 31)),
    "title: Robots paint a bridge overnight\nprovider: Quay\npublishedDateTime: 2024-06-01",
    "title: Robots paint a bridge for night crews\nprovider: Pier\npublishedDateTime: 2024-06-04",
    "title: Drones film while crews paint a night robot\nprovider: Buoy\npublishedDateTime: 2024-06-05",
    "title: One\nexcerpt: Four bold robots build wide stone walls in old Oslo\nprovider: Quay\ndate: 2024-07-01",
    "title: Two\nexcerpt: Four bold robots build tall stone walls in old Oslo\nprovider: Pier\ndate: 2024-07-04",
    "title: Weekly news\npublishedDateTime: 2024-01-01\nwebUrl: https://example.com/weekly/?fbclid=1",
    "title: Weekly news\npublishedDateTime: 2024-01-01\nwebUrl: https://example.com/weekly",
    "title: Withdrawn\npublished: Off",
    "title: Post\ndescription: Plain\ndate: 2024-05-01\ntags: robots, drones\ncategories: news tech",
    "title: C # sharp\u2028\nexcerpt: #MeToo\npublishedDateTime: 2024-05-01T24:00:00Z\nwebUrl: https://a.example/?v=1&amp;w",
    'title: "\\ud83d\\ude80\n-----\nflies"\npublishedDateTime: ""',
)  # fmt: skip
_REJECTED: Final = (
    f"title: {'a' * 1_001}",
    "title: [a]",
    "title: <br>",
    "excerpt: untitled",
    "title: a\npublished: maybe",
    "title: a\npublishedDateTime: 2024-02-30",
    "title: a\npublishedDateTime: [a]",
    "title: a\ntitle: b",
    "title: &a b",
    "<<: {title: a}",
    "title: !!python/none a",
    'title: "a\\0"',
    f"title: a\ntopics: {'[' * DEPTH_LIMIT}{']' * DEPTH_LIMIT}",
    "- title",
    "title: AI: The future",
    "title: #MeToo",
)
_FILES: Final = (
    *(f"---\n{front_matter}\n---\n".encode() for front_matter in (*_ARTICLES, *_REJECTED)),
    b"\n---\ntitle: a\n---\n",
    b"\xef\xbb\xbf---  \r\ntitle: a\r\n...\r\n",
    b"---\ntitle: a\n--- \n---\n",
    b"---\ntitle: a\n",
    b"---\ntitle: \xff\n---\n",
    b"---\ntitle: a\0\n---\n",
    b"title: a",
    b"",
)  # fmt: skip


def indexing_fingerprint() -> str:
    """Hash of the probe articles' stored lines, notes, rejections, columns and word dictionary."""
    readings: list[object] = []
    articles: list[Article] = []
    for number, content in enumerate([*_FILES, bytes(FILE_LIMIT + 1)]):
        try:
            article, notes = read_article(content, f"probe/{number:02}")
        except ArticleRejected as rejected:
            readings.append((rejected.reason, rejected.detail))
        else:
            readings.append(notes)
            articles += [article] if article else []
    articles.sort(key=lambda article: (age(article), article.id))
    tokens, lines = tokens_of(articles), [stored(article) for article in articles]
    segment = invert(articles, tokens, lines, BytesIO(), "stored_file")
    result = hashlib.blake2b(repr((ANALYZER_FINGERPRINT, MOST_SIMILAR_TITLES, readings)).encode(), digest_size=16)
    result.update(b"\n".join(lines))
    columns = segment.columns()
    columns |= story_columns(columns, np.ones(len(articles), bool), NO_PAIRS, articles.__getitem__)
    for name, column in [*columns.items(), *columns_of(count_words(tokens)).items()]:
        if name.startswith("stored_"):
            continue  # where a line is stored depends on the version of zlib
        result.update(name.encode())
        for array in (column.octets, column.starts) if isinstance(column, Strings) else (column,):
            for piece in npy(array):
                result.update(piece)
    return result.hexdigest()
