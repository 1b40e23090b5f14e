"""The documents match the program: every command, setting, field and recipe in them is checked."""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from search import SETTINGS, Setting, Settings
from search.cli.commands import main
from search.cli.output import NOTHING_FOUND, STATUSES
from search.request import SearchRequest
from search.schema import SCHEMA, Field
from tests.cluster.artefacts import VERSIONS
from tests.processes import free_port, get, running
from web import create_app

ROOT = Path(__file__).parents[1]
DOCUMENTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in (
    "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "docs/sizing.md",
)}  # fmt: skip
README = DOCUMENTS["README.md"]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))


def section(title: str) -> str:
    """The text under a heading of the second or third level."""
    return re.split(r"\n##+ ", README.split(f"# {title}\n", 1)[1])[0]


def part(title: str) -> str:
    """The text under a heading of the second level, with its subsections."""
    return README.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def code_blocks(text: str) -> list[str]:
    """The indented blocks of a text; a blank line within one belongs to it."""
    blocks = re.findall(r"(?m)((?:^    .*\n|^\n(?=    ))+)", text)
    return [textwrap.dedent(block).strip("\n") + "\n" for block in blocks]


def setting_row(setting: Setting) -> str:
    default = setting.default
    if isinstance(default, bool):
        shown = {True: "yes", False: "no"}[default]
    else:
        shown = ", ".join(default) if isinstance(default, tuple) else "" if default is None else default
    return f"| `{setting.variable}` | {setting.kind.description} | {shown} | {setting.help} |"


def field_row(field: Field) -> str:
    keys = ", ".join(f"`{key}`" for key in field.keys)
    scope, facet = (f"`{name}`" if name else "" for name in (field.scope, field.facet.name if field.facet else ""))
    return f"| `{field.name}` | {keys} | {scope} | {facet} | {field.help} |"


def test_settings_table_is_complete() -> None:
    written = [line for line in part("Settings").splitlines() if line.startswith("| `ARTICLE_SEARCH_")]
    assert written == [setting_row(setting) for setting in SETTINGS]


def test_table_of_fields_is_complete() -> None:
    written = [line for line in part("Your articles").splitlines() if line.startswith("| `")]
    assert written == [field_row(field) for field in SCHEMA.fields]


def test_table_of_parameters_is_complete() -> None:
    documented = re.findall(r"(?m)^\| (`.+?`) \|", part("JSON API").split("| Other address")[0])
    names = [name for row in documented for name in re.findall(r"`(\w+)`", row)]
    assert sorted(names) == sorted(field.alias or name for name, field in SearchRequest.model_fields.items())


def test_table_of_commands_is_complete() -> None:
    documented = set(re.findall(r"^\| `([a-z]+)[ `]", part("Run it for real"), re.MULTILINE))
    assert documented == set(main.commands)


@pytest.mark.parametrize("command", main.commands.values(), ids=lambda command: str(command.name))
def test_every_option_has_help(command: click.Command) -> None:
    options = [each for each in command.params if isinstance(each, click.Option)]
    obvious = {"--port"}
    assert [each.name for each in options if not each.help and not obvious & set(each.opts)] == []


def test_table_of_exit_statuses_is_complete() -> None:
    documented = re.findall(r"(?m)^\| (\d+) \|", part("Run it for real"))
    assert [int(status) for status in documented] == sorted({0, NOTHING_FOUND, *STATUSES.values()})


def test_documented_options_exist() -> None:
    exist = {name for command in main.commands.values() for option in command.params for name in option.opts}
    commands = section("Run it for real") + section("cron") + section("After each update")
    assert set(re.findall(r"--[a-z]+(?:-[a-z]+)*", commands)) - exist == {"--help"}


@pytest.mark.parametrize(
    ("option", "without"),
    [("--index-dir", {"demo"}), ("--json", {"serve", "mcp", "demo"})],
    ids=["--index-dir", "--json"],
)
def test_commands_without_a_common_option_are_documented(option: str, without: set[str]) -> None:
    """As the sentence below the table of commands says."""
    lack = {name for name, command in main.commands.items() if not any(option in each.opts for each in command.params)}
    assert lack == without


@pytest.mark.parametrize("document", DOCUMENTS)
def test_documented_make_targets_exist(document: str) -> None:
    documented = set(re.findall(r"^ +make ([a-z]+)|`make ([a-z]+)", DOCUMENTS[document], re.MULTILINE))
    assert {target for pair in documented for target in pair if target} <= TARGETS


