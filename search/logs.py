"""Logs of a server process: one line of JSON for each event, with the id of the request."""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final

request_fields: ContextVar[dict[str, str]] = ContextVar("request fields", default={})  # noqa: B039  # never changed
"""What identifies the current request: `request_id`, and `trace_id` if the client sent one."""

LOGGED_FIELDS: Final = "fields"
"""The attribute of a log record with further fields."""

_LONGEST: Final = 2000
"""Characters of a text; a traceback may have four times as many.  Longer lines are split by some log collectors."""


class JsonLines(logging.Formatter):
    """Formats a record as a line of ASCII: control characters and line ends of a client are escaped."""

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        fields: dict[str, Any] = {
            "time": time,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _cut(record.getMessage()),
            **request_fields.get(),
            **{
                name: _cut(value) if isinstance(value, str) else value
                for name, value in getattr(record, LOGGED_FIELDS, {}).items()
            },
        }
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)[-4 * _LONGEST :]  # the error is at the end
        return json.dumps(fields).replace("\x7f", "\\u007f")


def log_json_lines() -> None:
    """Log to standard error as JSON lines: warnings and errors, and what this project reports."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a full disk of logs must not fail a request


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
