"""The floor's name, what it says, what its links open, what it holds about a person, and what it wants to see before a launch."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from adoption.disclosure.rules.released import RELEASED
from adoption.outbox.rules import GUESTS, KINDS, PURPOSES, Kind, MessageClass
from adoption.programs.rules import ASK_WEEK, FINDINGS, PREVIEWS, TELL_EVIDENCE
from adoption.tenancy.rules import ACTS, ERASERS, EXPORTERS, PROBES, RECKONINGS, SEEN
from champions.rules.leading import OWN_USE
from champions.rules.selection import SIGNS
from champions.rules.winning import BEGINNINGS
from metrics.rules.exports import LINK_PURPOSE
from pods.rules import PEERS
from surveys.rules import PUBLISHED


class MetricsConfig(AppConfig):
    name = "metrics"
    label = "metrics"

    def ready(self) -> None:
        ERASERS.register("metrics", "metrics.actions.privacy.erase_person")
        EXPORTERS.register("metrics", "metrics.queries.privacy.export_person")
        SEEN.register("metrics", "metrics.queries.privacy.seen_of_weeks")
        ACTS.register("metrics", "metrics.queries.privacy.SENTENCES")
        RECKONINGS.register("metrics", "metrics.actions.weeks.mark_people")
        RELEASED.register("metrics", "metrics.queries.released.released")
        PURPOSES.register("week", "/w/")
        PURPOSES.register(LINK_PURPOSE, "/e/")
        GUESTS.register("metrics", "metrics.queries.exports.readers_among")
        SIGNS.register("tools", "metrics.queries.signs.seen_using_ai")
        PUBLISHED.register("metrics", "metrics.actions.afterwards.freeze_survey")
        PROBES.register("baseline", "metrics.queries.baseline.baseline_collected")
        BEGINNINGS.register("weeks", "metrics.queries.beginnings.beginnings")
        OWN_USE.register("weeks", "metrics.queries.beginnings.own_use")
        FINDINGS.register("metrics", "metrics.queries.portfolio.findings")
        PREVIEWS.register(ASK_WEEK, "metrics.queries.asking.preview_week")
        PREVIEWS.register(TELL_EVIDENCE, "metrics.queries.digest.preview_digest")
        PEERS.register("weeks", "metrics.queries.peers.who_uses_it")
        KINDS.register(
            Kind(
                name="week",
                label=_("Weekly check-in"),
                message_class=MessageClass.NUDGE,
                lasts=timedelta(days=3),
                template="mail/week.html",
                links={"answer": "week"},
                facts="metrics.queries.asking.facts_of_week",
                still_wanted="metrics.queries.asking.week_wanted",
            )
        )
        KINDS.register(
            Kind(
                name="digest",
                label=_("Monthly summary"),
                message_class=MessageClass.DIGEST,
                lasts=timedelta(days=7),
                template="mail/digest.html",
                facts="metrics.queries.digest.facts_of_digest",
                still_wanted="metrics.queries.digest.digest_wanted",
                pictures="metrics.exports.mailed.digest_pictures",
            )
        )
        KINDS.register(
            Kind(
                name="evidence_link",
                label=_("Link to evidence"),
                message_class=MessageClass.TRANSACTIONAL,
                lasts=timedelta(days=7),
                template="mail/evidence_link.html",
                links={"read": LINK_PURPOSE},
                facts="metrics.queries.exports.facts_of_link",
                still_wanted="metrics.queries.exports.link_wanted",
            )
        )
