"""Probes: whether the process lives, and whether it has an index to answer from."""

from flask import Blueprint, Response

from web.service import service

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """200 for as long as the process answers at all."""
    return _plain("alive")


@blueprint.get("/readyz")
def ready() -> Response:
    """200 once there is an index; before that the error handler's 503."""
    service().engine.info()
    return _plain("ready")


def _plain(text: str) -> Response:
    return Response(f"{text}\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})
