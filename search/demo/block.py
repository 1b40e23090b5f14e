"""Synthetic articles in blocks of a thousand: everything in a block is drawn at once with numpy.

A block depends on its seed and number alone, so article 4,711 is the same article however large the archive around it.
The generator is numpy's RandomState, whose stream is frozen for good: the same seed gives the same bytes in ten years.
"""

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from search.demo.oddities import ODDITIES
from search.demo.vocabulary import cumulative, drawn, vocabulary, word_odds, zipf_odds

BLOCK = 1_000
FIRST_MOMENT, SPAN = np.datetime64("2020-11-01T00:00:00", "s"), 6 * 365 * 86_400  # seconds
MARKS = "", ",", "."
SECRET = 16 * 34  # bytes, at most
TOPICS = (  # noqa: SIM905 - a list would take forty lines
    "AI,Robotics,Cloud,Low Code,Security,Autos,Machine Learning,Chips,Health,Finance,Energy,Space,Mobile,Gaming,"
    "Education,Networks,Storage,Drones,Retail,Climate,Computer Vision,Quantum,Privacy,Batteries,Law,Open Source,"
    "Video,Audio,Wearables,Farming,Logistics,Advertising,Smart Home,Insurance,Genetics,Databases,Browsers,Banking,"
    "Weather,Museums"
).split(",")
PAPERS = ["Bulletin", "Times", "Post", "Wire", "Report", "Herald", "Journal", "Week", "Tribune", "Monitor"]

Numbers = npt.NDArray[np.int64]


class Paper(NamedTuple):
    """A provider."""

    name: str
    domain: str


@cache
def papers() -> Sequence[Paper]:
    """All providers, the busiest first."""
    kinds = [PAPERS[i % len(PAPERS)] for i in range(len(vocabulary().names))]
    return [
        Paper(f"{name.capitalize()} {kind}", f"{name}{kind.lower()}.example")
        for name, kind in zip(vocabulary().names, kinds, strict=True)
    ]


