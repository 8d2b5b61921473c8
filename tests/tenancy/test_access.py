"""The door, and how somebody signs in: by a mailed code, a password, a passkey; told nothing about addresses."""

from __future__ import annotations

import base64
import email
import hashlib
import hmac
import json
import os
import queue
import re
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import Message
from http import HTTPStatus
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from allauth.account.models import EmailAddress
from django.conf import settings as live_settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from adoption.tenancy import access
from adoption.tenancy.access import find_member
from adoption.tenancy.actions import members
from adoption.tenancy.models import Identity
from adoption.tenancy.rules import Permission, Role
from tests.factories import AT, IdentityFactory, PersonFactory, World
from tests.house.processes import PATIENCE_SECONDS
from tests.worlds import ClientAs, Enter

UNKNOWN = "nobody-here@example.com"


# --- the door --------------------------------------------------------------------------------------------------------


def test_one_look_finds_the_member_with_every_right_of_today(
    meridian: World, enter: Enter, django_assert_num_queries: Any
) -> None:
    with enter(meridian):
        members.grant_role(membership=meridian.lead.membership, role=Role.EXECUTIVE, by=None, at=AT)
        with django_assert_num_queries(1):
            member = find_member(meridian.lead.identity, at=AT)
        assert member is not None
        assert member.roles == {Role.LEAD, Role.EXECUTIVE}
        assert Permission.IMPORT_PEOPLE in member.permissions
        assert find_member(IdentityFactory.create(), at=AT) is None


