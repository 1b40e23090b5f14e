"""Bodies of requests: read before the turn of the request, and few at a time."""

import io
from threading import Event, Thread

import pytest
from flask.testing import FlaskClient

from search import Settings
from tests.fake_engine import FakeEngine
from web import create_app
from web.api.multi_search import MAX_BODY_BYTES
from web.request_body import MAX_READ

URL = "/api/v1/multi-search"
BODY = b'{"searches": [{"q": "fery"}]}'
TIMEOUT = 30.0


class SlowBody(io.RawIOBase):
    """A body whose client sends nothing until `done`."""

    def __init__(self) -> None:
        self.is_read = Event()
        self.done = Event()

    def read(self, _size: int | None = -1) -> bytes:
        self.is_read.set()
        self.done.wait(TIMEOUT)
        return b""


def post(client: FlaskClient, stream: object, length: str = "100") -> int:
    environ = {"wsgi.input": stream, "CONTENT_LENGTH": length, "wsgi.input_terminated": True}
    return client.post(URL, content_type="application/json", environ_overrides=environ).status_code


@pytest.fixture
def client() -> FlaskClient:
    return create_app(Settings(), engine=FakeEngine()).test_client()


def test_body_is_given_to_the_view(client: FlaskClient) -> None:
    assert post(client, io.BytesIO(BODY), str(len(BODY))) == 200
    assert post(client, io.BytesIO(BODY), "") == 200  # chunked


def test_rest_of_a_large_body_is_not_read(client: FlaskClient) -> None:
    stream = io.BytesIO(BODY + b" " * 3 * MAX_BODY_BYTES)
    assert post(client, stream, "") == 413
    assert stream.tell() == MAX_BODY_BYTES + 1


def test_slow_bodies_delay_nobody_and_are_few() -> None:
    app = create_app(Settings(), engine=FakeEngine())
    bodies = [SlowBody() for _ in range(MAX_READ)]
    threads = [Thread(target=post, args=(app.test_client(), body)) for body in bodies]
    for thread in threads:
        thread.start()
    try:
        assert all(body.is_read.wait(TIMEOUT) for body in bodies)
        assert app.test_client().get("/api/v1/search?q=fery").status_code == 200
        response = app.test_client().post(URL, data=BODY, content_type="application/json")
        assert response.status_code == 503
        assert "Retry-After" in response.headers
    finally:
        for body in bodies:
            body.done.set()
        for thread in threads:
            thread.join()
    assert post(app.test_client(), io.BytesIO(BODY), str(len(BODY))) == 200