def test_every_make_target_has_help() -> None:
    helped = set(re.findall(r"^([a-z]+):.*## ", MAKEFILE, re.MULTILINE))
    assert helped == TARGETS


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_to_files(document: str) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)\)", DOCUMENTS[document])
    assert [link for link in links if not ((ROOT / document).parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_named_modules_exist(document: str) -> None:
    paths = re.findall(r"`((?:search|web|tests)/[\w./-]*)`", DOCUMENTS[document])
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_example_answer_is_the_answer(sample_index: Path) -> None:
    example = r"curl 'http://[^/]+(.+?)' \|\n +jq '{(.+)}'\n\n((?:    .*\n)+)"
    ((url, members, documented),) = re.findall(example, part("JSON API"))
    answer = create_app(Settings(index_dir=sample_index)).test_client().get(url).get_json()
    assert {member: answer[member] for member in members.split(", ")} == json.loads(documented)


@pytest.mark.parametrize("title", ["Quick start", "JSON API"])
def test_example_query_finds_articles(title: str, sample_index: Path) -> None:
    url = re.findall(r"curl 'http://[^/]+(.+?)'", part(title))[0]
    answer = create_app(Settings(index_dir=sample_index)).test_client().get(url).get_json()
    assert answer["results"]


def test_example_article_is_indexed(tmp_path: Path) -> None:
    (article,) = (block for block in code_blocks(part("Your articles")) if block.startswith("---"))
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "gardener.md").write_text(article, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "search",
        "index",
        str(tmp_path / "archive"),
        "--index-dir",
        str(tmp_path / "i"),
        "--json",
    ]
    report = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    assert (report["articles"], report["noted"], report["unknown_keys"]) == (1, [], {})


def test_python_example_runs(tmp_path: Path) -> None:
    (code,) = (block for block in code_blocks(section("Python")) if "build_index" in block)
    shutil.copytree(ROOT / "tests/articles", tmp_path / "tests/articles")
    (tmp_path / "example.py").write_text(code, encoding="utf-8")
    run = subprocess.run([sys.executable, "example.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "77 articles" in run.stdout
    assert "A robot gardener" in run.stdout.splitlines()[-1]


def test_whoosh_example_runs(sample_index: Path, tmp_path: Path) -> None:
    (code,) = code_blocks(section("Whoosh"))
    (tmp_path / "index_data").symlink_to(sample_index)
    (tmp_path / "example.py").write_text(code, encoding="utf-8")
    run = subprocess.run([sys.executable, "example.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert len(run.stdout.splitlines()) == 10


def test_cron_line_runs_silently(sample_archive: Path, tmp_path: Path) -> None:
    line = re.findall(r"(?m)^    \*/5 (?:\* ){4} ?(.+)$", part("Run it for real"))[0]
    clean = tmp_path / "news"
    shutil.copytree(sample_archive, clean, ignore=shutil.ignore_patterns("*broken*"))
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/article-search").symlink_to(Path(sys.executable).with_name("article-search"))
    line = line.replace("/srv/article-search", str(tmp_path)).replace("/srv/news", str(clean))
    run = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=True, env=_cron_environment())
    assert run.stdout + run.stderr == ""
    assert (tmp_path / "index_data/CURRENT").exists()


def test_example_expectations_are_met(sample_index: Path, tmp_path: Path) -> None:
    (content,) = (block for block in code_blocks(section("After each update")) if "expectations.yaml:" in block)
    (tmp_path / "expectations.yaml").write_text(content, encoding="utf-8")
    command = [sys.executable, "-m", "search", "check", "--index-dir", str(sample_index), "--expect"]
    command.append(str(tmp_path / "expectations.yaml"))
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_example_searches_can_be_watched(sample_index: Path, tmp_path: Path) -> None:
    (content,) = (block for block in code_blocks(section("After each update")) if "searches.yaml:" in block)
    (tmp_path / "searches.yaml").write_text(content, encoding="utf-8")
    command = [sys.executable, "-m", "search", "watch", str(tmp_path / "searches.yaml"), "--json"]
    command += ["--index-dir", str(sample_index), "--state", str(tmp_path / "state")]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    reports = list(map(json.loads, run.stdout.splitlines()))
    assert [(report["search"], report["baseline"]) for report in reports] == [("Robots", "new"), ("Gardens", "new")]
    assert all(report["total"] for report in reports)


def test_systemd_units_are_valid(tmp_path: Path) -> None:
    """With paths and the user of this machine in place of those of the README."""
    verify = _needs("systemd-analyze", "systemd")
    (block,) = (block for block in code_blocks(section("systemd")) if "[Service]" in block)
    units = re.findall(r"# /etc/systemd/system/(\S+)\n((?:(?!# /).*\n)+)", block)
    assert [name for name, _ in units] == [
        "article-search.service", "article-search-index.service", "article-search-index.timer",
    ]  # fmt: skip
    for name, unit in units:
        here = unit.replace("/srv/article-search/.venv/bin", str(Path(sys.executable).parent))
        (tmp_path / name).write_text(here.replace("User=article-search", "User=root"), encoding="utf-8")
    run = subprocess.run(
        [verify, "verify", "--man=no", "--recursive-errors=no", *(tmp_path / name for name, _ in units)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (run.returncode, [line for line in run.stderr.splitlines() if "article-search" in line]) == (0, [])


@pytest.fixture
def https_port(sample_index: Path, tmp_path: Path) -> Iterator[int]:
    """The port of a real nginx with the README's configuration, before a server."""
    nginx, openssl = _needs("nginx", "nginx-light"), _needs("openssl", "openssl")
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=search.example.org",
         "-keyout", key, "-out", certificate], capture_output=True, check=True,
    )  # fmt: skip
    (server,) = (block for block in code_blocks(section("nginx")) if "proxy_pass" in block)
    http, https = free_port(), free_port()
    for documented, here in {
        "/etc/ssl/certs/search.example.org.pem": certificate, "/etc/ssl/private/search.example.org.key": key,
        "listen 443": f"listen 127.0.0.1:{https}", "127.0.0.1:8000": f"127.0.0.1:{http}",
    }.items():  # fmt: skip
        assert documented in server
        server = server.replace(documented, str(here))
    paths = "".join(
        f"{name}_temp_path {tmp_path}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}}\n"
        f"http {{ access_log off; {paths}\n{server} }}\n",
        encoding="utf-8",
    )
    behind_proxy = os.environ | {"ARTICLE_SEARCH_TRUSTED_PROXIES": "1"}
    serve = [sys.executable, "-m", "search", "serve", "--port", str(http), "--index-dir", str(sample_index)]
    with (
        running(serve, f"http://127.0.0.1:{http}/readyz", ROOT, behind_proxy),
        running([nginx, "-c", str(tmp_path / "nginx.conf")], f"https://127.0.0.1:{https}/readyz", tmp_path),
    ):
        yield https


def test_nginx_configuration_serves_tls_compressed_and_limited(https_port: int) -> None:
    page = get(f"https://127.0.0.1:{https_port}/?q=robot")
    statuses = {get(f"https://127.0.0.1:{https_port}/healthz").status for _ in range(60)}
    assert page.headers["content-encoding"] == "gzip"
    assert statuses == {200, 429}


def test_fault_70_client_that_closes_its_sending_side_is_answered_behind_nginx(https_port: int) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with context.wrap_socket(socket.create_connection(("127.0.0.1", https_port), 30)) as client:
        client.sendall(b"GET /api/v1/search?q=robot HTTP/1.1\r\nHost: search.example.org\r\nConnection: close\r\n\r\n")
        with socket.socket(fileno=os.dup(client.fileno())) as connection:
            connection.shutdown(socket.SHUT_WR)  # the socket's own `shutdown` would end reading, too
        answer = b"".join(iter(lambda: client.recv(1 << 16), b""))
    assert answer.startswith(b"HTTP/1.1 200")
    assert b'"total":' in answer


def test_compose_file_starts_nodes_of_the_newest_tested_version() -> None:
    text = (ROOT / "docs/compose.yaml").read_text(encoding="utf-8")
    nodes = yaml.safe_load(text)["services"]
    newest, *older = (version.name.split(".") for version in VERSIONS)
    assert {node["image"] for node in nodes.values()} == {f"opensearchproject/opensearch:{'.'.join(newest[:3])}"}
    assert all(".".join(version[:2]) in text for version in older)
    for name, node in nodes.items():
        environment = node["environment"]
        assert environment["node.name"] == name
        assert environment["discovery.seed_hosts"].split(",") == list(nodes)
        assert "${OPENSEARCH_INITIAL_ADMIN_PASSWORD:?" in environment["OPENSEARCH_INITIAL_ADMIN_PASSWORD"]
        assert all(port.startswith("127.0.0.1:") for port in node["ports"])
    assert len({node["volumes"][0] for node in nodes.values()}) == len(nodes)


def test_documented_environment_of_a_cluster_is_accepted(tmp_path: Path) -> None:
    (content,) = (
        block for block in code_blocks(part("Past one machine")) if block.startswith("# /etc/article-search.env")
    )
    certificates = tmp_path / "ca.pem"
    certificates.write_text("", encoding="utf-8")
    lines = content.replace("/etc/ssl/certs/nodes-ca.pem", str(certificates)).splitlines()[1:]
    settings = Settings.from_environment(dict(line.split("=", 1) for line in lines))
    assert (settings.engine, len(settings.opensearch_url)) == ("opensearch", 2)


def test_rights_for_a_cluster_name_its_indexes() -> None:
    """The names that the documents say are those of the default settings."""
    prefix = Settings().opensearch_index
    assert {f"`{prefix}`", f"`{prefix}-*`", f"`{prefix}-control`"} <= set(re.findall(r"`[^`]+`", README))


def _cron_environment() -> dict[str, str]:
    """What cron sets."""
    return {"PATH": "/usr/bin:/bin", "HOME": os.environ.get("HOME", "/"), "SHELL": "/bin/sh"}


def _needs(program: str, package: str) -> str:
    """The path of a program that continuous integration installs; the test is skipped elsewhere."""
    path = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")
    if path is None and not os.environ.get("CI"):
        pytest.skip(f"needs {program} (Debian, Ubuntu: apt-get install {package})")
    assert path, f"{program} is missing; .ci/run installs {package}"
    return path


def test_changelog_has_a_place_for_the_next_change() -> None:
    assert "\n## [Unreleased]\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
