"""Webhooks over real HTTP: signature, retries, and what is refused."""

import base64
import hashlib
import hmac
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path

import pytest

from search.watch import webhook as webhook_module
from search.watch.public_address import AddressRefused
from search.watch.webhook import WAITS, Sender, Webhook, WebhookFailed, decoded_secret, is_webhook_url, signature
from tests.search.watch.receiver import Receiver, receiving, resolving_to

LOOPBACK = [ip_network("127.0.0.0/8")]
SECRET = bytes(range(32))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def waits() -> list[float]:
    """The seconds that the sender would have waited."""
    return []


@pytest.fixture
def sender(waits: list[float]) -> Sender:
    return Sender(LOOPBACK, sleep=waits.append, clock=lambda: 1_764_403_200.9)


def test_delivery_is_signed(receiver: Receiver, sender: Sender) -> None:
    """As the libraries of Standard Webhooks verify it."""
    body = '{"type":"søk"}'.encode()
    sender.send(Webhook(receiver.url, SECRET), "msg_1", body)
    (received,) = receiver.received
    signed = b"msg_1.1764403200." + received.body
    expected = base64.b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest()).decode()
    assert (received.path, received.body) == ("/hook?of=1", body)
    assert received.headers["webhook-id"] == "msg_1"
    assert received.headers["webhook-timestamp"] == "1764403200"
    assert received.headers["webhook-signature"] == f"v1,{expected}"
    assert received.headers["content-type"] == "application/json"
    assert received.headers["user-agent"].startswith("article-search/")
    assert received.headers["host"] == f"127.0.0.1:{receiver.port}"


def test_signature_is_that_of_the_specification() -> None:
    """The example of https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md."""
    secret = decoded_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert secret is not None
    signed = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("status", [500, 503, 429, 408, 425])
def test_passing_failure_is_tried_again(receiver: Receiver, sender: Sender, waits: list[float], status: int) -> None:
    receiver.statuses = [status, status]
    sender.send(Webhook(receiver.url, SECRET), "msg_1", b"{}")
    assert [received.id for received in receiver.received] == ["msg_1"] * 3
    assert waits == list(WAITS[:2])


def test_last_attempt_fails(receiver: Receiver, sender: Sender, waits: list[float]) -> None:
    receiver.statuses = [500] * 9
    with pytest.raises(WebhookFailed, match=r"/hook\?of=1: answers 500"):
        sender.send(Webhook(receiver.url, SECRET), "msg_1", b"{}")
    assert len(receiver.received) == 1 + len(WAITS)
    assert waits == list(WAITS)


@pytest.mark.parametrize("status", [400, 401, 404, 410, 422])
def test_lasting_failure_is_not_tried_again(receiver: Receiver, sender: Sender, status: int) -> None:
    receiver.statuses = [status]
    with pytest.raises(WebhookFailed, match=f"answers {status}"):
        sender.send(Webhook(receiver.url, SECRET), "msg_1", b"{}")
    assert len(receiver.received) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_refused(receiver: Receiver, sender: Sender, status: int) -> None:
    receiver.statuses, receiver.headers = [status], {"Location": receiver.url}
    with pytest.raises(WebhookFailed, match=f"answers {status}, a redirect; write the address that it leads to"):
        sender.send(Webhook(receiver.url, SECRET), "msg_1", b"{}")
    assert len(receiver.received) == 1


def test_address_that_is_not_public_is_refused(receiver: Receiver, waits: list[float]) -> None:
    with pytest.raises(AddressRefused):
        Sender(sleep=waits.append).send(Webhook(receiver.url, SECRET), "msg_1", b"{}")
    assert (receiver.received, waits) == ([], [])


def test_connection_is_made_to_the_address_that_was_checked(receiver: Receiver) -> None:
    """The name is resolved once for each attempt: a second answer of a name server could be another address."""
    resolved: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        resolved.append(host)
        return ["127.0.0.1"]

    receiver.statuses = [500]
    url = f"http://hooks.example.org:{receiver.port}/"
    Sender(LOOPBACK, resolve, sleep=lambda _: None).send(Webhook(url, SECRET), "msg_1", b"{}")
    assert resolved == ["hooks.example.org"] * 2
    assert [received.headers["host"] for received in receiver.received] == [f"hooks.example.org:{receiver.port}"] * 2


