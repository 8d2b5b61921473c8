"""The floor's name, what it can say by itself, and what it holds about a person."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from adoption.outbox.rules import KINDS, PURPOSES, Kind, MessageClass
from adoption.tenancy.rules import ACTS, ERASERS, EXPORTERS, NOTICES, SEEN


class OutboxConfig(AppConfig):
    name = "adoption.outbox"
    label = "outbox"

    def ready(self) -> None:
        ACTS.register("outbox", "adoption.outbox.queries.acts.SENTENCES")
        ERASERS.register("outbox", "adoption.outbox.actions.privacy.erase_speech")
        SEEN.register("outbox", "adoption.outbox.queries.privacy.seen_of_speech")
        EXPORTERS.register("outbox", "adoption.outbox.queries.privacy.export_speech")
        NOTICES.register("outbox", "adoption.outbox.queries.refusals.notice_of_refusal")
        PURPOSES.register("unsubscribe", "/u/")
        PURPOSES.register("invitation", "/i/")
        KINDS.register(
            Kind(
                name="invitation",
                label=_("Invitation"),
                message_class=MessageClass.TRANSACTIONAL,
                template="mail/invitation.html",
                lasts=timedelta(days=14),
                links={"accept": "invitation"},
                facts="adoption.outbox.queries.invitations.facts_for_mail",
                still_wanted="adoption.outbox.queries.invitations.is_open",
            )
        )