class Block:
    """Articles number × BLOCK to number × BLOCK + BLOCK - 1 of the archive with this seed; `place` counts within it."""

    def __init__(self, seed: int, number: int) -> None:
        rng = np.random.RandomState([seed, number])
        self.first = number * BLOCK
        self._draw_text(rng)
        self._draw_origin(rng)
        self._draw_rest(rng)

    def title(self, place: int) -> str:
        """Plain words, the first with a capital."""
        return " ".join(self._tokens[self._starts[place] : self._splits[place]])

    def excerpt(self, place: int) -> str:
        """Sentences."""
        return " ".join(self._tokens[self._splits[place] : self._starts[place + 1]])

    def name(self, place: int) -> str:
        """File name, unique within the archive."""
        return f"{self.days[place]}-{self._slug(place)}.md"

    def url(self, place: int) -> str:
        """Where the provider has the article."""
        day = self.times[place][:10].replace("-", "/")
        return f"https://www.{self.paper(place).domain}/{day}/{self._slug(place)}/"

    def paper(self, place: int) -> Paper:
        """Who published the article."""
        return papers()[self._papers[place]]

    def topics(self, place: int) -> Sequence[str]:
        """One to three different topics."""
        return list(dict.fromkeys(TOPICS[topic] for topic in self._topics[place][: self._topic_counts[place]]))

    def secret(self, place: int) -> str:
        """Random bytes, as the encrypted full text looks to whoever has no key."""
        start, end = place * SECRET, place * SECRET + self._secret_sizes[place]
        return (
            f"{b64encode(self._secrets[start : end - 16]).decode()};{b64encode(self._secrets[end - 16 : end]).decode()}"
        )

    def _slug(self, place: int) -> str:
        return "-".join([*self.title(place).lower().split()[:6], str(self.first + place)])

    def _draw_text(self, rng: np.random.RandomState) -> None:
        """All titles and excerpts as one run of tokens: title `starts`, excerpt from `splits` to the next start."""
        titles = np.clip(np.rint(rng.normal(10, 2, BLOCK)), 5, 16).astype(np.int64)
        excerpts = np.clip(np.rint(rng.normal(37, 8, BLOCK)), 12, 55).astype(np.int64)
        ends = np.cumsum(titles + excerpts)
        starts, splits = ends - excerpts - titles, ends - excerpts
        words = drawn(rng, word_odds(), int(ends[-1]))
        for _ in range(2):  # an excerpt takes up words of its title
            words[_somewhere(rng, splits, ends)] = words[_somewhere(rng, starts, splits)]
        phrased = _somewhere(rng, splits, ends - 1)[rng.random_sample(BLOCK) < 0.4]
        phrases = vocabulary().phrases
        words[phrased], words[phrased + 1] = phrases[drawn(rng, zipf_odds(len(phrases)), len(phrased))].T
        self._tokens: list[str] = _spellings()[_sentences(rng, words, starts, splits)].tolist()
        self._starts, self._splits = [*starts.tolist(), int(ends[-1])], splits.tolist()

    def _draw_origin(self, rng: np.random.RandomState) -> None:
        """When and by whom; the day of the file name is the next day's now and then, as time zones have it."""
        times = FIRST_MOMENT + rng.randint(0, SPAN, BLOCK).astype("timedelta64[s]")
        late = (rng.random_sample(BLOCK) < 0.06).astype("timedelta64[D]")
        self.times: list[str] = np.datetime_as_string(times, unit="s").tolist()
        self.days: list[str] = np.datetime_as_string(times.astype("datetime64[D]") + late).tolist()
        self._papers: list[int] = drawn(rng, zipf_odds(len(papers())), BLOCK).tolist()
        self._topics = drawn(rng, zipf_odds(len(TOPICS)), 3 * BLOCK).reshape(BLOCK, 3).tolist()
        self._topic_counts = (1 + drawn(rng, cumulative(np.array([6.0, 3.0, 1.0])), BLOCK)).tolist()

    def _draw_rest(self, rng: np.random.RandomState) -> None:
        """Ratings, which of the optional parts there are, which article is odd (-1: it is not), the secret."""
        quality = np.clip(rng.normal(80, 30, BLOCK), 0, 189).astype(np.int64)
        self.quality, self.heat = quality.tolist(), (quality + rng.randint(0, 30, BLOCK)).tolist()
        chances = rng.random_sample((4, BLOCK)) < np.array([[0.96], [0.92], [0.1], [0.03]])
        self.published, self.has_image, self.has_amp, self.has_related = chances.tolist()
        self.odd = np.where(rng.random_sample(BLOCK) < 0.01, rng.randint(0, len(ODDITIES), BLOCK), -1).tolist()
        self._secret_sizes = (16 * rng.randint(10, SECRET // 16, BLOCK)).tolist()
        self._secrets = rng.bytes(BLOCK * SECRET)


def _somewhere(rng: np.random.RandomState, starts: Numbers, ends: Numbers) -> Numbers:
    """One position within each range."""
    return np.asarray(starts + rng.random_sample(len(starts)) * (ends - starts), dtype=np.int64)


def _sentences(rng: np.random.RandomState, words: Numbers, starts: Numbers, splits: Numbers) -> Numbers:
    """Words as positions in `_spellings`: with capitals, commas and full stops; a title has but its first capital."""
    edges = np.zeros(len(words), dtype=np.int64)
    edges[starts], edges[splits] = 1, -1
    marks = np.searchsorted([0.88, 0.94], rng.random_sample(len(words)))
    marks[np.cumsum(edges) > 0] = 0
    marks[starts - 1] = 2  # the last word of every excerpt: for the first article that is word -1, the block's last
    capital = np.roll(marks == 2, 1)
    capital[splits] = True
    return np.asarray(words + len(vocabulary().words) * (marks + len(MARKS) * capital))


@cache
def _spellings() -> npt.NDArray[np.object_]:
    """Each word bare, with a comma, with a full stop; then all of these with a capital."""
    bare = [word + mark for mark in MARKS for word in vocabulary().words]
    return np.array([*bare, *(word.capitalize() for word in bare)], dtype=object)
