"""Random requests in the form of WSGI, for every route of an application: the same request for the same random numbers.

Half of the values are texts of the query syntax, the others are odd: raw bytes, broken percent-encodings, huge numbers,
control characters, text of other scripts, and markup."""

from collections.abc import Callable, Iterable
from io import BytesIO
from random import Random
from typing import Any, Final
from urllib.parse import quote, quote_plus

import msgspec
from flask import Flask

from web.api.openapi import document

Environ = dict[str, Any]

WORDS: Final = (
    "robot", "robots", "car", "the", "AI", "battery", "self-driving", "l’hôpital", "C++", "R&D", "GPT-4",
    "naïve",
    "100 000", "3.5", "人工知能", "ロボット", "робот", "🤖", "a", "ro", "e\u0301", "ß", "İ", "ﬁ", "\u200d", "\u202e",
    "x" * 120,
)  # fmt: skip
OPERATORS: Final = (
    " ", " ", " ", " AND ", " OR ", " NOT ", " -", "-", "(", ")", '"', '"', "“", "”", "*", "*", ":", "title:",
    "topic:",
    "excerpt:", "provider:", "nowhere:", "~", "~2", "^", "^9", "[", " TO ", "]", "{", "}", "\\", "/", "?",
    "&&", "||",
    "+", "'", "--", "((", "))", "*:*", "\t", "\n",
)  # fmt: skip
NUMBERS: Final = (
    "0", "1", "-1", "2", "20", "100", "101", "1e9", "1.5", "٣", "0x10", "NaN", "Infinity", "", " 1 ", "+1",
    "1_0",
    "9" * 19, "9" * 5000, "-0", "½", "true", "false", "none", "null",
)  # fmt: skip
DATES: Final = (
    "2026", "2026-01", "2026-W05", "2026-W54", "2026-02-30", "20260131", "2026-01-31T09:30:00Z", "7d", "0d",
    "-1d",
    "99999999999d", "0000", "0001-01-01", "9999-12-31", "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00", "10000",
    "2026-01-31T25:00", "today", "2026-13", "1d" * 50,
)  # fmt: skip
NAMES: Final = (
    "relevance", "newest", "oldest", "heat", "most", "all", "any", "day", "week", "month", "year", "auto",
    "topic",
    "provider", "type", "category", "domain", "id", "title,id", "csv", "json", "jsonl", "ris", "bibtex",
    "count", "share",
    "AI in Robotics", "AI,AI in Robotics", "article", "_news/2026-10-12-the-robot-that-gives-up-its-seat",
)  # fmt: skip
ODD: Final = (
    b"\x00", b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"%", b"%%", b"%2", b"%zz",
    b"%00", b"%u0041",
    b"%C0%AF", b"%25%32%35", b"%0d%0aSet-Cookie:%20a=b", b"\r\nX: y", b"..%2f..%2fetc/passwd", b"../" * 20,
    b"<script>",
    b"'\"><img src=x onerror=1>", b"{{7*7}}", b"${7*7}", b"%s%n", b";", b"&&", b"==", b"[]", b"#", b"a" * 9000,
    b"%20" * 2000,
    b"(" * 300, b'"' * 301, b"*" * 100, b"a* " * 100, b"NOT " * 100, b"\xe2\x80\xae", b"\xf0\x9f\xa4\x96" * 100,
)  # fmt: skip
METHODS: Final = ("GET",) * 60 + ("HEAD", "OPTIONS", "POST", "PUT", "DELETE", "TRACE", "get", "X" * 200, "")
SEARCHES: Final = ("/", "/api/v1/search", "/api/v1/suggest", "/feed.atom")
PAGE_PARAMETERS: Final = (
    "within",
    "measure",
    "by",
    "containing",
    "prefix",
    "since",
    "until",
    "cursor",
    "v",
    "lang",
    "[]",
)
HEADERS: Final = (
    "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE",
    "HTTP_COOKIE",
    "HTTP_X_REQUEST_ID", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_HOST",
    "HTTP_X_FORWARDED_PREFIX", "HTTP_ORIGIN", "HTTP_REFERER", "HTTP_CACHE_CONTROL", "HTTP_TRACEPARENT",
    "CONTENT_LENGTH",
    "CONTENT_TYPE", "REMOTE_ADDR", "SERVER_PROTOCOL",
)  # fmt: skip
HEADER_VALUES: Final = (
    "", "*", "*/*;q=9", "application/json, text/html;q=x", "gzip;q=1e9", "gzip, br, zstd", '"', 'W/"x", *',
    "bytes=9-1",
    "Sun, 99 Nov 9999 99:99:99 GMT", "a b", "é", "\x80", "-1", "9" * 30, "../", "//evil.example",
    "a.example:99999",
    "[::1",
    "for=;;;", "x" * 5000, "application/json; charset=utf-99", "00-" + "0" * 32, "no-cache", "\t",
)  # fmt: skip
BODIES: Final = (b"", b"{", b"[]", b"null", b'{"searches":{}}', b'{"searches":[1]}', b"\xff", b"[" * 5000, b"9" * 5000)


