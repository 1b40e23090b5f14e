"""Generated articles, queries and requests of a few words, names and times, so that many match each other."""

from datetime import UTC, date, datetime
from typing import TypeVar

from hypothesis import strategies as st

from search.analysis.analyzer import terms, tokens
from search.archive.cleaning import is_placeholder
from search.article import Article, Image, Provider, Related
from search.query.nodes import And, Everything, Leaf, Node, Not, Nothing, Or, Phrase, Prefix, Synonyms, Term, Word
from search.request import FACETS, SearchRequest
from search.schema import TEXT_FIELDS

T = TypeVar("T")


def weighted(*choices: tuple[int, st.SearchStrategy[T]]) -> st.SearchStrategy[T]:
    """One of several strategies, chosen by weight; `|` weighs all equally."""
    kinds = [strategy for weight, strategy in choices for _ in range(weight)]
    return st.sampled_from(range(len(kinds))).flatmap(kinds.__getitem__)


def seldom(strategy: st.SearchStrategy[T], otherwise: T) -> st.SearchStrategy[T]:
    """Mostly `otherwise`: a request with every filter would rarely match."""
    return weighted((9, st.just(otherwise)), (1, strategy))


# -- words -------------------------------------------------------------------------------------------------------------

COMMON = ("robot", "robots", "car", "cars", "the", "battery")
"""Frequent words make phrases and conjunctions match; several share a stem."""
RARE = (
    "Robotics", "batteries", "of", "portal", "portals", "charging", "charged", "model-driven", "AI", "A.I.", "C++",
    ".NET", "R&D", "AT&T", "don’t", "don't", "O’Neil", "naïve", "naive", "Zürich", "STRASSE", "Straße", "3.5", "2024",
    "10,000", "GPT-4", "robot-s", "self-driving", "car-car", "robot.car",
    "l’hôpital", "hôpital", "L'Oréal", "loreal", "Google'ın", "Google", "she'll", "shell", "16GB", "gb", "65W", "w",
    "16", "H100s", "F-35s", "F-35", "100 000", "100000", "100.000", "1,00,000", "J. R. R.", "JRR", "j", "r",
    "robot-car-battery", "the_robot_car", "robot%20car",
    "人工知能", "ロボット", "робот", "🤖", "e-mail", "email", "_x_", "robo", "ro", "x", "NOT", "and", "OR",
)  # fmt: skip
GLUE = (" ", " ", " ", ", ", ". ", " — ", ": ", " / ", " “", "” ", " (", ") ", " \\ ", "\t", " # ", " - ")

words = weighted((5, st.sampled_from(COMMON)), (1, st.sampled_from(RARE)))


@st.composite
def texts(draw: st.DrawFn, min_words: int = 0, max_words: int = 8) -> str:
    """A few words with separators, cleaned as the archive reader cleans texts."""
    size = draw(st.integers(min_words, max_words))
    chosen = draw(st.lists(words, min_size=size, max_size=size))
    joined = "".join(word + draw(st.sampled_from(GLUE)) for word in chosen)
    return " ".join(joined.split())


excerpts = texts(max_words=12).map(lambda text: "" if is_placeholder(text) else text)


SYNONYMS = """
same:
  - [robot, car-car, 人工知能]
  - [AI, battery robot]
  - [self-driving, the car, C++]
also:
  portal: [robots car, e-mail]
  car: [R&D, GPT-4]
"""
"""A synonyms file, mostly of frequent words."""

# -- articles ----------------------------------------------------------------------------------------------------------

TOPICS = ("AI", "AI in Autos", "ai", "Robots", "R&D", "Robots, Cars", "car", "Zürich")
PROVIDERS = (
    Provider("Electric Car", "car.example"), Provider("Electric Car", "cars.example"), Provider("electric car"),
    Provider("Robots"), Provider("AT&T", "www.att.example"), Provider("C++"), Provider("Zürich AI", "zürich.example"),
)  # fmt: skip
MOMENTS = (
    datetime(2024, 1, 1, tzinfo=UTC),
    datetime(2024, 1, 1, 12, 30, tzinfo=UTC),
    datetime(2024, 1, 1, 23, 59, 59, tzinfo=UTC),
    datetime(2024, 1, 2, tzinfo=UTC),
    datetime(2024, 2, 29, 6, 7, 8, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 0, tzinfo=UTC),
    datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
)
TYPES = ("article", "article", "video")

