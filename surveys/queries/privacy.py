"""What this floor holds about a person, for that person, and how its acts are told."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.models import Organization, Person
from adoption.tenancy.rules import Holding, Permission
from surveys.models import Ask, NominationAsk, Output, OutputMark, Question, Rater, SkillsAsk
from surveys.queries.asking import given_answers, own_item
from surveys.queries.ratings import to_rate

# What the audit trail says of this floor's acts.
SENTENCES: dict[str, Promise] = {
    "survey.opened": _("opened a survey: %(detail)s"),
    "survey.reminded": _("reminded those who had not answered a survey: %(detail)s"),
    "survey.closed": _("closed a survey early: %(detail)s"),
    "survey.reopened": _("opened a survey once more: %(detail)s"),
    "survey.published": _("published what a survey said: %(detail)s"),
    "survey.question_added": _("added a question of their own to a survey: %(detail)s"),
    "survey.questions_ordered": _("changed the order of their own questions in a survey: %(detail)s"),
    "output.registered": _("registered an output"),
    "output.taken_back": _("took an output back"),
    "ratings.opened": _("gave outputs to raters: %(detail)s"),
    "ratings.reminded": _("reminded those who had not rated everything"),
    "ratings.closed": _("closed a round of ratings"),
    "ratings.declined": _("noted that a rater would rather not"),
    "ratings.guests_forgotten": _("forgot guests who had rated: %(detail)s"),
    "nominations.opened": _("asked whom people go to: %(detail)s"),
    "nominations.reminded": _("reminded those who had not said whom they go to"),
    "nominations.closed": _("closed the question whom people go to, and counted it"),
    "skills.work_set": _("said what a role does and needs: %(detail)s"),
    "skills.work_taken_out": _("said that a workflow is no part of a role"),
    "skills.opened": _("asked everybody about their own work: %(detail)s"),
    "skills.reminded": _("reminded those who had not said anything of their own work"),
    "skills.closed": _("closed the question about everybody’s own work"),
    "skills.published": _("published what people said of their own work: %(detail)s"),
    "skills.task_placed": _("said which workflow a task is that somebody described"),
    "survey.question_taken_away": _("took a question of their own out of a survey: %(detail)s"),
}


def export_person(*, person: Person) -> dict[str, Any]:
    """Everything this floor holds about a person, in its own words. Anonymous replies lead to nobody, and are not here."""
    asks = Ask.objects.filter(person=person).select_related("wave__program").order_by("asked_at", "pk")
    own = {own_item(question).key: question.words for question in Question.objects.all()}
    return {
        "surveys": [
            {
                "program": ask.wave.program.name,
                "kind": ask.wave.kind,
                "asked_at": ask.asked_at.isoformat(),
                "completed_at": ask.completed_at and ask.completed_at.isoformat(),
                "asked_with_version": ask.instrument_version,
                "sent_anonymous_part": ask.pulse_taken,
                "answers": {own.get(item, item): said for item, said in given_answers(ask).items()},
            }
            for ask in asks
        ],
        "whom_you_go_to": [
            {
                "program": ask.wave.program.name,
                "asked_at": ask.asked_at.isoformat(),
                "completed_at": ask.completed_at and ask.completed_at.isoformat(),
                "you_said_of_yourself": ask.tries,
                # Until it is counted; then the names are deleted. By whom one was named is told to nobody.
                "you_named": [row.nominee.name for row in ask.nominations.select_related("nominee").order_by("pk")],
            }
            for ask in NominationAsk.objects.filter(person=person).select_related("wave__program").order_by("pk")
        ],
        "own_work": [
            {
                "asked_at": ask.asked_at.isoformat(),
                "completed_at": ask.completed_at and ask.completed_at.isoformat(),
                "as": ask.role,
                "the_one_task": ask.anchor,
                "said": [
                    {"workflow": row.workflow.name, "level": row.level, "hours_a_week": row.hours}
                    for row in ask.answers.select_related("workflow").order_by("pk")
                ],
            }
            for ask in SkillsAsk.objects.filter(person=person).order_by("pk")
        ],
        "outputs": _outputs(person),
        "ratings": [
            {"program": rater.round.program.name, "asked_at": rater.invited_at.isoformat(), "outputs": _rated(rater)}
            for rater in Rater.objects.filter(person=person).select_related("round__program").order_by("pk")
        ],
    }


def _outputs(person: Person) -> list[dict[str, Any]]:
    """Outputs of somebody's work. What was said of them is about the work of many, and is told to nobody by name."""
    used = dict(OutputMark.objects.filter(output__person=person).values_list("output_id", "used_ai"))
    return [
        {
            "program": row.program.name,
            "title": row.title,
            "found_at": row.found_at,
            "produced_on": row.produced_on.isoformat(),
            "registered_at": row.registered_at.isoformat(),
            "taken_back_at": row.taken_back_at and row.taken_back_at.isoformat(),
            "used_ai": used.get(row.pk),
        }
        for row in Output.objects.filter(person=person).select_related("program").order_by("pk")
    ]


def _rated(rater: Rater) -> list[dict[str, Any]]:
    return [{"title": one.title, "answers": one.answers} for one in to_rate(rater)]


def seen_of_surveys(*, organization: Organization) -> list[Holding]:
    """Who else sees what this floor holds."""
    return [
        Holding(
            _("Your survey answers"),
            remark=_(
                "Only figures of groups large enough that nobody can be told from them. Never your champion or lead."
            ),
        ),
        Holding(
            _("Outputs of your work: their titles and where they are"),
            Permission.MANAGE_PROGRAMS,
            also=_("Whoever rates them, without your name; your champion, where they registered them for you."),
            remark=_("Whether AI was used is told to nobody; what was said of them only in figures of groups."),
        ),
        Holding(
            _("What you said of others’ outputs as a rater"),
            remark=_("Your lead sees how many you have rated, never what you said."),
        ),
        Holding(
            _("Whom you go to when work gets difficult, and who named you"),
            remark=_("Nobody reads it. It is counted once, and then every name is deleted."),
        ),
        Holding(
            _("What you said of your own work: how well, how many hours, and the one task"),
            remark=_(
                "Your L&D lead reads figures of groups large enough, and tasks without names once ten people have written."
            ),
        ),
        Holding(
            _("Words you wrote to a question of your lead’s own"),
            also=_("Your L&D lead, without your name, once there are enough of them."),
            remark=_("Deleted 90 days after they were published."),
        ),
    ]
