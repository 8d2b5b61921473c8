"""What goes with a person."""

from __future__ import annotations

from datetime import datetime

from adoption.outbox.actions.links import end
from adoption.tenancy.models import Person
from surveys.actions.nominations import NOMINATION
from surveys.actions.ratings import RATING
from surveys.actions.skills import SKILLS
from surveys.actions.waves import SURVEY
from surveys.models import Answer, Ask, Nomination, NominationAsk, Output, Rater, SkillAnswer, SkillsAsk


def erase_person(*, person: Person, at: datetime) -> None:
    """Everything this floor holds about a person. Anonymous replies lead to nobody, and so stay."""
    asks = list(Ask.objects.filter(person=person).values_list("pk", flat=True))
    end(purpose=SURVEY, row_ids=asks, at=at)
    Answer.objects.filter(ask__in=asks).delete()
    Ask.objects.filter(pk__in=asks).delete()
    named = list(NominationAsk.objects.filter(person=person).values_list("pk", flat=True))
    end(purpose=NOMINATION, row_ids=named, at=at)
    Nomination.objects.filter(nominee=person).delete()
    NominationAsk.objects.filter(pk__in=named).delete()
    asked = list(SkillsAsk.objects.filter(person=person).values_list("pk", flat=True))
    end(purpose=SKILLS, row_ids=asked, at=at)
    SkillAnswer.objects.filter(ask__in=asked).delete()
    SkillsAsk.objects.filter(pk__in=asked).delete()
    # Of their own work nothing stays; what they said of others' work is about those.
    Output.objects.filter(person=person).delete()
    Output.objects.filter(registered_by=person).update(registered_by=None)
    raters = Rater.objects.filter(person=person)
    end(purpose=RATING, row_ids=list(raters.values_list("pk", flat=True)), at=at)
    raters.update(person=None)