URLS = (
    "https://news.example/a", "https://news.example/a?v=1&w=2", "http://news.example/b#c", "https://WWW.Car.example:80/",
)  # fmt: skip
urls = st.sampled_from(URLS)
images = st.builds(Image, url=urls, width=st.sampled_from((0, 640)), height=st.sampled_from((0, 480)))
related = st.builds(
    Related, title=texts(min_words=1), excerpt=excerpts, url=st.none() | urls,
    provider=st.none() | st.sampled_from(PROVIDERS),
    published_at=st.none() | st.sampled_from(MOMENTS), type=st.none() | st.sampled_from(TYPES),
    quality=st.none() | st.integers(0, 200),
)  # fmt: skip

ids = st.builds(
    "{}/{}".format, st.sampled_from(("_news", "_news/old", "b")), st.sampled_from("abcdefghijklmnopqrstuvwxyzé")
)

articles = st.builds(
    Article,
    id=ids,
    title=texts(min_words=1),
    excerpt=excerpts,
    topics=st.lists(st.sampled_from(TOPICS), max_size=4, unique=True).map(tuple),
    provider=st.none() | st.sampled_from(PROVIDERS),
    url=st.none() | urls,
    amp_url=st.none() | urls,
    image=st.none() | images,
    published_at=st.none() | st.sampled_from(MOMENTS),
    type=st.sampled_from(TYPES),
    category=st.none() | st.sampled_from(("news", "long reads")),
    heat=st.none() | st.integers(-1, 3) | st.just(189),
    quality=st.none() | st.integers(0, 200),
    related=st.lists(related, max_size=1).map(tuple),
)


