"""Health probes."""

from flask.testing import FlaskClient


def test_healthz_is_200_without_an_index(bare: FlaskClient) -> None:
    assert bare.get("/healthz").status_code == 200


def test_readyz_is_200_with_an_index(client: FlaskClient) -> None:
    assert client.get("/readyz").status_code == 200


def test_readyz_says_when_the_archive_was_checked(made: FlaskClient) -> None:
    assert made.get("/readyz").text == "ready\nbuilt_at: 2026-11-24T04:50:01Z\nchecked_at: 2026-11-24T05:00:00Z\n"
