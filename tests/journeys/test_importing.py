"""A lead brings people in from a file: with mistakes, mended, imported, and taken back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db.models import QuerySet

from adoption.tenancy.models import PeopleImport, Person
from tests.factories import World
from tests.journeys.conftest import DESK, PHONE, Reader, Visit
from tests.journeys.keyboard import Keyboard
from tests.worlds import Enter

HEADER = "Employee number;Name;Work email;Department;Manager"
WRONG = [
    "901;Åsa Öberg;asa.oberg@meridian.example;Delivery;",
    "902;Bo Berg;bo.berg(at)meridian.example;Delivery;901",
    "903;;nobody@meridian.example;Delivery;901",
    "904;Cai Cole;cai.cole@meridian.example;Delivery;999",
]
RIGHT = [
    "901;Åsa Öberg;asa.oberg@meridian.example;Delivery;",
    "902;Bo Berg;bo.berg@meridian.example;Delivery;901",
    "903;Dee Dahl;dee.dahl@meridian.example;Delivery;901",
    "904;Cai Cole;cai.cole@meridian.example;Delivery;901",
]


def a_file(folder: Path, name: str, lines: list[str]) -> Path:
    """As HR systems write them: semicolons, a byte order mark, Windows line ends."""
    path = folder / name
    path.write_bytes(("\ufeff" + "\r\n".join([HEADER, *lines]) + "\r\n").encode())
    return path


def newcomers() -> QuerySet[Person]:
    return Person.objects.filter(external_id__in=["901", "902", "903", "904"])


def choose(reader: Reader, path: Path) -> None:
    reader.open("/o/meridian/people/import/")
    reader.see("Import people", shot="1-choose")
    reader.page.locator("input[type=file]").set_input_files(path)
    reader.press("Look at the file")
    reader.page.wait_for_url(re.compile("/import/[0-9a-f-]{36}/"))
    if "/columns/" in reader.page.url:
        reader.see("What do these columns mean?", shot="2-columns")
        reader.press("Show what will happen")


@pytest.mark.parametrize(
    ("width", "dark", "scripts"),
    [(DESK, False, True), (PHONE, True, True), (DESK, False, False)],
    ids=["desk", "phone-in-the-dark", "without-scripts"],
)
def test_a_file_with_mistakes_is_mended_imported_and_taken_back(
    meridian: World, visit: Visit, enter: Enter, tmp_path: Path, width: int, dark: bool, scripts: bool
) -> None:
    with enter(meridian):
        PeopleImport.objects.all().delete()
    lead = visit(meridian.lead, width=width, dark=dark, scripts=scripts)

    # The preview names each mistake by its line, and nothing has happened.
    choose(lead, a_file(tmp_path, "people.csv", WRONG))
    lead.see(re.compile("new"), shot="3-mistakes")
    said = lead.page.locator("main").inner_text()
    for part in ("bo.berg(at)meridian.example", "999"):
        assert part in said
    with enter(meridian):
        assert not newcomers().exists()

    # Thrown away, mended, chosen again.
    lead.press("Throw the file away")
    choose(lead, a_file(tmp_path, "people-mended.csv", RIGHT))
    lead.see("4 new, 0 changed, 0 left", shot="4-preview")
    lead.press("Import 4 people")
    lead.see("Done: 4 new, 0 changed, 0 left", shot="5-done")
    with enter(meridian):
        assert newcomers().count() == 4
        assert newcomers().get(external_id="904").manager.external_id == "901"  # type: ignore[union-attr]

    # And back again.
    lead.press("Undo this import")
    lead.see("This import was undone", shot="6-undone")
    with enter(meridian):
        assert not newcomers().exists()
        assert Person.objects.count() == 9


def test_somebody_is_found_and_changed_with_the_keyboard_alone(meridian: World, visit: Visit, enter: Enter) -> None:
    lead = visit(meridian.lead)
    lead.open("/o/meridian/people/")
    keyboard = Keyboard(lead.page)
    keyboard.skip()
    keyboard.press(meridian.member.person.name)
    lead.see(meridian.member.person.name)
    lead.page.wait_for_url(f"**/people/{meridian.member.person.public_id}/")
