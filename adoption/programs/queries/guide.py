"""This floor's part of the way from an empty organisation to its first launch."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from adoption.programs.models import Policy, Program
from adoption.programs.rules import State
from adoption.tenancy.models import Organization
from adoption.tenancy.rules import FirstStep, Permission


def first_steps(*, organization: Organization) -> list[FirstStep] | None:
    """From the draft to the launch, of the newest programme; None once any was launched. Four queries at most."""
    if Program.objects.filter(launched_at__isnull=False).exists():
        return None
    program = Program.objects.filter(closed_at__isnull=True).newest_first().first()
    seated = set(program.assignments.values_list("arm", flat=True).distinct()) if program else set()
    there = {"place": "program", "part": program.slug} if program else {"place": "program-new"}
    return [
        FirstStep(
            _("Choose the one piece of work"),
            _("Work that recurs, takes time and pleases nobody. Five short steps, saved at each."),
            is_done=program is not None,
            permission=Permission.MANAGE_PROGRAMS,
            **there,
        ),
        FirstStep(
            _("Say what is allowed with AI, and what never"),
            _("One page and its red lines. Those who take part read it before the launch."),
            is_done=Policy.objects.exists(),
            place="policy-new",
            permission=Permission.MANAGE_PROGRAMS,
        ),
        FirstStep(
            _("Seat the people"),
            _("Champions whom others ask already, pods around them, and teams to compare with."),
            is_done=program is not None and seated >= set(program.arms),
            permission=Permission.MANAGE_PROGRAMS,
            **there,
        ),
        FirstStep(
            _("Open the baseline"),
            _("Two weeks before the start both groups are asked how they work today. Only then is there a before."),
            is_done=program is not None and program.state is not State.DRAFT,
            permission=Permission.MANAGE_PROGRAMS,
            **there,
        ),
        FirstStep(
            _("Launch"),
            _("When the readiness board has nothing open, or says in writing why not. Then this list goes."),
            is_done=False,
            permission=Permission.MANAGE_PROGRAMS,
            **there,
        ),
    ]
