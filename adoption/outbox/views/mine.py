"""A member's own messages."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from adoption.outbox.actions.preferences import choose
from adoption.outbox.forms import read_before, read_choice
from adoption.outbox.queries.messages import choices_of, of_person
from adoption.tenancy.access import OrganizationRequest, Permission, requires


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def my_messages(request: OrganizationRequest, org: str) -> HttpResponse:
    """What was sent to me, and what I receive."""
    if request.method == "POST":
        choice = read_choice(request.POST)
        if choice is not None:
            message_class, wanted = choice
            choose(person=request.person, message_class=message_class, wanted=wanted, by=request.person, at=request.at)
            messages.success(request, _("You receive these again.") if wanted else _("Done. These mails have stopped."))
        return redirect("my-messages", org=org)
    facts = {"page": of_person(request.person, before=read_before(request.GET)), "choices": choices_of(request.person)}
    return render(request, "outbox/my_messages.html", facts)
