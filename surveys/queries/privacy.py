"""What this floor holds about a person, for that person, and how its acts are told."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.models import Organization, Person
from adoption.tenancy.rules import Holding
from surveys.models import Ask, Question
from surveys.queries.asking import given_answers, own_item

# What the audit trail says of this floor's acts.
SENTENCES: dict[str, Promise] = {
    "survey.opened": _("opened a survey: %(detail)s"),
    "survey.reminded": _("reminded those who had not answered a survey: %(detail)s"),
    "survey.closed": _("closed a survey early: %(detail)s"),
    "survey.reopened": _("opened a survey once more: %(detail)s"),
    "survey.published": _("published what a survey said: %(detail)s"),
    "survey.question_added": _("added a question of their own to a survey: %(detail)s"),
    "survey.questions_ordered": _("changed the order of their own questions in a survey: %(detail)s"),
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
        ]
    }


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
            _("Words you wrote to a question of your lead’s own"),
            also=_("Your L&D lead, without your name, once there are enough of them."),
        ),
    ]
