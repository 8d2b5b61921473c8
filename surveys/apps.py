"""The floor's name, what it says, what its links open, and what it holds."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from adoption.disclosure.rules.released import RELEASED
from adoption.outbox.rules import KINDS, PURPOSES, Kind, MessageClass
from adoption.programs.rules import ASK_CHAMPIONS, OPEN_WAVE, PREVIEWS, REMIND_WAVE, STOPPERS
from adoption.tenancy.rules import ACTS, ERASERS, EXPORTERS, SEEN


class SurveysConfig(AppConfig):
    name = "surveys"
    label = "surveys"

    def ready(self) -> None:
        ERASERS.register("surveys", "surveys.actions.erase_person")
        EXPORTERS.register("surveys", "surveys.queries.export_person")
        SEEN.register("surveys", "surveys.queries.seen_of_surveys")
        ACTS.register("surveys", "surveys.queries.SENTENCES")
        RELEASED.register("surveys", "surveys.queries.released.released")
        RELEASED.register("skills", "surveys.queries.skills.released_skills")
        STOPPERS.register("surveys", "surveys.actions.stopping.stop_asking")
        PURPOSES.register("survey", "/s/")
        PURPOSES.register("rating", "/r/")
        PURPOSES.register("nomination", "/n/")
        PURPOSES.register("champion_check", "/k/")
        PURPOSES.register("skills", "/m/")
        PREVIEWS.register(ASK_CHAMPIONS, "surveys.queries.preview_check")
        KINDS.register(
            Kind(
                name="champion_check",
                label=_("The fortnightly minute"),
                message_class=MessageClass.DIGEST,
                lasts=timedelta(days=5),
                links={"open": "champion_check"},
                facts="champions.queries.time.facts_of_check",
                still_wanted="champions.queries.time.check_wanted",
            )
        )
        for task in (OPEN_WAVE, REMIND_WAVE):
            PREVIEWS.register(task, "surveys.queries.preview_wave")
        for name, reminder in (("survey", False), ("survey_reminder", True)):
            KINDS.register(
                Kind(
                    name=name,
                    label=_("Survey"),
                    message_class=MessageClass.NUDGE,
                    lasts=timedelta(days=5),
                    template="mail/survey.html",
                    reminder=reminder,
                    links={"answer": "survey"},
                    facts="surveys.queries.facts_of_survey",
                    still_wanted="surveys.queries.survey_wanted",
                )
            )
        for name, reminder in (("skills", False), ("skills_reminder", True)):
            KINDS.register(
                Kind(
                    name=name,
                    label=_("About your own work"),
                    message_class=MessageClass.NUDGE,
                    lasts=timedelta(days=5),
                    reminder=reminder,
                    links={"open": "skills"},
                    facts="surveys.queries.facts_of_skills",
                    still_wanted="surveys.queries.skills_wanted",
                )
            )
        for name, reminder in (("nomination", False), ("nomination_reminder", True)):
            KINDS.register(
                Kind(
                    name=name,
                    label=_("Whom do you ask?"),
                    message_class=MessageClass.NUDGE,
                    lasts=timedelta(days=5),
                    template="mail/nomination.html",
                    reminder=reminder,
                    links={"answer": "nomination"},
                    facts="surveys.queries.facts_of_nomination",
                    still_wanted="surveys.queries.nomination_wanted",
                )
            )
        for name, message_class, reminder in (
            ("rating", MessageClass.NUDGE, False),
            ("rating_reminder", MessageClass.NUDGE, True),
            # A guest has no day in which questions are gathered: theirs travel alone, as often as a round reminds.
            ("rating_guest", MessageClass.TRANSACTIONAL, False),
            ("rating_guest_reminder", MessageClass.TRANSACTIONAL, False),
        ):
            KINDS.register(
                Kind(
                    name=name,
                    label=_("Rating"),
                    message_class=message_class,
                    lasts=timedelta(days=5),
                    template="mail/rating.html",
                    reminder=reminder,
                    links={"answer": "rating"},
                    facts="surveys.queries.facts_of_rating",
                    still_wanted="surveys.queries.rating_wanted",
                )
            )
