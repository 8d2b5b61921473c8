"""What the programme floor holds about a person, who sees it, and how its acts are told."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs.models import (
    Acknowledgement,
    Assignment,
    Attention,
    Exemption,
    Objection,
    PackElement,
    Preparation,
)
from adoption.programs.queries.design import designs_naming
from adoption.tenancy.models import Organization, Person
from adoption.tenancy.models.organization import ChampionView
from adoption.tenancy.rules import Holding, Permission

Words = str | Promise


def export_programs(*, person: Person) -> dict[str, Any]:
    """What this floor holds about a person: which programmes they were in, and why they were on a list."""
    key = str(person.public_id)
    return {
        "taking_part": [
            {
                "program": row.program.name,
                "group": row.arm,
                "with": row.cluster,
                "from": row.from_on.isoformat(),
                "to": row.to_on.isoformat() if row.to_on else None,
            }
            for row in Assignment.objects.filter(person=person).select_related("program").order_by("id")
        ],
        "rather_no_part": [
            {
                "program": row.program.name,
                "since": row.said_at.isoformat(),
                "taken_back": row.taken_back_at.isoformat() if row.taken_back_at else None,
            }
            for row in Objection.objects.filter(person=person).select_related("program").order_by("id")
        ],
        "no_suitable_workflow": [
            {"program": row.program.name, "since": row.recorded_on.isoformat(), "because": row.reason}
            for row in Exemption.objects.filter(person=person).select_related("program").order_by("id")
        ],
        "heads": [
            {"program": row.program.name, "by": "rule" if key in row.eligible.get("line", []) else "lots"}
            for row in designs_naming(key).select_related("program").order_by("id")
        ],
        "policy_read": [
            {
                "version": row.policy.version,
                "asked": row.asked_at.isoformat(),
                "acknowledged": row.acknowledged_at and row.acknowledged_at.isoformat(),
            }
            for row in Acknowledgement.objects.filter(person=person).select_related("policy").order_by("id")
        ],
        "you_see_to": [
            {"program": row.program.name, "what": row.item, "until": row.due_on and row.due_on.isoformat()}
            for row in Preparation.objects.filter(owner=person).select_related("program").order_by("id")
        ],
        "you_keep": [
            {"program": row.pack.program.name, "for": row.pack.role, "what": row.name}
            for row in PackElement.objects.filter(owner=person).select_related("pack__program").order_by("id")
        ],
        "wanted_attention": [
            {
                "program": row.program.name,
                "why": row.kind,
                "cause": row.detail.get("cause"),
                "since": row.since.isoformat(),
                "put_off_until": row.snoozed_until.isoformat() if row.snoozed_until else None,
                "put_off_because": row.snooze_reason,
                "champion_asked": row.asked_at.isoformat() if row.asked_at else None,
                "settled": row.settled_at.isoformat() if row.settled_at else None,
            }
            for row in Attention.objects.filter(person=person).select_related("program").order_by("id")
        ],
    }


def seen_of_programs(*, organization: Organization) -> list[Holding]:
    """Who else sees what this floor holds."""
    return [
        Holding(
            _("Which programmes you take part in, and in which pod or team"),
            Permission.MANAGE_PROGRAMS,
            also=_("Your own champion."),
        ),
        Holding(_("That no suitable workflow was found for you"), Permission.MANAGE_PROGRAMS),
        Holding(
            _("That your line may take part, or which group your team drew, as its head"), Permission.MANAGE_PROGRAMS
        ),
        Holding(_("That you would rather take no part"), remark=_("Nobody is told, and nothing more is asked of you.")),
        Holding(
            _("That you have read the policy"),
            remark=_("Leads see how many have, never who."),
        ),
        Holding(_("What you see to before a launch"), Permission.MANAGE_PROGRAMS),
        Holding(
            _("What you keep of a context pack"),
            Permission.ENTER,
            remark=_("Your name stands on each prompt that needs it, so that people know whom to ask."),
        ),
        Holding(
            _("That somebody should talk to you, and why"),
            Permission.MANAGE_PROGRAMS,
            also=_("Your own champion, where they may see what it comes from.")
            if organization.champion_view == ChampionView.BY_NAME
            else _("Your own champion, that a talk is wanted; not why, where it comes from your weeks."),
            remark=_(
                "A day 7 that is due, something that did not work, few uses after two weeks, no answer for two weeks. Of a leader "
                "whom nobody has seen use it for four weeks leads alone learn."
            ),
        ),
    ]


SENTENCES: dict[str, Words] = {
    "program.created": _("drafted a programme"),
    "program.changed": _("changed the draft of a programme"),
    "program.designed": _("changed how a programme is meant: %(detail)s"),
    "program.eligible": _("changed the rules of who may take part in a programme: %(detail)s"),
    "program.drawn": _("let lots decide about the groups of a programme: %(detail)s"),
    "program.drawing_withdrawn": _("took back the lots of a programme: %(detail)s"),
    "program.assigned": _("put people into a group of a programme: %(detail)s"),
    "program.unassigned": _("took people out of a programme: %(detail)s"),
    "program.baseline_opened": _("opened the baseline of a programme"),
    "program.launched": _("launched a programme"),
    "program.respecified": _("made another version of what a programme is measured by: %(detail)s"),
    "program.template_chosen": _("chose the template of a programme: %(detail)s"),
    "program.mode_chosen": _("chose what uses are held against in a programme: %(detail)s"),
    "program.exempted": _("wrote down that somebody has no suitable workflow in a programme: %(detail)s"),
    "program.exemption_withdrawn": _("took back that somebody has no suitable workflow in a programme"),
    "curriculum.changed": _("changed what is learnt in a programme: %(detail)s"),
    "curriculum.shared": _("let a role follow everybody’s plan of what is learnt: %(detail)s"),
    "program.ended": _("ended the active phase of a programme"),
    "program.followed": _("followed a programme to 90 days after its end"),
    "program.closed": _("closed a programme"),
    "program.discarded": _("discarded the draft of a programme"),
    "program.taken_up_again": _("brought back the discarded draft of a programme"),
    "program.stopped": _("stopped a programme before its end: %(detail)s"),
    "program.archived": _("laid a closed programme aside"),
    "program.unarchived": _("brought a programme back into the list"),
    "lesson.written": _("wrote down what a programme learned: %(detail)s"),
    "lesson.dropped": _("took away something a programme had learned: %(detail)s"),
    "lesson.offered_again": _("let a draft be offered again what was learned"),
    "lesson.answered": _("said whether a draft takes over what was learned: %(detail)s"),
    "program.step_skipped": _("left out a step of a programme: %(detail)s"),
    "program.step_moved": _("moved a step of a programme: %(detail)s"),
    "program.step_restored": _("brought back a step of a programme: %(detail)s"),
    "program.wishes_dropped": _("planned a programme anew, so that steps are no longer moved or left out: %(detail)s"),
    "readiness.arranged": _("said who sees to something before a launch, and by when: %(detail)s"),
    "readiness.shown": _("gave evidence of something before a launch: %(detail)s"),
    "readiness.evidence_withdrawn": _("took evidence back: %(detail)s"),
    "readiness.waived": _("wrote down why a launch does not wait for something: %(detail)s"),
    "readiness.waiver_withdrawn": _("let a launch wait for something after all: %(detail)s"),
    "readiness.launched_without": _("launched a programme without: %(detail)s"),
    "policy.published": _("published the policy: %(detail)s"),
    "policy.asked": _("asked people to read the policy: %(detail)s"),
    "pack.begun": _("began a context pack: %(detail)s"),
    "pack.changed": _("changed what is in a context pack: %(detail)s"),
    "pack.checked": _("looked a context pack through: %(detail)s"),
    "pack.tested": _("tested a context pack on a real task: %(detail)s"),
    "pack.discarded": _("took a context pack away: %(detail)s"),
    "workflow.added": _("named a workflow"),
    "workflow.renamed": _("gave a workflow another name"),
    "workflow.retired": _("retired a workflow"),
    "workflow.restored": _("brought back a workflow"),
    "attention.handled": _("said that a reason for attention is dealt with"),
    "attention.put_off": _("put off a reason for attention: %(detail)s"),
    "attention.reopened": _("brought back a reason for attention"),
    "attention.asked": _("asked a champion to see to somebody"),
    "attention.unasked": _("took back that a champion was asked"),
}
