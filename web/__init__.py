"""The web service over an engine: `create_app` makes the Flask application.

`web/api/` is the JSON API, `web/page/` the HTML page, `web/feeds/` the feeds; open `web/api/routes.py` first.  All use
the modules of this folder: `parameters` parses query strings, `links` builds URLs, `service` holds the engine,
`responses` and `response_cache` make and cache responses, `compression` compresses them, `preconditions` decides about
304, `direct` serves them, `templating` renders templates, `errors` handles exceptions, `error_page` shows them to
readers, `security`, `cors` and `request_id` set headers, `hosts` and `proxies` check those of the request, `rate_limit`
and `overload` refuse requests if there are too many, `refusals` responds to those that are refused before Flask.
"""

import os
from hashlib import blake2b
from pathlib import Path

from flask import Flask, Response, current_app

from search import Engine, Settings, open_engine
from web import (
    compression,
    cors,
    errors,
    health,
    hosts,
    metrics,
    overload,
    preconditions,
    proxies,
    rate_limit,
    request_body,
    security,
)
from web.api import openapi
from web.api.docs_routes import blueprint as docs_blueprint
from web.api.export import blueprint as export_blueprint
from web.api.routes import blueprint as api_blueprint
from web.api.routes import search_results
from web.direct import DirectMiddleware
from web.feeds.routes import blueprint as feeds_blueprint
from web.links import API
from web.page.overview_routes import blueprint as overview_blueprint
from web.page.routes import blueprint as page_blueprint
from web.page.routes import search_page
from web.page.trends_routes import blueprint as trends_blueprint
from web.refusals import Refusals
from web.response_cache import ResponseCache
from web.service import Service


def create_app(settings: Settings | None = None, engine: Engine | None = None) -> Flask:
    """The Flask application.  Settings default to the environment's, the engine to the one of the settings.

    Starts without an index, and responds with 503 until one is published.  Raises `SettingsError` for unusable
    settings.
    """
    settings = settings or Settings.from_environment(os.environ)
    app = openapi.app(__name__)
    app.url_map.merge_slashes = False  # else //host/ redirects to a host of the client's choice
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 86_400  # the URLs of static files change with their content
    app.static_folder = "static"
    app.add_url_rule("/static/<version>/<path:filename>", endpoint="static", view_func=_static_file)
    engine = engine or open_engine(settings.index_dir, settings)
    app.extensions["article-search"] = Service(
        settings, engine, _asset_version(settings), ResponseCache(settings.cache_mb * 2**20 // 2)
    )
    views = {f"{API}/search": search_results, "/": search_page}
    refusals = Refusals(app)
    app.wsgi_app = DirectMiddleware(app, views)  # type: ignore[method-assign]
    overload.init_app(app)
    request_body.init_app(app, refusals)
    hosts.init_app(app, settings, refusals)
    rate_limit.init_app(app, settings, refusals)
    security.init_app(app, settings)
    proxies.init_app(app, settings)
    errors.init_app(app)
    cors.init_app(app)
    compression.init_app(app)
    preconditions.init_app(app)  # after the others: Flask calls it before them
    app.register_api(api_blueprint)
    app.register_api(export_blueprint)
    app.register_blueprint(docs_blueprint)
    app.register_blueprint(page_blueprint)
    app.register_blueprint(overview_blueprint)
    app.register_blueprint(trends_blueprint)
    app.register_blueprint(feeds_blueprint)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(metrics.blueprint)
    metrics.init_app(app, settings)  # after all routes, and outside all other middleware
    return app


def _static_file(version: str, filename: str) -> Response:  # noqa: ARG001
    """A static file.  The version is a folder, so a module imports others of its version by relative paths."""
    return current_app.send_static_file(filename)


def _asset_version(settings: Settings) -> str:
    """A hash of the templates, the static files and the settings that pages show."""
    package = Path(__file__).parent
    files = sorted(file for folder in ("templates", "static") for file in (package / folder).rglob("*.*"))
    shown = (settings.site_name, settings.accent_colour, settings.introduction, settings.show_images)
    return blake2b(b"".join(file.read_bytes() for file in files) + repr(shown).encode(), digest_size=6).hexdigest()
