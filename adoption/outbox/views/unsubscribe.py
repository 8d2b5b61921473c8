"""Stopping mails, by a link in each of them."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from adoption.outbox.actions.preferences import choose
from adoption.outbox.forms import read_choice
from adoption.outbox.queries.links import LinkState, find_link, stoppable_classes
from adoption.outbox.queries.messages import choices_of
from adoption.outbox.views.link import LinkRequest, arrive, by_link, closed
from adoption.tenancy.walls import organization

_exchange = arrive("unsubscribe", "unsubscribe")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_arrive(request: HttpRequest, token: str) -> HttpResponseBase:
    """GET leads to the page. POST is a mail program's own button (RFC 8058): it stops what that mail was, at once."""
    if request.method != "POST":
        return _exchange(request, token)
    at: datetime = request.at  # type: ignore[attr-defined]
    found = find_link(token, "unsubscribe", at=at)
    if found is None or found.state is not LinkState.OPEN:
        return closed(request, found)
    with organization(found.organization_id):
        person = found.link.person
        assert person
        for message_class in stoppable_classes(found.link):
            choose(person=person, message_class=message_class, wanted=False, by=person, at=at)
    return HttpResponse(_("Done. These mails have stopped."), content_type="text/plain; charset=utf-8")


@by_link("unsubscribe")
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: LinkRequest) -> HttpResponseBase:
    """What the person receives, with a button each: stop, or receive again."""
    if request.method == "POST":
        choice = read_choice(request.POST)
        if choice is not None:
            message_class, wanted = choice
            choose(person=request.person, message_class=message_class, wanted=wanted, by=request.person, at=request.at)
            messages.success(request, _("You receive these again.") if wanted else _("Done. These mails have stopped."))
        return redirect(request.path)
    classes = stoppable_classes(request.link)
    choices = choices_of(request.person)
    facts = {
        "these": [choice for choice in choices if choice.message_class in classes],
        "others": [choice for choice in choices if choice.message_class not in classes],
    }
    return render(request, "outbox/unsubscribe.html", facts)