class RequestFuzzer:
    """Makes requests to the routes and parameters of an application."""

    def __init__(self, app: Flask) -> None:
        self._rules = sorted({rule.rule for rule in app.url_map.iter_rules()})
        described = document(app, "")["paths"].values()
        operations = [operation for path in described for operation in path.values()]
        named = {each["name"] for operation in operations for each in operation.get("parameters", ())}
        self._names = sorted(named.union(PAGE_PARAMETERS))

    def request(self, random: Random) -> Environ:
        """One request as the environ of WSGI."""
        method, body = random.choice(METHODS), b""
        path = self._path(random)
        if "multi-search" in path and random.random() < 0.9:
            method, body = "POST", self._body(random)
        environ: Environ = {
            "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": self._query(random),
            "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
    "HTTP_HOST": "localhost",
            "REMOTE_ADDR": "127.0.0.1", "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "application/json",
            "wsgi.url_scheme": "http", "wsgi.input": BytesIO(body), "wsgi.errors": BytesIO(),
    "wsgi.version": (1, 0),
            "wsgi.multithread": False, "wsgi.multiprocess": False, "wsgi.run_once": False,
        }  # fmt: skip
        for _ in range(random.choice((0, 0, 0, 1, 3))):
            environ[random.choice(HEADERS)] = random.choice(HEADER_VALUES)
        return environ

    def _path(self, random: Random) -> str:
        rule = random.choice(SEARCHES) if random.random() < 0.3 else random.choice(self._rules)
        parts = [
            (_value(random) if random.random() < 0.5 else random.choice(NAMES).encode())
            if part.startswith("<")
            else part.encode()
            for part in rule.replace("<", "\0<").replace(">", ">\0").split("\0")
        ]
        path = b"".join(parts)
        if random.random() < 0.03:
            path = b"/" + _value(random)
        return path.decode("latin-1")

    def _query(self, random: Random) -> str:
        if random.random() < 0.3:
            return (b"q=" + _escaped(random, query_text(random).encode())).decode("latin-1")
        pairs = []
        for _ in range(random.choice((0, 1, 1, 2, 3, 5, 8))):
            name = random.choice(("q", "q", *self._names)).encode()
            if random.random() < 0.02:
                name = _value(random)
            pairs.append(
                name + random.choice((b"=", b"=", b"=", b"=", b"=", b"", b"==")) + _escaped(random, _value(random))
            )
        if random.random() < 0.01:
            pairs *= 300
        return random.choice(("&", "&", "&", "&", ";", "&&")).encode().join(pairs).decode("latin-1")

    def _body(self, random: Random) -> bytes:
        if random.random() < 0.2:
            return random.choice(BODIES)
        values: tuple[Callable[[], object], ...] = (
            lambda: _value(random).decode(errors="replace"), lambda: random.randint(-(2**60), 2**60),
    lambda: None,
            lambda: [random.choice(NAMES)], dict, lambda: random.random() < 0.5, lambda: random.choice(DATES),
        )  # fmt: skip
        searches = [
            {random.choice(("q", *self._names)): random.choice(values)() for _ in range(random.randint(0, 4))}
            for _ in range(random.choice((0, 1, 2, 50)))
        ]
        body = bytearray(msgspec.json.encode({"searches": searches}))
        if random.random() < 0.2:
            body[random.randrange(len(body))] = random.randrange(256)
        return bytes(body)


def _value(random: Random) -> bytes:
    """The bytes of a value before they are percent-encoded."""
    kind = random.random()
    if kind < 0.5:
        return query_text(random).encode()
    if kind < 0.85:
        return random.choice(random.choice((NUMBERS, DATES, NAMES))).encode()
    if kind < 0.95:
        return b"".join(random.choices(ODD, k=random.choice((1, 1, 2, 3))))
    return random.randbytes(random.randrange(40))


def query_text(random: Random) -> str:
    """A text of words and operators of the query syntax, seldom well formed."""
    return "".join(random.choices((*WORDS, *OPERATORS), k=random.choice((1, 2, 4, 8, 16, 60))))


def _escaped(random: Random, value: bytes) -> bytes:
    """The value as browsers encode it, in one of four cases raw: its `&`, `%` and control characters then count."""
    return value if random.random() < 0.25 else random.choice((quote, quote_plus))(value).encode()


def answer(
    app: Callable[[Environ, Any], Iterable[bytes]], environ: Environ
) -> tuple[int, list[tuple[str, str]], bytes]:
    """The status, the headers and the body of the application's response."""
    started: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], _: object = None) -> None:
        started[:] = [int(status[:3]), headers]

    response = app(environ, start)
    try:
        body = b"".join(response)
    finally:
        if hasattr(response, "close"):
            response.close()
    status, headers = started
    return status, headers, body
