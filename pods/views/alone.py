"""Day 7 without a meeting: the member answers alone, by mailed link."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from adoption.outbox.views.link import LinkRequest, by_link, forget_pass
from pods import actions
from pods.actions import FOLLOW_UP
from pods.forms.follow_ups import AloneForm
from pods.models import FollowUp


@by_link(FOLLOW_UP)
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_alone(request: LinkRequest) -> HttpResponseBase:
    """Three questions; a POST answers them, once. Whoever was asked by their champion meanwhile reads so."""
    rows = FollowUp.objects.select_related("person", "session__pod__program", "session__pod__champion__person")
    found: FollowUp = get_object_or_404(rows, pk=request.link.row_id, person=request.person)
    form = AloneForm(request.POST if request.method == "POST" else None)
    facts = {"follow_up": found, "pod": found.session.pod, "form": form}
    if found.answered_at is None and request.method == "POST" and form.is_valid():
        try:
            done = actions.answer_follow_up(follow_up=found, by=request.person, at=request.at, **form.answers)
        except actions.AlreadyAnswered:
            found.refresh_from_db()
        else:
            response = render(request, "pods/follow_up_alone.html", {**facts, "done": done})
            forget_pass(request, response)
            return response
    return render(request, "pods/follow_up_alone.html", facts, status=422 if form.errors else 200)
