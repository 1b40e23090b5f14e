"""Posts signed webhooks, as specified by Standard Webhooks (https://www.standardwebhooks.com).

webhook-id: msg_…                    of the delivery; the same at every attempt, so that receivers can drop repeats
webhook-timestamp: 1764403200        of the attempt, in seconds
webhook-signature: v1,…              base64 of HMAC-SHA256 over `id.timestamp.body`, with the decoded secret
"""

import base64
import binascii
import hmac
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final
from urllib.parse import urlsplit

from search.errors import ArticleSearchError
from search.watch.public_address import Network, Resolve, permitted_address, resolved

_PREFIX: Final = "whsec_"
SECRET_BYTES: Final = range(24, 65)
TIMEOUT: Final = 10.0
"""Seconds to connect, and to wait for each part of an answer."""

DEADLINE: Final = 30.0
"""Seconds that one attempt may take, also if each part of the answer comes in time."""

WAITS: Final = (1.0, 5.0, 25.0)
"""Seconds before each attempt after the first.  The next run tries again."""

_PORTS: Final = {"http": 80, "https": 443}
_RETRIED: Final = frozenset({408, 425, 429, *range(500, 600)})


class WebhookFailed(ArticleSearchError):
    """A webhook was not accepted."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where to post, and the secret to sign with."""

    url: str
    secret: bytes


@dataclass(frozen=True, slots=True)
class Sender:
    """Posts webhooks.  `allowed` are the networks that are allowed although they are not public."""

    allowed: Sequence[Network] = ()
    resolve: Resolve = resolved
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.time
    context: Callable[[], ssl.SSLContext] = ssl.create_default_context

    def check(self, webhook: Webhook) -> None:
        """Raises `AddressRefused` if the address of the webhook is not permitted; not if it is unknown at present."""
        with suppress(OSError):
            self._address(webhook)

    def send(self, webhook: Webhook, id: str, body: bytes) -> None:
        """Post the body until it is accepted.  Raises `WebhookFailed` after the last attempt, `AddressRefused`."""
        for wait in (*WAITS, None):
            try:
                status = self._post(webhook, id, body)
            except (OSError, http.client.HTTPException) as error:
                failure, retried = _reason(error), True
            else:
                if 200 <= status < 300:
                    return
                failure, retried = _refusal(status), status in _RETRIED
            if wait is None or not retried:
                raise WebhookFailed(f"{webhook.url}: {failure}")
            self.sleep(wait)

    def _post(self, webhook: Webhook, id: str, body: bytes) -> int:
        """The status of one attempt."""
        parts = urlsplit(webhook.url)
        host, port, address = self._address(webhook)
        connection = _Connection(host, port, address, self.context() if parts.scheme == "https" else None)
        timer = threading.Timer(DEADLINE, connection.abort)
        timer.start()
        try:
            path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
            connection.request("POST", path, body, dict(self._headers(webhook, id, body)))
            return connection.getresponse().status
        finally:
            timer.cancel()
            connection.close()

    def _address(self, webhook: Webhook) -> tuple[str, int, str]:
        """The host and port of the URL, and the numeric address to connect to."""
        parts = urlsplit(webhook.url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        return host, port, permitted_address(host, port, self.allowed, self.resolve)

    def _headers(self, webhook: Webhook, id: str, body: bytes) -> Mapping[str, str]:
        timestamp = str(int(self.clock()))
        return {
            "Content-Type": "application/json",
            "User-Agent": f"article-search/{version('article-search')}",
            "webhook-id": id,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature(webhook.secret, id, timestamp, body),
        }


def signature(secret: bytes, id: str, timestamp: str, body: bytes) -> str:
    """The value of `webhook-signature`."""
    digest = hmac.digest(secret, f"{id}.{timestamp}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(digest).decode()}"


def decoded_secret(text: str) -> bytes | None:
    """The bytes of a secret such as `whsec_MfKQ…`; None if it is not of this form."""
    try:
        secret = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except (ValueError, binascii.Error):
        return None
    return secret if text.startswith(_PREFIX) and len(secret) in SECRET_BYTES else None


def is_webhook_url(text: str) -> bool:
    """Whether the text is an absolute http(s) URL that can be posted to: without a user, of printable ASCII."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    printable = text.isascii() and text.isprintable() and " " not in text
    return printable and parts.scheme in _PORTS and bool(parts.hostname) and "@" not in parts.netloc and port != 0


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was resolved and checked before; TLS verifies the host's name."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self._address = address
        self._context = context
        self.default_port = _PORTS["https" if context else "http"]

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._context:
            self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)

    def abort(self) -> None:
        """End the connection, from another thread: what waits for it gets an error."""
        if self.sock:
            with suppress(OSError):  # it has ended already
                self.sock.shutdown(socket.SHUT_RDWR)


def _refusal(status: int) -> str:
    if 300 <= status < 400:
        return f"answers {status}, a redirect; write the address that it leads to"
    return f"answers {status}"


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
