"""Every text can be translated: in a language in which each translated text stands in brackets, nothing stands outside them.

What a page shows beside its own texts is what people wrote, which stands in the database, and what says of itself that it is
not to be translated.
"""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from adoption.tenancy.models import Organization
from adoption.tenancy.rules import permissions_of
from adoption.tenancy.walls import organization
from tests.conftest import ROOT
from tests.factories import Somebody, World
from tests.house.addresses import BY_FACT, Address
from tests.house.test_doors import PAGES, by_role
from tests.language import LANGUAGE, Outside, left_over, written
from tests.worlds import ClientAs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock", "unlogged", "bracketed")]

TEMPLATES = ROOT / "templates"


@pytest.fixture
def client_as(client_signed_in: ClientAs) -> ClientAs:
    return client_signed_in


@pytest.fixture(scope="module")
def known(filled: tuple[World, World], django_db_blocker: DjangoDbBlocker) -> list[str]:
    """What people of the company wrote; its mails are in the language as well."""
    company = filled[0].organization
    with django_db_blocker.unblock(), organization(company.pk):
        Organization.objects.filter(pk=company.pk).update(locale=LANGUAGE)
        return written()


@pytest.mark.parametrize("address", PAGES, ids=str)
def test_every_text_of_a_page_can_be_translated(
    address: Address, known: list[str], meridian: World, client_as: ClientAs
) -> None:
    path, found = address.own(meridian), []
    for somebody in readers(address, meridian):
        client = client_as(somebody)
        for ask in (client.get, client.post):
            with transaction.atomic():
                answer = ask(path, headers={"accept-language": LANGUAGE})
                transaction.set_rollback(True)
            if answer["Content-Type"].startswith("text/html"):
                found += left_over(Outside(b"".join(answer).decode()).found, known)
    assert found == []


def readers(address: Address, world: World) -> list[Somebody]:
    """Who is shown what differs: by permission the first who has it, else whoever does other work."""
    if address.permission is None or address.name in BY_FACT:
        return [world.lead, world.champion, world.member]
    return [next(one for role, one in by_role(world).items() if address.permission in permissions_of({role}))]


# Elements write tags out of pieces; the name of a width stands in a block of its own.
NO_TEXTS = (TEMPLATES / "allauth" / "elements").glob("*.html")
WIDTHS = re.compile(r"\{% block \w+ %\}mm-[\w-]+\{% endblock %\}")
SPOKEN = re.compile(r"\{% (blocktranslate|comment)\b.*?\{% end\1 %\}|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)


def test_no_template_says_anything_by_itself() -> None:
    """Of mails and of pages behind mailed links, too, which nobody comes to above."""
    found = {}
    for template in {*TEMPLATES.rglob("*.html")} - {*NO_TEXTS}:
        bare = SPOKEN.sub("«»", WIDTHS.sub("", template.read_text()))
        if said := left_over(Outside(bare).found, []):
            found[str(template)] = said
    assert found == {}


def test_what_cannot_be_translated_is_found() -> None:
    page = """<p title="Not this">«Said by <b>Ada «twice»</b>» and <i>not</i> by Ben</p><code>nor this</code>
        <ul translate="no"><li>Cymraeg<li>Deutsch</ul><img alt="«A bird»">"""
    assert left_over(Outside(page).found, ["Ben"]) == ["Not this", "and", "not", "by Ben"]
