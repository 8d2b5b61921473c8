"""The rules of the house are enforced: the tree keeps them, and each planted violation is found."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FLOORS = ("adoption", "champions", "pods", "surveys", "metrics")

# file, what is planted in it, the contract or rule that must break, and what the report must name
PLANTED = [
    ("adoption/tenancy/queries/planted.py", "import metrics.apps", "A floor stands on those below", "metrics.apps"),
    ("adoption/outbox/rules/planted.py", "import pods.apps", "A floor stands on those below", "pods.apps"),
    ("champions/utils.py", "", "The same file name means the same thing on every floor", "champions.utils"),
    ("pods/rules.py", "import pods.models", "The same file name means the same thing on every floor", "pods.models"),
    ("adoption/tenancy/helpers.py", "", "Tenancy's rooms", "adoption.tenancy.helpers"),
    ("adoption/tenancy/walls_planted.py", "", "Tenancy's rooms", "adoption.tenancy.walls_planted"),
    ("metrics/services.py", "", "Metrics' rooms", "metrics.services"),
    (
        "surveys/rules/library.py",
        "import django.utils.timezone",
        "Rules are numbers, enums and pure functions",
        "surveys.rules.library",
    ),
    (
        "metrics/sources/planted.py",
        "import django.db",
        "Rules are numbers, enums and pure functions",
        "metrics.sources.planted",
    ),
    ("metrics/actions.py", "import celery", "Models, queries and actions know no face", "metrics.actions"),
    ("pods/models.py", "import rest_framework", "Models, queries and actions know no face", "pods.models"),
    (
        "surveys/queries/privacy.py",
        "import django_htmx",
        "Models, queries and actions know no face",
        "surveys.queries.privacy",
    ),
    ("champions/views.py", "import adoption.settings", "Settings are read through django.conf", "champions.views"),
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code that may be spoilt."""
    copy = tmp_path_factory.mktemp("house")
    for floor in FLOORS:
        shutil.copytree(ROOT / floor, copy / floor, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def lint_imports(tree: Path) -> tuple[int, str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"]
    # Wide, because the report is wrapped to the terminal.
    done = subprocess.run(
        command, cwd=tree, env={"COLUMNS": "400", "PATH": ""}, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def ruff(tree: Path, path: str, source: str) -> str:
    (tree / path).parent.mkdir(parents=True, exist_ok=True)
    (tree / path).write_text(source)
    command = [Path(sys.executable).with_name("ruff"), "check", "--no-cache", "--output-format=concise", path]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False).stdout


def test_every_contract_is_kept_and_every_planted_violation_breaks_its_own(tree: Path) -> None:
    code, report = lint_imports(tree)
    assert code == 0, report
    assert "BROKEN" not in report
    for path, source, _, _ in PLANTED:
        file = tree / path
        file.parent.mkdir(exist_ok=True)
        file.write_text('"""Planted."""\n' + (f"\n{source}\n" if source else ""))
    code, report = lint_imports(tree)
    assert code == 1
    summary, _, details = report.partition("Broken contracts")
    kept = [line for line in summary.splitlines() if line.endswith("KEPT")]
    assert kept == []
    sections = details.split("\n---")
    for path, _, contract, named in PLANTED:
        section = next(part for part in _by_contract(details) if part.startswith(contract))
        assert named in section, f"{path} was not found by: {contract}\n{sections}"


def _by_contract(details: str) -> list[str]:
    """The report's paragraphs, one per broken contract; each begins with the contract's name, underlined."""
    lines = details.splitlines()
    starts = [number - 1 for number, line in enumerate(lines) if line and set(line) == {"-"} and number > 1]
    return ["\n".join(lines[start:end]) for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("from django.utils import timezone\n\nNOW = timezone.now()\n", "TID251"),
        ("from datetime import UTC, datetime\n\nNOW = datetime.now(tz=UTC)\n", "TID251"),
        ("from datetime import date\n\nTODAY = date.today()\n", "TID251"),
        ("import time\n\nNOW = time.time()\n", "TID251"),
        ("from django.db.models.functions import Now\n\nNOW = Now()\n", "TID251"),
        ("from django.dispatch import receiver\n\nHEAR = receiver\n", "TID251"),
        ("from django.db.models.signals import post_save\n\nHEAR = post_save\n", "TID251"),
        ('def late() -> object:\n    """Late."""\n    import json\n\n    return json\n', "PLC0415"),
        ("# TODO: later\n", "FIX002"),
    ],
)
def test_a_clock_a_signal_an_inline_import_or_a_promise_in_an_action_is_refused(
    tree: Path, source: str, rule: str
) -> None:
    said = ruff(tree, "pods/actions.py", f'"""Planted."""\n\n{source}')
    assert f" {rule} " in said, said


@pytest.mark.parametrize("face", ["views.py", "api.py", "tasks.py", "management/commands/planted.py"])
def test_a_face_may_read_the_clock(tree: Path, face: str) -> None:
    source = '"""Planted."""\n\nfrom django.utils import timezone\n\nNOW = timezone.now()\n'
    assert "TID251" not in ruff(tree, f"pods/{face}", source)
