"""The lists of suggestions.yaml fit the bundled archive, and the measures tell right from wrong."""

from collections.abc import Iterator, Sequence

import pytest

from search import Completion, Settings
from search.article import Article
from tests.eval.archive import Archive
from tests.eval.completions import completion_shares, texts_of
from tests.eval.engines import Index
from tests.eval.suggestions import suggestion_sets
from tests.eval.thresholds import ARCHIVE

ARTICLES = [Article("1", "Elon Musk sells cars", "Yesterday Elon Musk sold cars.")]
OWN = suggestion_sets()["The bundled archive"]


@pytest.fixture(scope="module")
def archive() -> Archive:
    return Archive(ARCHIVE)


@pytest.fixture(scope="module")
def index() -> Iterator[Index]:
    with Index(ARCHIVE) as index:
        yield index


def test_the_archive_has_what_is_meant_and_lacks_the_absent_names(index: Index, archive: Archive) -> None:
    engine = index.opened(Settings(), typo=False, match="all")
    assert [meant for meant in OWN.mistakes.values() if not engine.best(meant)] == []
    assert [name for name in OWN.absent if engine.best(name)] == []
    texts = " ".join(text for article in archive.articles for text in texts_of(article))
    assert [name for name in OWN.names if name not in texts] == []


@pytest.mark.parametrize(
    ("offered", "kind", "right"),
    [
        pytest.param(["Elon Musk"], "phrases that occur in a row", True, id="in a row"),
        pytest.param(["elon cars"], "phrases that occur in a row", False, id="not in a row"),
        pytest.param(["sells elon"], "phrases that end in no name", False, id="within a name"),
        pytest.param(["Elon Musk", "elon-musk"], "lists with one spelling of each", False, id="two spellings"),
        pytest.param(["Elon Musk"], "names with their capitals", True, id="capitals"),
        pytest.param(["elon musk"], "names with their capitals", False, id="no capitals"),
    ],
)
def test_shares(offered: list[str], kind: str, right: bool) -> None:
    def complete(text: str, limit: int) -> Sequence[Completion]:
        return [Completion(each, 1, "phrase") for each in offered]

    share = completion_shares(complete, ARTICLES, ["Elon Musk"], seed=1, most=10)[kind]
    assert (share.right == share.cases > 0) is right


def test_a_completion_that_vanishes_is_not_kept() -> None:
    def complete(text: str, limit: int) -> Sequence[Completion]:
        return [] if text == "elon mu" else [Completion("Elon Musk", 1, "phrase")]

    share = completion_shares(complete, ARTICLES, [], seed=1, most=10)["completions kept while they are typed"]
    assert share.right < share.cases
