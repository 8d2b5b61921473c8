"""An executive takes the evidence along: asked for, watched while it is made, fetched; also on a phone without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pypdf
import pytest
from playwright.sync_api import expect
from pptx import Presentation

from adoption.programs.rules import Checkpoint
from tests.factories import World
from tests.journeys.conftest import PHONE, Visit
from tests.metrics.trials import POD_ADOPTERS, TEAM_ADOPTERS, launched
from tests.worlds import Enter

pytestmark = pytest.mark.usefixtures("ticking_clock")

EVIDENCE = "/o/meridian/p/client-reports/evidence/"


def test_a_file_is_asked_for_watched_and_fetched_with_scripts_and_without(
    meridian: World, enter: Enter, visit: Visit, beat: Callable[[], int]
) -> None:
    with enter(meridian):
        made = launched(meridian)
        made.look(Checkpoint.S56, POD_ADOPTERS, TEAM_ADOPTERS)
    executive = visit(meridian.executive)
    executive.open(EVIDENCE)
    executive.follow("Export and share")
    executive.see("Take the evidence with you", shot="1-offers")
    executive.press(re.compile("Evidence, as a PDF"))
    executive.see("Your file is being made", shot="2-progress")
    # Nobody touches the page from here on: it looks by itself.
    assert beat()
    expect(executive.page.get_by_role("heading", name="Your file is ready")).to_be_visible()
    executive.see("Your file is ready", shot="3-ready")
    with executive.page.expect_download() as fetched:
        executive.follow("Fetch it")
    assert fetched.value.suggested_filename == "evidence-client-reports.pdf"
    text = "".join(page.extract_text() for page in pypdf.PdfReader(fetched.value.path()).pages)
    assert "34 of 48 pod members (71%)" in " ".join(text.split())

    plain = visit(meridian.executive, width=PHONE, dark=True, scripts=False)
    plain.open(f"{EVIDENCE}../exports/")
    plain.press(re.compile("Evidence, as slides"))
    plain.see("Your file is being made")
    assert beat()
    plain.follow("Look again")
    plain.see("Your file is ready", shot="4-without-scripts")
    with plain.page.expect_download() as fetched:
        plain.follow("Fetch it")
    assert len(Presentation(str(fetched.value.path())).slides) > 3
