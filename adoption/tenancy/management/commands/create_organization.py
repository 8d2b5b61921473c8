"""The operator's way to bring an organisation aboard: the organisation, and an invitation to its administrator."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from adoption.tenancy.actions.members import invite_by_mail
from adoption.tenancy.actions.organizations import SlugTaken, create_organization
from adoption.tenancy.actions.people import Refused
from adoption.tenancy.rules import Role, clean_mail
from adoption.tenancy.walls import organization


class Command(BaseCommand):
    help = "Make an organisation and invite its first administrator by mail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="its part of every address: small letters, digits and hyphens")
        parser.add_argument("name")
        parser.add_argument("--administrator", required=True, metavar="NAME", help="of the first administrator")
        parser.add_argument("--mail", required=True, help="of the first administrator")
        parser.add_argument("--zone", default="Europe/London", help="IANA time zone (default: %(default)s)")
        parser.add_argument(
            "--locale", default=settings.LANGUAGE_CODE, choices=[code for code, _ in settings.LANGUAGES]
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        mail = clean_mail(options["mail"])
        if mail is None:
            raise CommandError(f"{options['mail']} is not a mail address.")
        try:
            with transaction.atomic():
                made = create_organization(
                    slug=options["slug"], name=options["name"], zone=options["zone"], locale=options["locale"], at=now
                )
                with organization(made.pk):
                    invite_by_mail(
                        name=options["administrator"], mail=mail, roles=[Role.ADMINISTRATOR], by=None, at=now
                    )
        except SlugTaken as failure:
            raise CommandError(f"There is an organisation at /o/{failure}/ already: choose another slug.") from failure
        except ValidationError as failure:
            raise CommandError(" ".join(failure.messages)) from failure
        except Refused as failure:
            raise CommandError(str(failure.message)) from failure
        self.stdout.write(
            f"{made.name} is at {settings.BASE_URL}/o/{made.slug}/. {mail} is invited as its administrator."
        )
