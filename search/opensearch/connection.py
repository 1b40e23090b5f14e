"""The connection to a cluster, and the errors of a cluster as ours: each says what is wrong and what to do."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from opensearchpy import OpenSearch, exceptions

from search.errors import EngineUnavailable, IndexMissing, SettingsError
from search.settings import Settings

TIMEOUT_SECONDS: Final = 10.0
"""Within which a node must answer."""
RETRIES: Final = 3
"""How many other nodes a request is sent to if a node does not answer."""
SUPPORTED_MAJORS: Final = (2, 3)

_CONNECTIONS: Final = 16
"""To each node, for the threads that search or write at a time."""

# It warns of every answer that is no success, although "not found" often is one, and `answered` raises the others.
logging.getLogger("opensearch").setLevel(logging.ERROR)

_Answer = TypeVar("_Answer")


class ClusterUnavailable(EngineUnavailable):
    """The cluster cannot be used at the moment."""


class ClusterOverloaded(ClusterUnavailable):
    """The cluster refuses what it is asked, because it has too much to do."""


@dataclass(frozen=True)
class Address:
    """Where a cluster is and who we are there.  Its representation shows no secrets."""

    urls: tuple[str, ...]
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    ca_bundle: Path | None = None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(
            settings.opensearch_url, settings.opensearch_user, settings.opensearch_password,
            settings.opensearch_api_key, settings.opensearch_ca,
        )  # fmt: skip


def connect(address: Address, timeout: float = TIMEOUT_SECONDS, retries: int = RETRIES) -> OpenSearch:
    """A client of the cluster.  It sends nothing yet; it balances requests over the nodes and avoids dead ones.

    Raises `SettingsError` if there is no CA bundle of that name."""
    if address.ca_bundle and not address.ca_bundle.is_file():
        raise SettingsError("ARTICLE_SEARCH_OPENSEARCH_CA: there is no such file")
    credentials: dict[str, Any] = {}
    if address.api_key:
        credentials["headers"] = {"Authorization": f"ApiKey {address.api_key}"}
    elif address.user:
        credentials["http_auth"] = (address.user, address.password or "")
    return OpenSearch(
        list(address.urls),
        ca_certs=str(address.ca_bundle) if address.ca_bundle else None,
        timeout=timeout,
        pool_maxsize=_CONNECTIONS,
        max_retries=retries,
        retry_on_timeout=retries > 0,
        **credentials,
    )


def check_version(client: OpenSearch) -> None:
    """Raise `ClusterUnavailable` unless the cluster is an OpenSearch of a supported version."""
    version = answered(client.info).get("version", {})
    number = str(version.get("number", ""))
    if version.get("distribution") != "opensearch":
        raise ClusterUnavailable(
            f"The cluster is no OpenSearch (version {number or 'unknown'}). Use OpenSearch 2 or 3."
        )
    if number.partition(".")[0] not in map(str, SUPPORTED_MAJORS):
        raise ClusterUnavailable(f"The cluster is OpenSearch {number}. Use version 2 or 3.")


def answered(call: Callable[..., _Answer], *args: Any, **kwargs: Any) -> _Answer:
    """What the call returns.  Raises errors of ours for those of the client.

    A call with a condition raises `ConflictError` if that is not met: it is the caller's to handle."""
    try:
        return call(*args, **kwargs)
    except exceptions.ConflictError as error:
        if {"if_seq_no", "op_type"} & kwargs.keys():
            raise
        raise _ours(error) from error
    except exceptions.OpenSearchException as error:
        raise _ours(error) from error


def _ours(error: exceptions.OpenSearchException) -> EngineUnavailable:
    match error:
        case exceptions.SSLError():
            return ClusterUnavailable(
                "The cluster's certificate is not trusted. Name its authority in ARTICLE_SEARCH_OPENSEARCH_CA."
            )
        case exceptions.ConnectionError():
            return ClusterUnavailable("The cluster does not answer. Check ARTICLE_SEARCH_OPENSEARCH_URL and its nodes.")
        case exceptions.AuthenticationException():
            return ClusterUnavailable(
                "The cluster refuses the user or the password. Check ARTICLE_SEARCH_OPENSEARCH_USER and _PASSWORD, or "
                "_API_KEY."
            )
        case exceptions.TransportError() if "read-only-allow-delete" in _reason(error):
            return ClusterUnavailable(
                "The index is read-only, because a node's disk is nearly full. Free space or add nodes. OpenSearch "
                "then allows writing again."
            )
        case exceptions.AuthorizationException():
            return ClusterUnavailable(f"The cluster does not allow this: {_reason(error)}. Give the user that right.")
        case exceptions.NotFoundError():
            return IndexMissing("Index not found in the cluster. Build it with: article-search index ARCHIVE")
        case exceptions.TransportError() if error.status_code == 503:
            return ClusterUnavailable(
                "The index is red: a shard is on no running node. Start the missing nodes, or rebuild the index with: "
                "article-search index ARCHIVE --full"
            )
        case exceptions.TransportError() if error.status_code == 429:
            return ClusterOverloaded("The cluster is overloaded. Try again shortly.")
        case _:
            return ClusterUnavailable(f"The cluster answers with an error: {_reason(error)}")


def _reason(error: exceptions.OpenSearchException) -> str:
    """The error's type and reason in the cluster's words."""
    info = error.info if isinstance(error, exceptions.TransportError) else None
    details = info.get("error") if isinstance(info, dict) else None
    if isinstance(details, dict):
        return f"{details.get('type')}: {details.get('reason')}"
    return str(error)
