"""Measures what metrics and logs cost a cached answer: `python -m tests.faults.measure_metrics INDEX 2>/dev/null`."""

import logging
import sys
from dataclasses import replace
from io import BytesIO
from ipaddress import ip_network
from pathlib import Path
from time import process_time
from typing import Any, Final

from search import Settings
from search.logs import log_json_lines
from web import create_app

REQUESTS: Final = 5000
ROUNDS: Final = 9


def main() -> None:
    """Report the microseconds of a cached answer within the WSGI application, at best, for each setting."""
    plain = Settings(index_dir=Path(sys.argv[1]))
    metrics = replace(plain, metrics_for=(ip_network("127.0.0.1"),))
    log_json_lines()
    services = {name: create_app(settings).wsgi_app for name, settings in {
        "without": plain, "with metrics": metrics, "with metrics and logs": replace(metrics, log_requests=True),
    }.items()}  # fmt: skip
    best = dict.fromkeys(services, float("inf"))
    for _ in range(ROUNDS):
        for name, service in services.items():
            logging.getLogger("article_search.requests").setLevel("INFO" if "logs" in name else "WARNING")
            best[name] = min(best[name], _microseconds(service))
    for name, microseconds in best.items():
        sys.stdout.write(f"{name}: {microseconds:.1f} µs\n")


def _microseconds(service: Any) -> float:
    environ = {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": "/api/v1/search", "QUERY_STRING": "q=robot",
        "SERVER_NAME": "test", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "test",
        "wsgi.url_scheme": "http", "wsgi.input": BytesIO(), "REMOTE_ADDR": "127.0.0.1",
    }  # fmt: skip
    started = process_time()
    for _ in range(REQUESTS):
        service(dict(environ), lambda *_: None)
    return (process_time() - started) / REQUESTS * 1e6


if __name__ == "__main__":
    main()
