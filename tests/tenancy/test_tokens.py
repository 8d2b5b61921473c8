"""Keys for machines: made once, shown once, never more powerful than whoever made them."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from adoption.tenancy import rules
from adoption.tenancy.access import find_member_behind
from adoption.tenancy.actions import members
from adoption.tenancy.actions.tokens import AlreadyExpired, AlreadyMade, NoScopes, make_token, revoke_token
from adoption.tenancy.models import ApiToken, AuditEvent
from adoption.tenancy.rules import Permission, Role
from tests.factories import AT, ApiTokenFactory, World
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.usefixtures("frozen_clock")


def page(world: World) -> str:
    return reverse("tokens", kwargs={"org": world.organization.slug})


def make(world: World, **more: Any) -> tuple[ApiToken, str]:
    given = {
        "name": "Nightly import",
        "scopes": [Permission.SEE_DIRECTORY],
        "membership": world.admin.membership,
        "expires_at": AT + timedelta(days=90),
        "by": world.admin.person,
        "at": AT,
    }
    return make_token(**{**given, **more})


def form(**more: Any) -> dict[str, Any]:
    return {"once": str(uuid4()), "name": "Nightly import", "scopes": ["see_directory"], "lasts": "30", **more}


def test_only_a_hash_of_the_secret_is_kept(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        token, secret = make(meridian)
        assert secret.startswith(rules.TOKEN_PREFIX)
        assert token.hash == rules.hash_secret(secret)
        assert secret.startswith(token.hint)
        assert len(secret) - len(token.hint) > 35
        stored = str(list(ApiToken.objects.filter(pk=token.pk).values_list()))
        assert secret not in stored
        assert secret not in str(list(AuditEvent.objects.values_list("detail")))


def test_nonsense_is_refused_by_name(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        for given, failure in (
            ({"scopes": []}, NoScopes),
            ({"expires_at": AT}, AlreadyExpired),
            ({"scopes": ["everything"]}, ValueError),
        ):
            with pytest.raises(failure):
                make(meridian, **given)
        once = uuid4()
        make(meridian, once=once)
        with pytest.raises(AlreadyMade):
            make(meridian, once=once)


def test_a_token_stops_once_and_with_its_time(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        token, _ = make(meridian)
        live = ApiToken.objects.live(AT).filter(pk=token.pk)
        assert live.exists()
        assert token.is_live(AT)
        assert not ApiToken.objects.live(AT + timedelta(days=90)).filter(pk=token.pk).exists()
        assert not token.is_live(AT + timedelta(days=90))
        for _ in range(2):
            revoke_token(token=token, by=meridian.admin.person, at=AT)
        assert not live.exists()
        assert AuditEvent.objects.filter(verb="token.revoked").count() == 1


def test_the_power_behind_a_token_is_that_of_its_maker_today(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        members.grant_role(membership=meridian.lead.membership, role=Role.ADMINISTRATOR, by=None, at=AT)
        behind = find_member_behind(meridian.lead.membership, at=AT)
        assert behind is not None
        assert Permission.ERASE_PEOPLE in behind.permissions
        members.revoke_role(membership=meridian.lead.membership, role=Role.ADMINISTRATOR, by=None, at=AT)
        behind = find_member_behind(meridian.lead.membership, at=AT)
        assert behind is not None
        assert Permission.ERASE_PEOPLE not in behind.permissions
        meridian.lead.identity.is_active = False
        meridian.lead.identity.save()
        assert find_member_behind(meridian.lead.membership, at=AT) is None


def test_a_secret_is_in_one_answer_and_in_no_other(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    admin = client_as(meridian.admin)
    answer = admin.post(page(meridian), form(lasts="365"))
    found = re.search(r'<code id="secret">(mmt_[^<]+)</code>', answer.text)
    assert found
    assert "no-store" in answer["Cache-Control"]
    with enter(meridian):
        token = ApiToken.objects.get(name="Nightly import")
        assert token.hash == rules.hash_secret(found[1])
        assert token.expires_at == AT + timedelta(days=365)
        assert token.membership == meridian.admin.membership
    again = admin.get(page(meridian))
    assert found[1] not in again.text
    assert token.hint in again.text


def test_a_form_sent_twice_makes_one_token_and_says_so(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    admin, sent = client_as(meridian.admin), form()
    assert "mmt_" in admin.post(page(meridian), sent).text
    again = admin.post(page(meridian), sent, follow=True)
    assert "made already" in again.text
    assert '<code id="secret">' not in again.text
    with enter(meridian):
        assert ApiToken.objects.filter(name="Nightly import").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "\x00"},
        {"name": "x" * 500},
        {"scopes": []},
        {"scopes": ["manage_roles"]},
        {"scopes": ["erase_people"]},
        {"scopes": ["see_deliveries"]},
        {"lasts": "31"},
        {"lasts": str(2**63)},
        {"lasts": ""},
        {"once": "not-a-uuid"},
        {"once": ""},
        {"once": "\x00"},
    ],
    ids=str,
)
def test_a_form_that_cannot_be_is_refused_beside_the_cause(
    meridian: World, client_as: ClientAs, enter: Enter, wrong: dict[str, Any]
) -> None:
    answer = client_as(meridian.admin).post(page(meridian), form(**wrong))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "to mend" in answer.text
    with enter(meridian):
        assert ApiToken.objects.count() == 1


def test_revoking_asks_once_naming_the_token(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    admin = client_as(meridian.admin)
    revoke = reverse("token-revoke", kwargs={"org": "meridian", "token": meridian.token.public_id})
    assert f"Revoke the token “{meridian.token.name}”?" in admin.get(revoke).text
    for _ in range(2):
        assert admin.post(revoke)["Location"] == page(meridian)
    assert admin.get(revoke)["Location"] == page(meridian)
    with enter(meridian):
        meridian.token.refresh_from_db()
    assert meridian.token.revoked_at == AT
    assert "revoked on 8 July 2026" in admin.get(page(meridian)).text


def test_another_companys_token_is_nowhere(meridian: World, harbour: World, client_as: ClientAs, enter: Enter) -> None:
    admin = client_as(meridian.admin)
    for token in (harbour.token.public_id, uuid4()):
        revoke = reverse("token-revoke", kwargs={"org": "meridian", "token": token})
        assert admin.post(revoke).status_code == HTTPStatus.NOT_FOUND
    with enter(harbour):
        harbour.token.refresh_from_db()
    assert harbour.token.revoked_at is None


@pytest.mark.parametrize("more", [1, 3])
def test_the_page_asks_the_same_of_the_database_with_one_row_and_with_three(
    meridian: World, client_as: ClientAs, enter: Enter, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with enter(meridian):
        for _ in range(more):
            ApiTokenFactory.create(membership=meridian.lead.membership)
    admin = client_as(meridian.admin)
    admin.get(page(meridian))
    with django_assert_num_queries(10):
        admin.get(page(meridian))
