"""The floor's name, what it says, what it holds about a person, and what it wants to see before a launch."""

from datetime import timedelta
from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from adoption.outbox.rules import KINDS, PURPOSES, Kind, MessageClass
from adoption.programs.rules import GUIDES, STOPPERS, TELLINGS
from adoption.programs.rules.curriculum import PRACTICES
from adoption.tenancy.rules import ACTS, CLOSINGS, ERASERS, EXPORTERS, PROBES, RECKONINGS, SEEN, STANDINGS
from champions.rules.leading import LEARNED
from champions.rules.suggesting import SUGGESTIONS


class PodsConfig(AppConfig):
    name = "pods"
    label = "pods"

    def ready(self) -> None:
        ACTS.register("pods", "pods.queries.SENTENCES")
        EXPORTERS.register("pods", "pods.queries.export_pods")
        ERASERS.register("pods", "pods.actions.erase_person")
        CLOSINGS.register("pods", "pods.actions.follow_ups.keep_open_days")
        RECKONINGS.register("pods", "pods.actions.calendars.keep_calendars")
        RECKONINGS.register("lone_pods", "pods.actions.champions.look_where_they_lead")
        SEEN.register("pods", "pods.queries.seen_of_pods")
        STANDINGS.register("leads", "pods.queries.leads_a_pod")
        GUIDES.register("pods", "pods.queries.guides")
        STOPPERS.register("pods", "pods.actions.stopping.call_off_practice")
        TELLINGS.register("stuck", "pods.queries.remedies.told_of_stuck")
        TELLINGS.register("leader_absent", "pods.queries.leaders.told_of_leader")
        LEARNED.register("sessions", "pods.queries.leaders.learned")
        PRACTICES.register("pods", "pods.queries.curriculum.practised")
        PROBES.register("pods", "pods.queries.every_champion_has_a_pod")
        SUGGESTIONS.register("pods", "pods.queries.reflections.suggestion_of_week")
        _say_about_questions()
        KINDS.register(
            Kind(
                name="follow_up",
                label=_("Follow-up due"),
                message_class=MessageClass.DIGEST,
                lasts=timedelta(days=3),
                template="mail/follow_up.html",
                facts="pods.queries.facts_of_follow_up",
                still_wanted="pods.queries.follow_up_wanted",
            )
        )
        KINDS.register(
            Kind(
                # In people's calendars, so also in the mailbox of somebody who is away.
                name="meeting",
                label=_("Session planned"),
                message_class=MessageClass.TRANSACTIONAL,
                lasts=timedelta(days=7),
                template="mail/meeting.html",
                facts="pods.queries.facts_of_meeting",
                still_wanted="pods.queries.meeting_wanted",
                appointment="pods.queries.calendars.appointment_of_meeting",
            )
        )
        soon = partial(
            Kind,
            lasts=timedelta(days=1),
            template="mail/meeting_soon.html",
            facts="pods.queries.facts_of_soon",
            still_wanted="pods.queries.soon_wanted",
        )
        PURPOSES.register("showing", "/h/")
        KINDS.register(
            soon(
                name="meeting_soon",
                label=_("Session reminder"),
                message_class=MessageClass.NUDGE,
                links={"show": "showing"},
            )
        )
        KINDS.register(soon(name="meeting_prepare", label=_("Session to prepare"), message_class=MessageClass.DIGEST))


def _say_about_questions() -> None:
    question = partial(Kind, template="mail/questions.html")
    KINDS.register(
        question(
            name="questions_wait",
            label=_("Questions"),
            message_class=MessageClass.DIGEST,
            lasts=timedelta(days=3),
            facts="pods.queries.questions.facts_of_waiting",
            still_wanted="pods.queries.questions.waiting_wanted",
        )
    )
    # Owed to whoever asked.
    KINDS.register(
        question(
            name="question_answered",
            label=_("Your question"),
            message_class=MessageClass.TRANSACTIONAL,
            lasts=timedelta(days=14),
            facts="pods.queries.questions.facts_of_answer",
            still_wanted="pods.queries.questions.answer_wanted",
        )
    )
    KINDS.register(
        question(
            name="remedy",
            label=_("A step for you"),
            message_class=MessageClass.DIGEST,
            lasts=timedelta(days=5),
            facts="pods.queries.remedies.facts_of_remedy",
            still_wanted="pods.queries.remedies.remedy_wanted",
        )
    )
    KINDS.register(
        Kind(
            name="day_seven",
            label=_("Day 7"),
            message_class=MessageClass.DIGEST,
            lasts=timedelta(days=7),
            facts="pods.queries.follow_ups.facts_of_day_seven",
            still_wanted="pods.queries.follow_ups.day_seven_wanted",
            appointment="pods.queries.calendars.appointment_of_day_seven",
        )
    )
    KINDS.register(
        Kind(
            # On its own, so that calendars act upon it.
            name="day_seven_over",
            label=_("Day 7"),
            message_class=MessageClass.TRANSACTIONAL,
            lasts=timedelta(days=7),
            facts="pods.queries.follow_ups.facts_of_day_seven_over",
            still_wanted="pods.queries.follow_ups.day_seven_over_wanted",
            appointment="pods.queries.calendars.appointment_of_day_seven",
        )
    )
    KINDS.register(
        Kind(
            # In two calendars, so on its own.
            name="with_leader",
            label=_("One to one"),
            message_class=MessageClass.TRANSACTIONAL,
            lasts=timedelta(days=7),
            template="mail/with_leader.html",
            facts="pods.queries.leaders.facts_of_with_leader",
            still_wanted="pods.queries.leaders.with_leader_wanted",
            appointment="pods.queries.calendars.appointment_with_leader",
        )
    )
    soon = partial(
        Kind,
        lasts=timedelta(days=1),
        template="mail/with_leader.html",
        facts="pods.queries.leaders.facts_of_with_leader_soon",
        still_wanted="pods.queries.leaders.with_leader_soon_wanted",
    )
    # Like everybody's: a nudge to whoever learns, and the lead's own work.
    KINDS.register(soon(name="with_leader_soon", label=_("Session reminder"), message_class=MessageClass.NUDGE))
    KINDS.register(soon(name="with_leader_prepare", label=_("Session to prepare"), message_class=MessageClass.DIGEST))
    PURPOSES.register("follow_up", "/f/")
    KINDS.register(
        Kind(
            name="follow_up_alone",
            label=_("Day 7"),
            message_class=MessageClass.NUDGE,
            lasts=timedelta(days=5),
            links={"open": "follow_up"},
            facts="pods.queries.follow_ups.facts_of_alone",
            still_wanted="pods.queries.follow_ups.alone_wanted",
        )
    )
