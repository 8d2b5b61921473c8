"""What did not arrive: for the learning lead."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from adoption.outbox.actions.messages import NothingToSend, send_again
from adoption.outbox.forms import read_before
from adoption.outbox.models import Message
from adoption.outbox.queries.messages import left_out, to_look_at
from adoption.tenancy.access import OrganizationRequest, Permission, requires


@requires(Permission.SEE_DELIVERIES)
@require_safe
def deliveries(request: OrganizationRequest, org: str) -> HttpResponse:
    """Failed and uncertain messages, or those left out. Never what they said."""
    show = "left-out" if request.GET.get("show") == "left-out" else "to-look-at"
    before = read_before(request.GET)
    page = left_out(before=before) if show == "left-out" else to_look_at(before=before)
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
