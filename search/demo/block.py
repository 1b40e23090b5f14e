"""Generates synthetic articles in blocks of 1,000, with one numpy call for each property.

A block depends only on the seed and its number, so an article does not depend on the size of the archive.  The random
generator is numpy's RandomState, because its stream is the same in every version of numpy.
"""

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from itertools import cycle
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from search.demo.oddities import ODDITIES
from search.demo.vocabulary import Numbers, cumulative, draw, vocabulary, word_odds, zipf_odds

BLOCK = 1_000
FIRST_MOMENT, SPAN = np.datetime64("2020-11-01T00:00:00", "s"), 6 * 365 * 86_400  # seconds
PUNCTUATION = "", ",", "."
SECRET = 16 * 34  # maximum number of bytes
TOPICS = (  # noqa: SIM905 - a list would take forty lines
    "AI,Robotics,Cloud,Low Code,Security,Autos,Machine Learning,Chips,Health,Finance,Energy,Space,Mobile,Gaming,"
    "Education,Networks,Storage,Drones,Retail,Climate,Computer Vision,Quantum,Privacy,Batteries,Law,Open Source,"
    "Video,Audio,Wearables,Farming,Logistics,Advertising,Smart Home,Insurance,Genetics,Databases,Browsers,Banking,"
    "Weather,Museums"
).split(",")
PROVIDER_KINDS = ["Bulletin", "Times", "Post", "Wire", "Report", "Herald", "Journal", "Week", "Tribune", "Monitor"]


class DemoProvider(NamedTuple):
    name: str
    domain: str


@cache
def providers() -> Sequence[DemoProvider]:
    """All providers, those with most articles first."""
    return [
        DemoProvider(f"{name.capitalize()} {kind}", f"{name}{kind.lower()}.example")
        for name, kind in zip(vocabulary().names, cycle(PROVIDER_KINDS), strict=False)
    ]


