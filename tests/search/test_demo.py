"""Synthetic archives: reproducible bytes, the format of real files, the word frequencies of real text."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
import tantivy
from whoosh.lang.porter import stem as porter
from whoosh.lang.snowball.english import EnglishStemmer

from search.archive.reader import read_article
from search.article import Article
from search.demo import rewrite_articles, write_archive
from search.demo.block import BLOCK, PROVIDER_KINDS, TOPICS
from search.demo.vocabulary import vocabulary
from search.errors import ArticleSearchError

COUNT = 3_000


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("archive")
    write_archive(directory, COUNT)
    return directory


@pytest.fixture(scope="module")
def articles(archive: Path) -> list[Article]:
    """The published articles, including irregular ones."""
    readings = (read_article(path.read_bytes(), path.stem) for path in files(archive))
    return [reading.article for reading in readings if reading.article is not None]


def files(directory: Path) -> list[Path]:
    return sorted((directory / "_news").iterdir())


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in files(directory)}


def words(article: Article) -> list[str]:
    return re.findall("[a-z]+", f"{article.title} {article.excerpt}".lower())


def stemmed(words: Iterable[str]) -> set[str]:
    """Words without the plural s, as every stemmer gives them for this vocabulary."""
    return {word.removesuffix("s") for word in words}


# Reproducibility


def test_the_same_seed_writes_the_same_bytes(archive: Path, tmp_path: Path) -> None:
    write_archive(tmp_path, COUNT)
    assert contents(tmp_path) == contents(archive)


def test_another_seed_writes_another_archive(archive: Path, tmp_path: Path) -> None:
    write_archive(tmp_path, 100, seed=1)
    assert not contents(tmp_path).items() & contents(archive).items()


@pytest.mark.parametrize("count", [1, 100, BLOCK, BLOCK + 1])
def test_smaller_archive_is_part_of_a_larger_one(archive: Path, tmp_path: Path, count: int) -> None:
    write_archive(tmp_path, count)
    assert len(files(tmp_path)) == count
    assert contents(tmp_path).items() <= contents(archive).items()


# The directory


def test_progress_ends_at_the_count(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    write_archive(tmp_path, BLOCK + 1, progress=lambda done, total: steps.append((done, total)))
    assert steps == [(BLOCK, BLOCK + 1), (BLOCK + 1, BLOCK + 1)]


def test_directory_is_created(tmp_path: Path) -> None:
    write_archive(tmp_path / "a" / "b", 1)
    assert len(files(tmp_path / "a" / "b")) == 1


def test_earlier_synthetic_archive_is_replaced(tmp_path: Path) -> None:
    write_archive(tmp_path, 10)
    write_archive(tmp_path, 5, seed=1)
    assert len(files(tmp_path)) == 5


def test_directory_with_other_files_is_refused_and_unchanged(tmp_path: Path) -> None:
    (tmp_path / "_news").mkdir()
    (tmp_path / "_news" / "2024-01-01-mine.md").write_text("mine")
    with pytest.raises(ArticleSearchError, match="not a synthetic archive"):
        write_archive(tmp_path, 1)
    assert contents(tmp_path) == {"2024-01-01-mine.md": b"mine"}


def test_file_instead_of_a_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("mine")
    with pytest.raises(ArticleSearchError, match="not a synthetic archive"):
        write_archive(tmp_path / "archive", 1)


@pytest.mark.parametrize(("count", "seed"), [(0, 0), (-1, 0), (1, -1), (1, 2**32)])
def test_invalid_counts_and_seeds_are_refused(tmp_path: Path, count: int, seed: int) -> None:
    with pytest.raises(ArticleSearchError):
        write_archive(tmp_path, count, seed)
    assert not list(tmp_path.iterdir())


# Rewriting articles


def test_rewriting_changes_only_the_given_articles(tmp_path: Path) -> None:
    write_archive(tmp_path, BLOCK + 10)
    before = contents(tmp_path)
    rewritten = rewrite_articles(tmp_path, [BLOCK + 3, 5, 5], seed=1)
    after = contents(tmp_path)
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} == {path.name for path in rewritten}
    assert len(rewritten) == 2


def test_original_seed_restores_articles(tmp_path: Path) -> None:
    write_archive(tmp_path, 10, seed=4)
    before = contents(tmp_path)
    rewrite_articles(tmp_path, range(10), seed=5)
    rewrite_articles(tmp_path, range(10), seed=4)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("number", [-1, 10])
def test_article_out_of_range_cannot_be_rewritten(tmp_path: Path, number: int) -> None:
    write_archive(tmp_path, 10)
    with pytest.raises(ArticleSearchError, match="choose 0 to 9"):
        rewrite_articles(tmp_path, [number], seed=1)


# The format


def test_every_file_can_be_read(archive: Path, articles: list[Article]) -> None:
    unpublished = sum(b"\npublished: false\n" in content for content in contents(archive).values())
    assert len(articles) == COUNT - unpublished


def test_one_article_in_twenty_five_is_unpublished(articles: list[Article]) -> None:
    assert 0.03 < 1 - len(articles) / COUNT < 0.05


def test_file_sizes_are_those_of_real_archives(archive: Path) -> None:
    sizes = sorted(map(len, contents(archive).values()))
    assert 1_200 < sizes[COUNT // 2] < 1_700


def test_about_one_article_in_a_hundred_is_odd(articles: list[Article]) -> None:
    odd = [a for a in articles if None in (a.heat, a.provider, a.published_at) or not (a.topics and a.excerpt)]
    assert 5 < len(odd) < 40


def test_articles_are_spread_over_six_years(articles: list[Article]) -> None:
    years = Counter(article.published_at.year for article in articles if article.published_at)
    assert sorted(years) == list(range(2020, 2027))
    assert min(years[year] for year in range(2021, 2026)) > COUNT / 6 * 0.8


def test_articles_have_one_to_three_topics_of_uneven_frequency(articles: list[Article]) -> None:
    topics = Counter(topic for article in articles for topic in article.topics)
    assert {len(article.topics) for article in articles if article.topics} == {1, 2, 3}
    assert len(topics) == 40
    assert topics["AI"] > 20 * topics["Museums"]


def test_largest_of_many_providers_has_an_eighth_of_the_articles(articles: list[Article]) -> None:
    providers = Counter(article.provider.name for article in articles if article.provider)
    assert len(providers) > 500
    assert 0.09 < providers.most_common(1)[0][1] / len(articles) < 0.16


# The words


def test_text_lengths_are_those_of_real_archives(articles: list[Article]) -> None:
    titles = sum(len(article.title.split()) for article in articles) / len(articles)
    excerpts = sum(len(article.excerpt.split()) for article in articles) / len(articles)
    assert 9 < titles < 11
    assert 35 < excerpts < 39


def test_texts_are_sentences_of_plain_words(articles: list[Article]) -> None:
    sentence = r"[A-Z][a-z]*(,? [a-z]+)*\."
    plain = sum(bool(re.fullmatch(rf"{sentence}( {sentence})*", article.excerpt)) for article in articles)
    assert plain > 0.99 * len(articles)


@pytest.mark.parametrize(
    ("rank", "least", "most"), [(0, 0.66, 0.82), (7, 0.36, 0.52), (80, 0.05, 0.11), (1_000, 0.002, 0.009)]
)
def test_word_frequencies_are_those_of_real_text(articles: list[Article], rank: int, least: float, most: float) -> None:
    frequencies = Counter(word for article in articles for word in stemmed(words(article)))
    assert least < frequencies.most_common()[rank][1] / len(articles) < most


def test_vocabulary_grows_with_the_archive(articles: list[Article]) -> None:
    seen = [len({word for article in articles[:count] for word in words(article)}) for count in (1_000, 2_000)]
    assert seen[1] > 1.2 * seen[0]


def test_phrases_recur(articles: list[Article]) -> None:
    first, second = (vocabulary().words[i] for i in vocabulary().phrases[2])
    count = sum(f" {first} {second} " in f" {' '.join(words(article))} " for article in articles)
    assert 0.01 < count / len(articles) < 0.04


# Stemming


def test_all_words_are_distinct() -> None:
    every = [*vocabulary().words, *vocabulary().names]
    assert len(set(every)) == len(every)


@pytest.mark.parametrize("stemmer", ["porter", "snowball", "tantivy"])
def test_stemmers_remove_only_the_plural(stemmer: str) -> None:
    every = [*vocabulary().words, *vocabulary().names]
    assert stems(stemmer, every) == [word.removesuffix("s") for word in every]


def test_stemmers_agree_on_topics_and_providers() -> None:
    names = [word.lower() for name in (*TOPICS, *PROVIDER_KINDS) for word in name.split()]
    assert stems("porter", names) == stems("snowball", names) == stems("tantivy", names)


def stems(stemmer: str, words: list[str]) -> list[str]:
    if stemmer == "tantivy":
        english = tantivy.Filter.stemmer("english")
        return list(
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).filter(english).build().analyze(" ".join(words))
        )
    return [porter(word) if stemmer == "porter" else EnglishStemmer().stem(word) for word in words]
