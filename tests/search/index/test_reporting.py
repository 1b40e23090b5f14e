"""The build report names every file that was rejected, skipped or read with notes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from search.build_report import BuildRefused, BuildReport, DuplicateGroup, NotedFile
from search.index.builder import build_index

FILES = {
    "good.md": "title: Good\nprovider: Gazette\npublishedDateTime: 2024-05-01\nwebUrl: https://a.example/1",
    "same.markdown": "title: Same\nprovider: Gazette\npublishedDateTime: 2024-05-01\nwebUrl: https://a.example/1",
    "undated.md": "title: Undated\nprovider: Gazette\nexerpt: A\nmood: B",
    "noted.md": "title: Noted\nprovider: Gazette\npublishedDateTime: 2024-05-01\nheat: hot\nmood: B",
    "withdrawn.md": "title: Withdrawn\npublished: false\nwebUrl: https://a.example/1",
    "broken.md": "title: A\ntitle: B",
    "good.markdown": "title: Better\nprovider: Gazette\npublishedDateTime: 2024-05-01",
}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    for name, front_matter in FILES.items():
        (folder / name).write_text(f"---\n{front_matter}\n---\n")
    (folder / "linked").symlink_to(".")
    return folder


@pytest.fixture(params=["first build", "after nothing changed", "after an update", "after a full build"])
def report(request: pytest.FixtureRequest, archive: Path, tmp_path: Path) -> BuildReport:
    """The report is the same, whichever files were read this time."""
    report = build_index(archive, tmp_path / "index")
    if request.param == "after an update":
        (archive / "good.markdown").write_text(
            "---\ntitle: Best\nprovider: Gazette\npublishedDateTime: 2024-05-01\n---\n"
        )
    if request.param != "first build":
        report = build_index(archive, tmp_path / "index", full=request.param == "after a full build")
    return report


def test_files_are_counted(report: BuildReport) -> None:
    assert (report.files, report.articles, report.unpublished) == (6, 4, 1)


def test_rejected_and_skipped_files_have_reasons(report: BuildReport) -> None:
    assert [(file.path, file.reason) for file in report.rejected] == [("broken.md", "duplicate key")]
    assert [(file.path, file.reason) for file in report.skipped] == [
        ("good.md", "duplicate id"),
        ("linked", "symbolic link"),
    ]


def test_noted_files_are_listed(report: BuildReport) -> None:
    assert report.noted == (NotedFile("noted.md", ("unreadable: heat",)),)
    assert report.undated == ("undated.md",)
    assert report.unknown_keys == {"exerpt": 1, "mood": 2}


def test_articles_with_the_same_url_are_grouped(archive: Path, tmp_path: Path) -> None:
    (archive / "good.markdown").unlink()
    report = build_index(archive, tmp_path / "index")
    assert report.duplicates == (DuplicateGroup("https://a.example/1", ("good", "same")),)
    assert "duplicate https://a.example/1: good, same" in report.text().splitlines()


def test_articles_dated_over_a_day_ahead_are_listed(archive: Path, tmp_path: Path) -> None:
    for name, days in {"today": 0, "tomorrow": 0.9, "later": 1.1, "much-later": 65_000}.items():
        date = (datetime.now(UTC) + timedelta(days=days)).isoformat()
        (archive / f"{name}.md").write_text(f"---\ntitle: A\npublishedDateTime: {date}\n---\n")
    report = build_index(archive, tmp_path / "index")
    assert report.future == ("later.md", "much-later.md")
    assert "future    later.md: dated more than a day ahead" in report.text().splitlines()
    assert "future later.md: dated more than a day ahead" in report.problems()
    (archive / "good.markdown").write_text("---\ntitle: Best\n---\n")
    assert build_index(archive, tmp_path / "index").future == report.future


def test_keys_of_jekyll_are_counted(archive: Path, tmp_path: Path) -> None:
    (archive / "a.md").write_text("---\ntitle: A\ndate: 2024-05-01\ntags: [AI]\n---\n")
    (archive / "b.md").write_text("---\ntitle: B\ndate: 2024-05-01\ntopics: [AI]\n---\n")
    report = build_index(archive, tmp_path / "index")
    assert report.fallback_keys == {"date": 2, "tags": 1}
    assert (report.unknown_keys, report.undated) == ({"exerpt": 1, "mood": 2}, ("undated.md",))
    assert "fallback key 'date' read in 2 files" in report.problems()


def test_texts_cut_by_a_comment_are_problems(archive: Path, tmp_path: Path) -> None:
    (archive / "cut.md").write_text("---\ntitle: Learn C # at home\nexcerpt: #MeToo\nheat: hot\n---\n")
    assert [line for line in build_index(archive, tmp_path / "index").problems() if "cut" in line] == [
        "noted cut.md: cut at #: title; put it in quotes",
        "noted cut.md: cut at #: excerpt; put it in quotes",
    ]


def test_text_report_has_a_line_for_each_problem(report: BuildReport) -> None:
    figures, *problems = report.text().splitlines()
    assert "4 articles" in figures
    assert [" ".join(line.split()[:3]).rstrip(":") for line in problems] == [
        "rejected broken.md: duplicate",
        "skipped good.md: duplicate",
        "skipped linked: symbolic",
        "undated undated.md",
        "unknown key 'exerpt'",
        "unknown key 'mood'",
        "noted noted.md: unreadable",
    ]


def test_report_survives_a_round_trip_through_json(report: BuildReport) -> None:
    assert msgspec.json.decode(msgspec.json.encode(report), type=BuildReport) == report


def test_refused_build_has_a_report(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(BuildRefused, match="1 files were rejected") as refused:
        build_index(archive, tmp_path / "index", max_rejects=0)
    report = refused.value.report
    assert (report.outcome, report.snapshot, report.articles) == ("failed", "", 4)
    assert [file.path for file in report.rejected] == ["broken.md"]
