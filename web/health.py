"""Health probes: `/healthz` for the process, `/readyz` for the index."""

from flask import Blueprint, Response

from web.service import service

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def liveness() -> Response:
    """200 while the process responds."""
    return _plain_text("alive")


@blueprint.get("/readyz")
def readiness() -> Response:
    """200 if there is a usable index; otherwise the error handler responds with 503."""
    service().engine.info()
    return _plain_text("ready")


def _plain_text(text: str) -> Response:
    return Response(f"{text}\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})
