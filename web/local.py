"""Answers requests to the JSON API in this process, without HTTP: for `article-search … --json`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn
from urllib.parse import quote

from werkzeug.exceptions import NotFound

from search import ArticleSearchError, Engine, Settings
from web import create_app
from web.links import API


def api_answer(settings: Settings, engine: Engine, path: str, parameters: Sequence[tuple[str, str]]) -> bytes:
    """The body of the API's answer to a GET of this path.

    Raises what the engine and the check of the parameters raise, or `ArticleSearchError` if there is nothing at the
    path.  Without `public_url`, links are paths."""
    app = create_app(replace(settings, trusted_hosts=()), engine)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.register_error_handler(Exception, _raise)  # in place of the handler that makes a response of it
    try:
        response = app.test_client().get(f"{API}{quote(path)}", query_string=parameters)
    except NotFound as error:
        raise ArticleSearchError(f"there is nothing at {path}") from error
    return response.get_data()


def _raise(error: Exception) -> NoReturn:
    raise error
