"""Settings from environment variables and in Python: valid and invalid values."""

from pathlib import Path
from typing import Any

import pytest

from search import SETTINGS, Ranking, Rate, Settings, SettingsError


def test_no_variables_give_the_defaults() -> None:
    assert Settings.from_environment({"HOME": "/root", "ARTICLE_SEARCH_SITE_NAME": " "}) == Settings()


@pytest.mark.parametrize(
    ("variable", "text", "setting", "value"),
    [
        ("INDEX_DIR", "/var/lib/index", "index_dir", Path("/var/lib/index")),
        ("SYNONYMS", "/etc/synonyms.yaml", "synonyms", Path("/etc/synonyms.yaml")),
        ("SITE_NAME", " The Archive ", "site_name", "The Archive"),
        ("PUBLIC_URL", "https://example.org/search/", "public_url", "https://example.org/search"),
        ("TRUSTED_HOSTS", "example.org, .example.com", "trusted_hosts", ("example.org", ".example.com")),
        ("TRUSTED_PROXIES", "2", "trusted_proxies", 2),
        ("TRUSTED_HEADERS", "proto, for", "trusted_headers", ("proto", "for")),
        ("RATE_LIMIT", "60/minute", "rate_limit", Rate(60, 60)),
        ("RATE_LIMIT", "5 / Second", "rate_limit", Rate(5, 1)),
        ("SHOW_IMAGES", "No", "show_images", False),
        ("SHOW_IMAGES", "1", "show_images", True),
        ("PAGE_CACHE_SECONDS", "0", "page_cache_seconds", 0),
        ("OPENSEARCH_URL", "http://a:9200, https://b/", "opensearch_url", ("http://a:9200", "https://b")),
        ("OPENSEARCH_SHARDS", "12", "opensearch_shards", 12),
        ("OPENSEARCH_INDEX", "news-2", "opensearch_index", "news-2"),
        ("RANKING_K1", "0.9", "ranking", Ranking(k1=0.9)),
        ("RANKING_TITLE", "10", "ranking", Ranking(title=10.0)),
    ],
)
def test_variable_sets_its_setting(variable: str, text: str, setting: str, value: object) -> None:
    assert getattr(Settings.from_environment({f"ARTICLE_SEARCH_{variable}": text}), setting) == value


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("PUBLIC_URL", "ftp://example.org"),
        ("PUBLIC_URL", "example.org"),
        ("PUBLIC_URL", "https://[broken"),
        ("PUBLIC_URL", "https://example.org:99999"),
        ("PUBLIC_URL", "https://example.org/?q="),
        ("PUBLIC_URL", "https://example.org//evil.example"),
        ("TRUSTED_HEADERS", "X-Forwarded-For"),
        ("TRUSTED_HEADERS", "proto,,for"),
        ("TRUSTED_HEADERS", "proto,host"),
        ("TRUSTED_HEADERS", "prefix"),
        ("PUBLIC_URL", "https://example.org/../evil"),
        ("PUBLIC_URL", "https://example.org/news/."),
        ("PUBLIC_URL", "https://example.org/a b"),
        ("PUBLIC_URL", 'https://example.org/"><script>'),
        ("PUBLIC_URL", "https://example.org/http://evil.example"),
        ("TRUSTED_HOSTS", "https://example.org"),
        ("TRUSTED_HOSTS", "a.org,,b.org"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "one"),
        ("TRUSTED_PROXIES", "1.5"),
        ("RATE_LIMIT", "60"),
        ("RATE_LIMIT", "60/fortnight"),
        ("RATE_LIMIT", "0/minute"),
        ("RATE_LIMIT", "-1/minute"),
        ("RATE_LIMIT", "many/minute"),
        ("SHOW_IMAGES", "maybe"),
        ("PAGE_CACHE_SECONDS", "86401"),
        ("ENGINE", "lucene"),
        ("OPENSEARCH_URL", "search.example.org:9200"),
        ("OPENSEARCH_URL", "http://a,,http://b"),
        ("OPENSEARCH_URL", "https://reader:s3cret@search.example.org"),
        ("OPENSEARCH_INDEX", "News"),
        ("OPENSEARCH_INDEX", "-news"),
        ("OPENSEARCH_SHARDS", "0"),
        ("OPENSEARCH_REPLICAS", "6"),
        ("RANKING_B", "1.01"),
        ("RANKING_K1", "nan"),
        ("RANKING_TITLE", "inf"),
        ("RANKING_TITLE", "-1"),
    ],
)
def test_error_names_the_variable_with_an_invalid_value(variable: str, text: str) -> None:
    with pytest.raises(SettingsError, match=f"ARTICLE_SEARCH_{variable}: must be "):
        Settings.from_environment({f"ARTICLE_SEARCH_{variable}": text})