def archives(max_size: int = 24) -> st.SearchStrategy[list[Article]]:
    """Articles with distinct ids.  The size is drawn first, because hypothesis prefers short lists."""
    sizes = st.sampled_from((max_size, max_size // 2, 9, 6, 2))
    return sizes.flatmap(lambda size: st.lists(articles, min_size=size, max_size=size, unique_by=lambda a: a.id))


# -- queries as trees --------------------------------------------------------------------------------------------------

fields = st.none() | st.sampled_from(TEXT_FIELDS)
term_texts = words.flatmap(lambda word: st.sampled_from([text for text, _ in terms(word)] or ["nowhere"]))


@st.composite
def phrases(draw: st.DrawFn) -> Phrase:
    """Mostly words that are adjacent in some article, at the offsets of the analyzer."""
    found = terms(draw(texts(min_words=2, max_words=3))) or [("nowhere", 0)]
    return Phrase(tuple(text for text, _ in found), tuple(at - found[0][1] for _, at in found), draw(fields))


def _branches(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(children, min_size=1, max_size=3).map(tuple)
    with_synonyms = st.builds(Synonyms, children, st.lists(synonyms, min_size=1, max_size=2).map(tuple))
    return st.builds(And, several) | st.builds(Or, several) | st.builds(Not, children) | with_synonyms


@st.composite
def query_words(draw: st.DrawFn) -> Word:
    """A plain word, sometimes with a synonym."""
    found = tokens(draw(words)) or tokens("nowhere")
    token, field = draw(st.sampled_from(found)), draw(seldom(fields, None))
    term = Term(token.term, field)
    synonyms = st.builds(Term, term_texts, fields).map(lambda synonym: (synonym,))
    with_synonyms: st.SearchStrategy[Node] = st.builds(Synonyms, st.just(term), synonyms)
    return Word(token.form, draw(seldom(with_synonyms, term)), token.form, field)


leaves: st.SearchStrategy[Node] = (
    st.builds(Term, term_texts, fields)
    | query_words()
    | query_words()
    | phrases()
    | st.builds(Prefix, st.sampled_from(("ro", "robo", "ca", "ba", "ai", "zz")), fields)
    | st.sampled_from((Everything(), Nothing()))
)
synonyms: st.SearchStrategy[Leaf] = st.builds(Term, term_texts, fields) | phrases()
trees: st.SearchStrategy[Node] = st.recursive(leaves, _branches, max_leaves=6)

# -- queries as texts --------------------------------------------------------------------------------------------------

scopes = st.sampled_from(("", "", "", "", "title:", "excerpt:", "topic:", "provider:", "nowhere:"))
quoted = texts(min_words=1, max_words=3).flatmap(lambda text: st.sampled_from((f'"{text}"', f"“{text}”")))
pairs = st.builds('"{} {}"'.format, st.sampled_from(COMMON), st.sampled_from(COMMON))
prefixes = st.sampled_from(("ro*", "robo*", "ca*", "bat*", "a*", "*", "z*z", "Zü*"))
atoms = st.builds("{}{}".format, scopes, weighted((4, words), (2, pairs), (1, quoted), (1, prefixes)))
joins = st.sampled_from((" ", " ", " AND ", " OR ", " OR ", " NOT ", " -", " OR NOT ", " AND -"))


def _compounds(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    joined = st.builds("{}{}{}".format, children, joins, children)
    negated = st.builds("{}{}".format, st.sampled_from(("-", "NOT ")), children)
    return weighted((4, joined), (1, children.map("({})".format)), (1, negated))


well_formed = st.recursive(atoms, _compounds, max_leaves=4)
odd = st.text(
    st.sampled_from("ab \"“”()-*:~^[]{}!&|\\/.,'’+人é🤖\t") | st.characters(exclude_categories=("Cs", "Cc")),
    max_size=30,
)
query_texts = weighted((2, atoms), (4, well_formed), (1, texts(max_words=3)), (1, odd)).map(lambda text: text[:500])

# -- requests ----------------------------------------------------------------------------------------------------------

topic_choices = st.lists(st.sampled_from((*TOPICS, "Nowhere")), max_size=2).map(tuple)
provider_choices = st.lists(st.sampled_from((*(p.name for p in PROVIDERS), "Nowhere")), max_size=2).map(tuple)
type_choices = st.lists(st.sampled_from(("article", "video", "podcast")), max_size=2).map(tuple)
year_choices = st.lists(st.sampled_from(("2024", "1969", "2038", "1800")), max_size=2).map(tuple)
domain_choices = st.lists(st.sampled_from(("news.example", "car.example", "att.example", "a.example")), max_size=2)
category_choices = st.lists(st.sampled_from(("news", "long reads", "none")), max_size=2).map(tuple)
id_choices = st.lists(ids | st.just("nowhere"), max_size=20).map(tuple)
url_choices = st.lists(st.sampled_from((*URLS, "https://news.example/A")), max_size=2).map(tuple)
bounds = st.sampled_from(
    (
        *MOMENTS,
        date(2024, 1, 1),
        date(2024, 1, 2),
        date(1969, 12, 31),
        datetime(2024, 1, 1, 23, 59, 59, 500_000, tzinfo=UTC),
    )
)


@st.composite
def requests(draw: st.DrawFn, q: st.SearchStrategy[str] = query_texts) -> SearchRequest:
    """Any valid request; dates that are no valid range are left out."""
    since, until = draw(seldom(bounds, None)), draw(seldom(bounds, None))
    parameters: dict[str, object] = {
        "q": draw(q),
        "topic": draw(seldom(topic_choices, ())),
        "provider": draw(seldom(provider_choices, ())),
        "not_topic": draw(seldom(topic_choices, ())),
        "not_provider": draw(seldom(provider_choices, ())),
        "topic_op": draw(st.sampled_from(("any", "all"))),
        "type": draw(seldom(type_choices, ())),
        "not_type": draw(seldom(type_choices, ())),
        "year": draw(seldom(year_choices, ())),
        "not_year": draw(seldom(year_choices, ())),
        "domain": draw(seldom(domain_choices, [])),
        "not_domain": draw(seldom(domain_choices, [])),
        "category": draw(seldom(category_choices, ())),
        "not_category": draw(seldom(category_choices, ())),
        "id": draw(seldom(id_choices, ())),
        "url": draw(seldom(url_choices, ())),
        "facets": draw(st.lists(st.sampled_from(FACETS), unique=True).map(tuple)),
        "sort": draw(st.sampled_from((None, None, None, "relevance", "newest", "oldest", "heat"))),
        "match": draw(st.sampled_from(("most", "most", "all"))),
        "typo": draw(st.booleans()),
        "page": draw(seldom(st.sampled_from((2, 3, 100)), 1)),
        "per_page": draw(st.sampled_from((100, 20, 20, 3, 1, 0))),
        "facet_size": draw(st.sampled_from((20, 20, 3, 1, 0))),
        "timeline": draw(st.sampled_from(("none", "auto", "day", "week", "month", "year"))),
        "fields": ("id",),
    }
    if since is None or until is None or SearchRequest(to=until).until > SearchRequest(from_=since).since:  # type: ignore[operator]
        parameters |= {"from": since, "to": until}
    return SearchRequest.model_validate(parameters)
