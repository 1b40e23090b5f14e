"""Health probes: `/healthz` for the process, `/readyz` for the index."""

from typing import Final

from flask import Blueprint, Response

from search import utc_text
from web.service import service

blueprint = Blueprint("health", __name__)

PROBES: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""The paths of probes and metrics, which are answered also if the host is unknown or the service is overloaded."""


@blueprint.get("/healthz")
def liveness() -> Response:
    """200 while the process responds."""
    return _plain_text("alive")


@blueprint.get("/readyz")
def readiness() -> Response:
    """200 if there is a usable index, with its times; otherwise the error handler responds with 503.

    The first line is `degraded` if an earlier index than the published one is in use; `reason` says why."""
    statistics = service().engine.statistics()
    built_at, checked_at = map(utc_text, (statistics.index.built_at, statistics.checked_at))
    state = f"degraded\nreason: {statistics.degraded}" if statistics.degraded else "ready"
    return _plain_text(f"{state}\nbuilt_at: {built_at}\nchecked_at: {checked_at}")


def _plain_text(text: str) -> Response:
    return Response(f"{text}\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})