def test_all_mistakes_are_reported_together() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(
            {
                "ARTICLE_SEARCH_INDEXDIR": "x",
                "ARTICLE_SEARCH_RANKING_B": "2",
                "ARTICLE_SEARCH_SHOW_IMAGES": "perhaps",
                "ARTICLE_SEARCH_QQQQ": "",
            }
        )
    assert str(caught.value).splitlines() == [
        "ARTICLE_SEARCH_INDEXDIR: unknown setting; did you mean ARTICLE_SEARCH_INDEX_DIR?",
        "ARTICLE_SEARCH_SHOW_IMAGES: must be yes or no, not 'perhaps'",
        "ARTICLE_SEARCH_RANKING_B: must be a number from 0 to 1, not '2'",
    ]


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("SYNONYM", "SYNONYMS"), ("SITENAME", "SITE_NAME"), ("RANKING_TITEL", "RANKING_TITLE"), ("CACHE", "CACHE_MB"),
        ("FOO", None), ("X", None), ("", None),
    ],
)  # fmt: skip
def test_unknown_setting_is_compared_without_the_prefix(name: str, nearest: str | None) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({f"ARTICLE_SEARCH_{name}": "1"})
    advice = f"; did you mean ARTICLE_SEARCH_{nearest}?" if nearest else ""
    assert str(caught.value) == f"ARTICLE_SEARCH_{name}: unknown setting{advice}"


@pytest.mark.parametrize(
    ("of", "values", "names"),
    [
        (Settings, {"site_name": " "}, {"site_name"}),
        (Settings, {"index_dir": "a string"}, {"index_dir"}),
        (Settings, {"synonyms": "a string"}, {"synonyms"}),
        (Settings, {"trusted_hosts": "example.org", "trusted_proxies": 99}, {"trusted_hosts", "trusted_proxies"}),
        (Settings, {"rate_limit": "60/minute"}, {"rate_limit"}),
        (Settings, {"page_cache_seconds": True}, {"page_cache_seconds"}),
        (Settings, {"public_url": "https://example.org/"}, {"public_url"}),
        (Ranking, {"k1": -1.0, "b": 2.0}, {"k1", "b"}),
    ],
)
def test_values_from_python_are_checked(of: type[Any], values: dict[str, Any], names: set[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        of(**values)
    assert {part.partition(":")[0] for part in str(caught.value).split("; ")} == names


def test_every_default_is_valid() -> None:
    assert [each.name for each in SETTINGS if not each.kind.allows(each.default)] == []


def test_cluster_needs_an_address() -> None:
    with pytest.raises(SettingsError, match="Set ARTICLE_SEARCH_OPENSEARCH_URL, such as https://"):
        Settings.from_environment({"ARTICLE_SEARCH_ENGINE": "opensearch"})


def test_secrets_are_not_shown() -> None:
    secrets = {"OPENSEARCH_PASSWORD": "s3cret", "OPENSEARCH_API_KEY": "k3y", "OPENSEARCH_USER": "reader"}
    shown = repr(Settings.from_environment({f"ARTICLE_SEARCH_{name}": text for name, text in secrets.items()}))
    assert "reader" in shown
    assert "s3cret" not in shown
    assert "k3y" not in shown
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({"ARTICLE_SEARCH_OPENSEARCH_URL": "https://reader:s3cret@search.example.org"})
    assert "s3cret" not in str(caught.value)
    with pytest.raises(SettingsError) as caught:
        Settings(opensearch_password=b"s3cret")  # type: ignore[arg-type]
    assert "s3cret" not in str(caught.value)
