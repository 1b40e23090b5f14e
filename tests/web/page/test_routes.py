"""Invalid and ignored parameters of the page, and the OpenSearch description."""

import pytest
from flask.testing import FlaskClient

from tests.web.pages import page


def test_from_after_to_is_an_error_at_the_input(client: FlaskClient) -> None:
    shown = page(client, "q=robot&from=2025-02-01&to=2025-01-01", status=422)
    wrong = shown.all("input", name="to")[0][0]
    assert (wrong["value"], wrong["aria-invalid"]) == ("2025-01-01", "true")
    assert shown.all("p", id=wrong["aria-describedby"])
    assert shown.all("input", name="q")[0][0]["value"] == "robot"


def test_all_mistakes_are_shown_and_the_form_is_kept(client: FlaskClient) -> None:
    shown = page(client, "q=robot&topic=AI&from=soon&sort=best&colour=red", status=422)
    alert = shown.all("div", role="alert")[0][1]
    assert all(parameter in alert for parameter in ("From", "sort", "colour"))
    assert (shown.all("input", name="from")[0][0]["value"], shown.all("input", name="from")[0][0]["type"]) == (
        "soon",
        "text",
    )
    assert [attrs["value"] for attrs, _ in shown.all("input", name="topic") if "checked" in attrs] == ["AI"]


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("q=robot&from=&to=&topic=", id="fields left empty"),
        pytest.param("q=robot&utm_source=letter&fbclid=1", id="what campaigns add to links"),
        pytest.param("&&q=robot&", id="empty pairs"),
        pytest.param("q=+robot+", id="spaces around"),
    ],
)
def test_blank_and_tracking_parameters_are_ignored(client: FlaskClient, query: str) -> None:
    assert page(client, query).all("title")[0][1] == "robot, 14 results – Article search"


@pytest.mark.parametrize(
    ("query", "kind"),
    [("", "date"), ("from=2024-01-01", "date"), ("from=2024-01-01T09:30:00Z", "text")],
)
def test_date_input_becomes_text_for_a_time(client: FlaskClient, query: str, kind: str) -> None:
    field = page(client, query).all("input", name="from")[0][0]
    assert (field["type"], field["value"]) == (kind, query.removeprefix("from="))


def test_opensearch_description(client: FlaskClient) -> None:
    response = client.get("/opensearch.xml")
    assert response.status_code == 200
    assert "{searchTerms}" in response.text
