"""What did not arrive: for the learning lead."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from adoption.outbox.actions.messages import NothingToSend, send_again
from adoption.outbox.actions.refusals import try_again
from adoption.outbox.forms import read_before
from adoption.outbox.models import Message
from adoption.outbox.queries.messages import held, left_out, to_look_at
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.models import Person

# What the list may show: what somebody may have to mend, what waits for an address, what was left out on purpose.
SHOWN = {"to-look-at": to_look_at, "held": held, "left-out": left_out}


@requires(Permission.SEE_DELIVERIES)
@require_safe
def deliveries(request: OrganizationRequest, org: str) -> HttpResponse:
    """Failed and uncertain messages, those held for a better address, or those left out. Never what they said."""
    show = asked if (asked := request.GET.get("show", "")) in SHOWN else "to-look-at"
    page = SHOWN[show](before=read_before(request.GET))
    return render(request, "outbox/deliveries.html", {"page": page, "show": show})


@requires(Permission.SEE_DELIVERIES)
@require_POST
def deliveries_again(request: OrganizationRequest, org: str, message: UUID) -> HttpResponse:
    """Send one message once more."""
    row: Message = get_object_or_404(Message.objects.select_related("person", "guest"), public_id=message)
    try:
        send_again(message=row, by=request.person, at=request.at)
    except NothingToSend:
        messages.info(request, _("There is nothing to send again."))
    else:
        messages.success(request, _("It goes to %(name)s once more.") % {"name": row.to.name})
    return redirect("deliveries", org=org)


@requires(Permission.SEE_DELIVERIES)
@require_POST
def address_again(request: OrganizationRequest, org: str, person: UUID) -> HttpResponse:
    """Write to somebody again whose address refused mail."""
    found: Person = get_object_or_404(Person, public_id=person)
    if try_again(to=found, by=request.person, at=request.at):
        messages.success(request, _("What waits for %(name)s goes out again.") % {"name": found.name})
    else:
        messages.info(request, _("Nothing is held back from them."))
    return redirect("person", org=org, person=person)