class Block:
    """Articles number × BLOCK to number × BLOCK + BLOCK - 1 of a seed; `index` is an article's index in the block."""

    def __init__(self, seed: int, number: int) -> None:
        rng = np.random.RandomState([seed, number])
        self.first = number * BLOCK
        self._draw_text(rng)
        self._draw_origin(rng)
        self._draw_rest(rng)

    def title(self, index: int) -> str:
        return " ".join(self._tokens[self._starts[index] : self._splits[index]])

    def excerpt(self, index: int) -> str:
        return " ".join(self._tokens[self._splits[index] : self._starts[index + 1]])

    def name(self, index: int) -> str:
        """The file name, unique in the archive."""
        return f"{self.days[index]}-{self._slug(index)}.md"

    def url(self, index: int) -> str:
        day = self.times[index][:10].replace("-", "/")
        return f"https://www.{self.provider(index).domain}/{day}/{self._slug(index)}/"

    def provider(self, index: int) -> DemoProvider:
        return providers()[self._providers[index]]

    def topics(self, index: int) -> Sequence[str]:
        return list(dict.fromkeys(TOPICS[topic] for topic in self._topics[index][: self._topic_counts[index]]))

    def secret(self, index: int) -> str:
        """Random bytes in the format of the encrypted full text."""
        start, end = index * SECRET, index * SECRET + self._secret_sizes[index]
        return ";".join(
            b64encode(part).decode() for part in (self._secrets[start : end - 16], self._secrets[end - 16 : end])
        )

    def _slug(self, index: int) -> str:
        return "-".join([*self.title(index).lower().split()[:6], str(self.first + index)])

    def _draw_text(self, rng: np.random.RandomState) -> None:
        """All titles and excerpts as one token list: a title begins at `starts`, its excerpt at `splits`."""
        titles = np.clip(np.rint(rng.normal(10, 2, BLOCK)), 5, 16).astype(np.int64)
        excerpts = np.clip(np.rint(rng.normal(37, 8, BLOCK)), 12, 55).astype(np.int64)
        ends = np.cumsum(titles + excerpts)
        starts, splits = ends - excerpts - titles, ends - excerpts
        words = draw(rng, word_odds(), int(ends[-1]))
        for _ in range(2):  # an excerpt repeats words of its title
            words[_random_positions(rng, splits, ends)] = words[_random_positions(rng, starts, splits)]
        phrased = _random_positions(rng, splits, ends - 1)[rng.random_sample(BLOCK) < 0.4]
        phrases = vocabulary().phrases
        words[phrased], words[phrased + 1] = phrases[draw(rng, zipf_odds(len(phrases)), len(phrased))].T
        self._tokens: list[str] = _spellings()[_sentences(rng, words, starts, splits)].tolist()
        self._starts, self._splits = [*starts.tolist(), int(ends[-1])], splits.tolist()

    def _draw_origin(self, rng: np.random.RandomState) -> None:
        """Date, provider and topics.  6% of the file names have the next day, as from another time zone."""
        times = FIRST_MOMENT + rng.randint(0, SPAN, BLOCK).astype("timedelta64[s]")
        late = (rng.random_sample(BLOCK) < 0.06).astype("timedelta64[D]")
        self.times: list[str] = np.datetime_as_string(times, unit="s").tolist()
        self.days: list[str] = np.datetime_as_string(times.astype("datetime64[D]") + late).tolist()
        self._providers: list[int] = draw(rng, zipf_odds(len(providers())), BLOCK).tolist()
        self._topics = draw(rng, zipf_odds(len(TOPICS)), 3 * BLOCK).reshape(BLOCK, 3).tolist()
        self._topic_counts = (1 + draw(rng, cumulative(np.array([6.0, 3.0, 1.0])), BLOCK)).tolist()

    def _draw_rest(self, rng: np.random.RandomState) -> None:
        """Ratings, optional parts, the oddity (-1: none) and the secret."""
        quality = np.clip(rng.normal(80, 30, BLOCK), 0, 189).astype(np.int64)
        self.quality, self.heat = quality.tolist(), (quality + rng.randint(0, 30, BLOCK)).tolist()
        chances = rng.random_sample((4, BLOCK)) < np.array([[0.96], [0.92], [0.1], [0.03]])
        self.published, self.has_image, self.has_amp, self.has_related = chances.tolist()
        self.odd = np.where(rng.random_sample(BLOCK) < 0.01, rng.randint(0, len(ODDITIES), BLOCK), -1).tolist()
        self._secret_sizes = (16 * rng.randint(10, SECRET // 16, BLOCK)).tolist()
        self._secrets = rng.bytes(BLOCK * SECRET)


def _random_positions(rng: np.random.RandomState, starts: Numbers, ends: Numbers) -> Numbers:
    """A random position in each range."""
    return np.asarray(starts + rng.random_sample(len(starts)) * (ends - starts), dtype=np.int64)


def _sentences(rng: np.random.RandomState, words: Numbers, starts: Numbers, splits: Numbers) -> Numbers:
    """Indexes into `_spellings`, with capitals, commas and full stops; a title has only its first capital."""
    edges = np.zeros(len(words), dtype=np.int64)
    edges[starts], edges[splits] = 1, -1
    punctuation = np.searchsorted([0.88, 0.94], rng.random_sample(len(words)))
    punctuation[np.cumsum(edges) > 0] = 0
    punctuation[starts - 1] = 2  # the last word of every excerpt; for the first article, index -1: that of the block
    capital = np.roll(punctuation == 2, 1)
    capital[splits] = True
    return np.asarray(words + len(vocabulary().words) * (punctuation + len(PUNCTUATION) * capital))


@cache
def _spellings() -> npt.NDArray[np.object_]:
    """Each word plain, with a comma, with a full stop; then the same with a capital."""
    plain = [word + sign for sign in PUNCTUATION for word in vocabulary().words]
    return np.array([*plain, *(word.capitalize() for word in plain)], dtype=object)
