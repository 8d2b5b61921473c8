"""Coming in: invited by an administrator, by mail, and later by a code."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from adoption.tenancy.models import Identity, Membership, RoleGrant
from tests.factories import World
from tests.journeys.conftest import DESK, PHONE, Post, Visit
from tests.worlds import Enter

CODE = re.compile(r"^([A-Z0-9]{4}-[A-Z0-9]{4})\r?$", re.MULTILINE)


def test_an_invitation_from_the_roles_page_to_the_first_page_and_back_by_a_mailed_code(
    meridian: World, harbour: World, visit: Visit, post: Post, beat: Callable[[], int], enter: Enter
) -> None:
    # The administrator invites Greta, who is in the directory and has never signed in.
    admin = visit(meridian.admin)
    admin.open("/o/meridian/roles/")
    admin.see("Who may come in, and what they see", shot="1-roles")
    admin.open(f"/o/meridian/roles/invite/{meridian.manager.public_id}/")
    admin.see(f"Invite {meridian.manager.name}", shot="2-invite")
    admin.page.get_by_label("L&D lead").check()
    admin.press("Send the invitation")
    admin.page.wait_for_url("**/roles/")
    assert meridian.manager.name in admin.page.locator("main").inner_text()

    # The heartbeat sends it. Greta opens it on her phone.
    beat()
    mail = str(meridian.manager.mail)
    link = re.search(r"http://\S+/i/\S+", post.text(mail))
    assert link, post.text(mail)
    greta = visit(None, width=PHONE)
    greta.open(link[0])
    assert link[0] not in greta.page.url, "the secret stays out of the address bar"
    greta.see(re.compile("invites you to Murmuration"), shot="3-invitation")
    with enter(meridian):
        assert not Membership.objects.filter(person=meridian.manager).exists()
    greta.press("Accept and come in")
    greta.page.wait_for_url("**/o/meridian/")
    greta.see(re.compile("."), shot="4-home")
    with enter(meridian):
        held = RoleGrant.objects.filter(membership__person=meridian.manager)
        assert {grant.role for grant in held} == {"lead", "member"}

    # What she is not, she cannot open; what is another company's does not exist.
    greta.open("/o/meridian/tokens/")
    greta.see("This page is not open to you", shot="5-not-open")
    greta.open("/o/harbour/")
    greta.see("There is nothing at this address", shot="6-nothing")

    # Another day, another browser: a code comes by mail.
    again = visit(None, dark=True)
    again.open("/o/meridian/people/")
    again.see("Sign in", shot="7-sign-in")
    again.page.get_by_label("Work e-mail").fill(mail)
    again.press("Send me a code")
    again.see("Look into your mail", shot="8-code")
    code = CODE.search(post.text(mail))
    assert code, post.text(mail)
    again.page.locator("main input[name=code]").fill(code[1])
    again.press("Sign in")
    again.page.wait_for_url("**/o/meridian/people/")
    again.see(re.compile("people"), shot="9-people")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without"])
def test_a_wrong_code_is_refused_kindly_and_a_right_one_still_opens(
    meridian: World, visit: Visit, post: Post, scripts: bool
) -> None:
    reader = visit(None, width=PHONE if scripts else DESK, scripts=scripts)
    mail = meridian.member.identity.email
    reader.open("/")
    reader.page.get_by_label("Work e-mail").fill(mail)
    reader.press("Send me a code")
    reader.see("Look into your mail")
    reader.page.locator("main input[name=code]").fill("WRONG1")
    reader.press("Sign in")
    reader.see("Look into your mail", shot="wrong")
    code = CODE.search(post.text(mail))
    assert code, post.text(mail)
    reader.page.locator("main input[name=code]").fill(code[1])
    reader.press("Sign in")
    reader.page.wait_for_url("**/o/meridian/")
    assert Identity.objects.filter(email=mail).exists()


def test_nobody_learns_who_has_an_account(meridian: World, visit: Visit, post: Post) -> None:
    said = []
    for mail in (meridian.member.identity.email, "nobody@nowhere.example"):
        reader = visit(None)
        reader.open("/")
        reader.page.get_by_label("Work e-mail").fill(mail)
        reader.press("Send me a code")
        reader.see("Look into your mail")
        said.append(reader.page.locator("main").inner_text().replace(mail, "MAIL"))
    assert said[0] == said[1]
