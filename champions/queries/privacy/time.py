"""What is held about how champions are chosen, agreed with and given time: for whom it is about, and for the trail."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.models import Organization, Person
from adoption.tenancy.rules import Holding, Permission
from champions.models import Agreement, Sponsorship, TimeAnswer, TimeCheck, Waiver

SENTENCES: dict[str, str | Promise] = {
    "selection.recorded": _("counted whom people go to: %(detail)s"),
    "selection.settled": _("deleted a shortlist of champions"),
    "champion.offered": _("asked a candidate whether they would be a champion"),
    "champion.offer_withdrawn": _("took back the question to a candidate"),
    "sponsorship.recorded": _("wrote down who pays for champions’ time"),
    "agreement.asked": _("asked a champion and their manager to agree on time"),
    "agreement.proposed": _("proposed what comes off a champion’s plate: %(detail)s"),
    "agreement.agreed": _("agreed what comes off a champion’s plate: %(detail)s"),
    "agreement.waived": _("wrote down why a champion starts without an agreement"),
    "agreement.waiver_withdrawn": _("took back that a champion starts without an agreement"),
    "time.asked": _("asked champions about their time: %(detail)s"),
    "champion.succeeded": _("gave a champion a successor"),
}


def export_time(*, person: Person) -> dict[str, Any]:
    """What this part of the floor holds about somebody. That they were a candidate, or asked, is held about nobody for long."""
    agreements = Agreement.objects.filter(Q(champion__person=person) | Q(manager=person)).select_related(
        "champion__program", "champion__person"
    )
    answers = TimeAnswer.objects.filter(check_asked__champion__person=person).select_related("check_asked")
    return {
        "agreements_on_time": [
            {
                "program": row.champion.program.name,
                "champion": row.champion.person.name,
                "version": row.version,
                "work": row.work,
                "hours_a_week": str(row.hours),
                "of_contracted": str(row.contracted),
                "why_outside": row.outside_because,
                "from": row.from_on.isoformat(),
                "to": row.to_on.isoformat(),
                "champion_agreed": row.champion_agreed_at.isoformat() if row.champion_agreed_at else None,
                "manager_agreed": row.manager_agreed_at.isoformat() if row.manager_agreed_at else None,
            }
            for row in agreements.order_by("champion_id", "version")
        ],
        "without_agreement": list(
            Waiver.objects.filter(champion__person=person).order_by("pk").values_list("reason", flat=True)
        ),
        "time_checks": [
            {"asked_on": due_on.isoformat()}
            for due_on in TimeCheck.objects.filter(champion__person=person)
            .order_by("due_on")
            .values_list("due_on", flat=True)
        ],
        "time_answers": [
            {
                "asked_on": row.check_asked.due_on.isoformat(),
                "version": row.version,
                "came_off": row.displaced,
                "hours": str(row.hours) if row.hours is not None else None,
                "can_keep": row.can_keep,
                "to_fix": row.to_fix,
            }
            for row in answers.order_by("check_asked__due_on", "version")
        ],
        "sponsor_of": [
            {"program": row.program.name, "budget_line": row.budget_line}
            for row in Sponsorship.objects.filter(sponsor=person).select_related("program").order_by("pk")
        ],
    }


def seen_of_time(*, organization: Organization) -> list[Holding]:
    """Who else sees what this part of the floor holds."""
    return [
        Holding(
            _("That colleagues come to you and you try AI, where both are so"),
            Permission.MANAGE_PROGRAMS,
            remark=_(
                "In words, until champions are chosen; never a number. If you are asked and say no, nothing stays."
            ),
        ),
        Holding(
            _("What comes off your plate as a champion, and the hours agreed and kept"),
            Permission.MANAGE_PROGRAMS,
            also=_("Your manager, who agrees it, and the programme’s sponsor."),
        ),
        Holding(
            _("What you say about your time as a champion: whether you can keep it up, and what leadership should fix"),
            Permission.MANAGE_PROGRAMS,
            remark=_(
                "Leads learn that a champion is short of time and what should be fixed. The 1 to 5 is shown to nobody."
            ),
        ),
    ]