def test_a_right_that_is_taken_away_is_gone_at_the_next_click(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        members.grant_role(membership=meridian.lead.membership, role=Role.ADMINISTRATOR, by=None, at=AT)
    client = client_as(meridian.lead)
    assert client.get("/o/meridian/roles/").status_code == HTTPStatus.OK
    with enter(meridian):
        members.revoke_role(membership=meridian.lead.membership, role=Role.ADMINISTRATOR, by=None, at=AT)
    assert client.get("/o/meridian/roles/").status_code == HTTPStatus.FORBIDDEN


def test_an_identity_that_was_closed_is_nobody_at_the_next_click(meridian: World, client_as: ClientAs) -> None:
    client = client_as(meridian.lead)
    Identity.objects.filter(pk=meridian.lead.identity.pk).update(is_active=False)
    assert client.get("/o/meridian/")["Location"].startswith("/sign-in/login/")


# --- a real mail server ----------------------------------------------------------------------------------------------


class Postbox:
    """Keeps what arrives, in order."""

    def __init__(self) -> None:
        self.arrived: queue.Queue[Message] = queue.Queue()

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802
        self.arrived.put(email.message_from_bytes(envelope.original_content or b""))
        return "250 kept"

    def next(self) -> Message:
        return self.arrived.get(timeout=PATIENCE_SECONDS)


@pytest.fixture
def postbox(settings: Settings) -> Iterator[Postbox]:
    kept = Postbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    cache.clear()
    yield kept
    settled()
    controller.stop()


def settled() -> None:
    """Wait until everything handed to the postmen has been sent or has failed."""
    for one in [access._postman.submit(int) for _ in range(access._postman._max_workers)]:
        one.result(timeout=PATIENCE_SECONDS)


def ask_for_code(client: Client, address: str, **more: Any) -> HttpResponse:
    answer: Any = client.post(reverse("account_request_login_code"), {"email": address}, **more)
    return answer  # type: ignore[no-any-return]


def code_of(message: Message) -> str:
    body = message.get_payload(decode=True)
    assert isinstance(body, bytes)
    found = re.match(r"[A-Z0-9]{4}-[A-Z0-9]{4}", body.decode())
    assert found, body.decode()
    return found[0]


def enter_code(client: Client, code: str) -> Any:
    return client.post(reverse("account_confirm_login_code"), {"code": code})


def test_a_mailed_code_opens_the_door_once(meridian: World, postbox: Postbox) -> None:
    client = Client()
    client.get("/o/meridian/roles/")
    answer = ask_for_code(client, meridian.admin.identity.email)
    assert answer["Location"] == reverse("account_confirm_login_code")
    message = postbox.next()
    assert message["To"] == meridian.admin.identity.email
    assert message["Subject"] == "Your code to sign in"
    body = message.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert live_settings.BASE_URL.split("//")[1] in body.decode()
    before = client.session.session_key
    assert enter_code(client, code_of(message))["Location"] == "/"
    assert client.session.session_key != before
    assert client.get("/", follow=True).wsgi_request.path == "/o/meridian/"
    assert EmailAddress.objects.get(user=meridian.admin.identity).verified
    # The same code in another window.
    other = Client()
    ask_for_code(other, meridian.admin.identity.email)
    assert enter_code(other, code_of(message)).status_code == HTTPStatus.OK
    assert other.get("/").status_code == HTTPStatus.FOUND


def test_after_signing_in_one_is_where_one_wanted_to_go_and_never_on_another_site(
    meridian: World, postbox: Postbox
) -> None:
    for wanted, there in (
        ("/o/meridian/roles/", "/o/meridian/roles/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
    ):
        cache.clear()
        client = Client()
        answer: Any = client.post(
            reverse("account_request_login_code"), {"email": meridian.admin.identity.email, "next": wanted}
        )
        answer = client.post(answer["Location"], {"code": code_of(postbox.next()), "next": wanted})
        assert answer["Location"] == there


def test_a_forged_host_reaches_no_mail(meridian: World, postbox: Postbox, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    ask_for_code(Client(), meridian.admin.identity.email, HTTP_HOST="evil.example")
    assert "evil.example" not in postbox.next().as_string()


def test_an_unknown_address_gets_the_same_answer_and_no_mail(meridian: World, postbox: Postbox) -> None:
    seen = []
    for address in (meridian.lead.identity.email, UNKNOWN, f"ended@{'x' * 40}.example"):
        client = Client()
        asked = ask_for_code(client, address)
        page = client.get(asked["Location"])
        wrong = enter_code(client, "000000")
        texts = [
            re.sub(r'(name="csrfmiddlewaretoken" value=|nonce-|hx-headers=)"?[^"]+"?', "", answer.text)
            .replace(address, "ADDRESS")
            .replace(address.replace("@", "&#64;"), "ADDRESS")
            for answer in (asked, page, wrong)
        ]
        seen.append((asked.status_code, asked["Location"], page.status_code, wrong.status_code, *texts))
    assert seen[0] == seen[1] == seen[2]
    assert postbox.next()["To"] == meridian.lead.identity.email
    settled()
    assert postbox.arrived.empty()


def test_the_time_of_the_answer_does_not_depend_on_the_mail_server_or_on_the_address(
    meridian: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of the sending happens before the answer: neither rendering nor a connection."""
    cache.clear()
    handed: list[tuple[Any, ...]] = []
    monkeypatch.setattr(access._postman, "submit", lambda *work: handed.append(work))
    asked = {}
    for address in (meridian.lead.identity.email, UNKNOWN):
        with CaptureQueriesContext(connection) as queries:
            ask_for_code(Client(), address)
        asked[address] = [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries]
    assert len(handed) == 1
    # An address nobody has proved is looked for in one more place.
    known, unknown = (len(asked[address]) for address in asked)
    assert known <= unknown <= known + 2


def test_a_mail_server_that_is_down_tells_nothing_and_its_log_names_nobody(
    meridian: World, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    cache.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answers = [ask_for_code(Client(), address) for address in (meridian.lead.identity.email, UNKNOWN)]
    settled()
    assert {answer.status_code for answer in answers} == {HTTPStatus.FOUND}
    assert "sign_in.mail_failed" in caplog.text
    assert meridian.lead.identity.email not in caplog.text


def test_an_identity_whose_person_left_signs_in_and_finds_no_organization(
    meridian: World, postbox: Postbox, enter: Enter
) -> None:
    with enter(meridian):
        members.end_membership(membership=meridian.lead.membership, by=None, at=AT)
    client = Client()
    ask_for_code(client, meridian.lead.identity.email)
    assert enter_code(client, code_of(postbox.next()))["Location"] == "/"
    assert "not a member anywhere yet" in client.get("/").text
    assert client.get("/o/meridian/").status_code == HTTPStatus.NOT_FOUND


def test_an_identity_that_was_closed_is_answered_like_an_unknown_one(meridian: World, postbox: Postbox) -> None:
    Identity.objects.filter(pk=meridian.lead.identity.pk).update(is_active=False)
    answer = ask_for_code(Client(), meridian.lead.identity.email)
    assert answer["Location"] == reverse("account_confirm_login_code")
    settled()
    assert postbox.arrived.empty()


def test_one_code_is_enough_for_an_identity_made_for_somebody(meridian: World, postbox: Postbox, enter: Enter) -> None:
    identity = Identity.objects.create_user("noor@meridian.example", created_at=AT)
    with enter(meridian):
        person = PersonFactory.create(mail=identity.email)
        members.admit(identity=identity, person=person, roles=[], by=None, at=AT)
    client = Client()
    ask_for_code(client, identity.email)
    assert enter_code(client, code_of(postbox.next()))["Location"] == "/"
    assert EmailAddress.objects.get(user=identity).verified


# --- limits ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [True, False])
def test_codes_for_one_address_are_limited_whether_or_not_it_is_known(
    meridian: World, postbox: Postbox, known: bool
) -> None:
    address = meridian.lead.identity.email if known else UNKNOWN
    statuses = [ask_for_code(Client(), address).status_code for _ in range(5)]
    assert statuses[:3] == [HTTPStatus.FOUND] * 3
    assert HTTPStatus.FOUND not in statuses[3:]


def test_codes_asked_from_one_place_are_limited(db: None, postbox: Postbox) -> None:
    statuses = [ask_for_code(Client(), f"n{number}@example.com").status_code for number in range(25)]
    assert HTTPStatus.FOUND not in statuses[20:]
    assert statuses[:20] == [HTTPStatus.FOUND] * 20


def test_a_code_is_guessed_three_times_at_most(meridian: World, postbox: Postbox) -> None:
    client = Client()
    ask_for_code(client, meridian.lead.identity.email)
    right = code_of(postbox.next())
    for _ in range(3):
        enter_code(client, "ZZZ-ZZZ")
    enter_code(client, right)
    assert client.get("/")["Location"].startswith("/sign-in/login/")


@pytest.mark.parametrize(
    "nonsense", ["\x00", "a\x00@b.example", str(2**63), "x" * 5000, "", "@", "a@b@c", "=a@b.example"]
)
def test_nonsense_in_the_sign_in_forms_is_answered(db: None, postbox: Postbox, nonsense: str) -> None:
    client = Client()
    assert ask_for_code(client, nonsense).status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    assert enter_code(client, nonsense).status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    for name in ("account_login", "account_reset_password"):
        answer = client.post(
            reverse(name), {"login": nonsense, "email": nonsense, "password": nonsense, "next": nonsense}
        )
        assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    assert Client().get(reverse("account_login"), {"next": nonsense}).status_code == HTTPStatus.OK


# --- other ways ------------------------------------------------------------------------------------------------------

PASSWORD = "correct horse battery staple"


def with_password(identity: Identity) -> Identity:
    identity.set_password(PASSWORD)
    identity.save()
    return identity


def test_a_password_opens_the_door_for_those_who_chose_one(meridian: World) -> None:
    cache.clear()
    identity = with_password(meridian.lead.identity)
    client = Client()
    assert client.post(reverse("account_login"), {"login": identity.email, "password": PASSWORD})["Location"] == "/"
    # Nobody without a password gets in with one, and a wrong one is answered as an unknown address is.
    wrong = [
        Client().post(reverse("account_login"), {"login": address, "password": "not this one"})
        for address in (identity.email, meridian.admin.identity.email, UNKNOWN)
    ]
    assert {answer.status_code for answer in wrong} == {HTTPStatus.OK}
    texts = {re.sub(r'value="[^"]*"', "", answer.text) for answer in wrong}
    assert len(texts) == 1


def totp(secret: str, at: float) -> str:
    """RFC 6238, six digits of thirty seconds."""
    counter = struct.pack(">Q", int(at // 30))
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def test_a_second_step_is_set_up_and_then_asked_for(meridian: World) -> None:
    cache.clear()
    identity = with_password(meridian.lead.identity)
    client = Client()
    client.post(reverse("account_login"), {"login": identity.email, "password": PASSWORD})
    assert client.get(reverse("mfa_activate_totp"))["Location"].startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.get(reverse("mfa_activate_totp")).status_code == HTTPStatus.OK
    secret = client.session["mfa.totp.secret"]
    done = client.post(reverse("mfa_activate_totp"), {"code": totp(secret, time.time())})
    assert done.status_code == HTTPStatus.FOUND
    settled()
    fresh = Client()
    asked = fresh.post(reverse("account_login"), {"login": identity.email, "password": PASSWORD})
    assert asked["Location"] == reverse("mfa_authenticate")
    assert fresh.get("/")["Location"].startswith("/sign-in/login/")
    assert fresh.get(asked["Location"]).status_code == HTTPStatus.OK
    assert fresh.post(asked["Location"], {"code": "000000"}).status_code == HTTPStatus.OK
    assert fresh.get("/")["Location"].startswith("/sign-in/login/")


@pytest.mark.parametrize(
    "name",
    [
        "account_email",
        "mfa_index",
        "mfa_add_webauthn",
        "mfa_list_webauthn",
        "mfa_activate_totp",
        "account_set_password",
        "account_logout",
    ],
)
def test_ones_own_ways_to_sign_in_have_their_pages(meridian: World, name: str) -> None:
    cache.clear()
    identity = meridian.lead.identity
    if name != "account_set_password":
        with_password(identity)
    client = Client()
    client.force_login(identity)
    if name != "account_set_password":
        # Freshly proved, as these pages insist.
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse(name))
    assert page.status_code == HTTPStatus.OK, page.headers
    assert "<h1" in page.text


def test_nobody_signs_up_by_themselves(db: None) -> None:
    page = Client().get(reverse("account_signup"))
    assert page.status_code == HTTPStatus.OK
    assert "<form" not in page.text.split("<main")[1]
    Client().post(reverse("account_signup"), {"email": UNKNOWN, "password1": PASSWORD, "password2": PASSWORD})
    assert not Identity.objects.exists()


# --- the role of the database ----------------------------------------------------------------------------------------


AS_GIVEN = """
import json, os, django
from django.conf import settings
settings.DATABASES["default"].update(json.loads(os.environ["GIVEN"]))
django.setup()
"""


@pytest.mark.parametrize(
    "start",
    [
        "import adoption.wsgi",
        # What Celery sends before its pool forks.
        "import adoption.celery as c; c.app.loader.import_default_modules(); c.signals.worker_init.send(sender=None)",
    ],
    ids=["web", "worker"],
)
@pytest.mark.parametrize("privileged", [True, False], ids=["as owner", "as the application"])
def test_web_and_worker_start_only_as_a_role_that_row_level_security_binds(
    django_db_setup: None, start: str, privileged: bool
) -> None:
    role = live_settings.DATABASE_OWNER if privileged else {}
    given = {key: connection.settings_dict[key] for key in ("NAME", "USER", "PASSWORD")} | role
    code = f"{AS_GIVEN}{start}"
    environment = {**os.environ, "GIVEN": json.dumps(given), "PYTHONWARNINGS": "ignore"}
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert (ran.returncode != 0) is privileged, ran.stderr
    assert ("Run the application as app_user" in ran.stderr) is privileged
