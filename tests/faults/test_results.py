"""The sections of RESULTS.md are replaced one by one."""

from pathlib import Path

from tests.faults.results import write_section


def test_a_section_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    for title, figure in (("Crashes", "1"), ("Damage", "2"), ("Crashes", "3")):
        write_section(title, "What must hold.", "python -m tests.faults x", [("runs", figure)], path)
    text = path.read_text()
    assert [line for line in text.splitlines() if line.startswith("## ")] == ["## Crashes", "## Damage"]
    assert [line for line in text.splitlines() if line.startswith("| runs")] == ["| runs | 3 |", "| runs | 2 |"]
    assert text == text.replace("\n\n\n", "\n\n"), "sections do not move apart"
