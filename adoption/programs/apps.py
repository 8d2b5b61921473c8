"""The floor's name, what it says, what it holds about a person, and how its acts are told."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from adoption.outbox.rules import KINDS, PURPOSES, Kind, MessageClass
from adoption.tenancy.rules import ACTS, ERASERS, EXPORTERS, FIRST_STEPS, PROBES, SEEN, STANDINGS


class ProgramsConfig(AppConfig):
    name = "adoption.programs"
    label = "programs"

    def ready(self) -> None:
        ACTS.register("programs", "adoption.programs.queries.SENTENCES")
        ERASERS.register("programs", "adoption.programs.actions.erase_person")
        ERASERS.register("designs", "adoption.programs.actions.design.forget_in_designs")
        SEEN.register("programs", "adoption.programs.queries.seen_of_programs")
        PROBES.register("policy", "adoption.programs.queries.policy.policy_read")
        PROBES.register("packs", "adoption.programs.queries.packs.packs_ready")
        PROBES.register("showcase", "adoption.programs.queries.readiness.showcase_scheduled")
        PURPOSES.register("policy", "/y/")
        KINDS.register(
            Kind(
                name="policy",
                label=_("What is allowed with AI"),
                message_class=MessageClass.NUDGE,
                lasts=timedelta(days=14),
                links={"open": "policy"},
                links_last=timedelta(days=90),
                facts="adoption.programs.queries.policy.facts_of_policy",
                still_wanted="adoption.programs.queries.policy.policy_wanted",
            )
        )
        FIRST_STEPS.register("programs", "adoption.programs.queries.guide.first_steps")
        STANDINGS.register("takes_part", "adoption.programs.queries.takes_part")
        EXPORTERS.register("programs", "adoption.programs.queries.export_programs")
        KINDS.register(
            Kind(
                name="attention",
                label=_("Somebody to talk to"),
                message_class=MessageClass.DIGEST,
                lasts=timedelta(days=3),
                template="mail/attention.html",
                facts="adoption.programs.queries.facts_of_asking",
                still_wanted="adoption.programs.queries.asking_wanted",
            )
        )