def test_unresolved_name_is_tried_again(waits: list[float]) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(WebhookFailed, match="Name or service not known"):
        Sender((), resolve, sleep=waits.append).send(Webhook("https://hooks.example/", SECRET), "msg_1", b"{}")
    assert waits == list(WAITS)


def test_refused_connection_fails(sender: Sender) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        with pytest.raises(WebhookFailed, match="Connection refused"):
            sender.send(Webhook(url, SECRET), "msg_1", b"{}")


def test_silent_receiver_times_out(receiver: Receiver, sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook_module, "TIMEOUT", 0.05)
    answered = threading.Event()
    receiver.before = lambda _: answered.wait(10)
    try:
        with pytest.raises(WebhookFailed, match="timed out"):
            sender.send(Webhook(receiver.url, SECRET), "msg_1", b"{}")
    finally:
        answered.set()


def test_answer_without_end_is_aborted(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time, but the answer never ends."""
    monkeypatch.setattr(webhook_module, "DEADLINE", 0.05)
    attempts = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            for _ in range(1 + len(WAITS)):
                connection, address = server.accept()
                attempts.append(address)
                with connection, suppress(OSError):  # the sender ends it
                    connection.recv(65_536)
                    while True:
                        connection.sendall(b"H")
                        time.sleep(0.001)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(WebhookFailed):
            sender.send(Webhook(f"http://127.0.0.1:{server.getsockname()[1]}/", SECRET), "msg_1", b"{}")
        thread.join()
    assert len(attempts) == 1 + len(WAITS)


def test_answer_that_is_no_http_fails(sender: Sender) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            for _ in range(1 + len(WAITS)):
                connection, _address = server.accept()
                with connection:
                    connection.recv(65_536)
                    connection.sendall(b"hello\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(WebhookFailed, match="hello"):
            sender.send(Webhook(f"http://127.0.0.1:{server.getsockname()[1]}/", SECRET), "msg_1", b"{}")
        thread.join()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
@pytest.mark.parametrize(("name", "accepted"), [("hooks.example.org", True), ("other.example.org", False)])
def test_tls_verifies_the_name_of_the_host(tmp_path: Path, name: str, accepted: bool) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip

    def wrap(server: ThreadingHTTPServer) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)

    with receiving(wrap) as receiver:
        sender = Sender(
            LOOPBACK, resolving_to("127.0.0.1"), sleep=lambda _: None,
            context=lambda: ssl.create_default_context(cafile=str(certificate)),
        )  # fmt: skip
        webhook = Webhook(f"https://hooks.example.org:{receiver.port}/", SECRET)
        if accepted:
            sender.send(webhook, "msg_1", b"{}")
        else:
            with pytest.raises(WebhookFailed, match="certificate"):
                sender.send(webhook, "msg_1", b"{}")
        assert len(receiver.received) == accepted


@pytest.mark.parametrize(
    ("url", "valid"),
    [
        ("https://hooks.example.org/a?b=c", True),
        ("http://10.0.0.1:8080", True),
        ("https://[2606:2800::1]/", True),
        ("ftp://hooks.example.org/", False),
        ("file:///etc/passwd", False),
        ("hooks.example.org", False),
        ("https:///path", False),
        ("https://user:password@hooks.example.org/", False),
        ("https://hooks.example.org:0/", False),
        ("https://hooks.example.org:99999/", False),
        ("https://hooks.example.org/a b", False),
        ("https://hooks.example.org/\r\nX-Header: 1", False),
        ("https://hööks.example.org/", False),
        ("https://[::1/", False),
    ],
)
def test_urls(url: str, valid: bool) -> None:
    assert is_webhook_url(url) is valid


@pytest.mark.parametrize(
    ("text", "length"),
    [
        (f"whsec_{base64.b64encode(bytes(24)).decode()}", 24),
        (f"whsec_{base64.b64encode(bytes(64)).decode()}", 64),
        (f"whsec_{base64.b64encode(bytes(23)).decode()}", None),
        (f"whsec_{base64.b64encode(bytes(65)).decode()}", None),
        (base64.b64encode(bytes(32)).decode(), None),
        ("whsec_secret", None),
        ("whsec_" + "é" * 32, None),
        ("", None),
    ],
)
def test_secrets(text: str, length: int | None) -> None:
    secret = decoded_secret(text)
    assert (None if secret is None else len(secret)) == length
