"""The prompt library: found on a phone between meetings, filled in, copied; and written together."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.programs.actions import Refused
from adoption.programs.queries.packs import elements_for
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.forms.members import asked_id, asked_text
from champions.actions import prompts as actions
from champions.forms.kit import said
from champions.forms.prompts import PromptForm, ReviewForm, TryForm, asked_gaps, asked_version
from champions.models import Prompt
from champions.queries import kit as words
from champions.queries import needs as needing
from champions.queries import prompts as queries
from champions.queries.suggesting import suggestion
from champions.views.kit import champion_only, kit_page, standing_of, today_of


@requires(Permission.ENTER)
@require_safe
def kit(request: OrganizationRequest, org: str) -> HttpResponse:
    """The library, which is where the kit opens."""
    search, workflow = asked_text(request.GET, "q"), asked_id(request.GET, "workflow")
    needs = asked_id(request.GET, "needs")
    shelf = queries.shelf(search=search, workflow=workflow, needs=needs, at=request.at, zone=request.organization.zone)
    template = "champions/prompts.html#shelf" if request.htmx else "champions/prompts.html"  # type: ignore[attr-defined]
    return kit_page(
        request,
        template,
        standing_of(request),
        shelf=shelf,
        search=search,
        workflow=workflow,
        needs=needs,
        workflows=queries.works_on_shelf(),
    )


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def prompt_new(request: OrganizationRequest, org: str) -> HttpResponse:
    """Put a prompt into the library. `?from=` is where it begins with what was written down elsewhere.

    What it can need follows from its work: once another one is chosen, that part alone is fetched again.
    """
    standing = champion_only(request)
    begun = suggestion(request.person, asked_text(request.GET, "from"))
    given = {"workflow": begun.workflow, "title": begun.title, "text": begun.prompt} if begun else {}
    works = words.workflows()
    asked = asked_id(request.POST, "workflow") or asked_id(request.GET, "workflow") or asked_id(given, "workflow")
    chosen = next((one for one in works if one.public_id == asked), works[0] if works else None)
    if chosen:
        given["workflow"] = str(chosen.public_id)
    form = PromptForm(
        request.POST if request.method == "POST" else None,
        workflows=works,
        elements=elements_for(chosen) if chosen else [],
        given=given,
        role=request.person.job_role,
    )
    if request.method == "POST" and form.is_valid():
        try:
            prompt = actions.share_prompt(**form.cleaned_data, by=request.person, at=request.at)
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            messages.success(request, _("It is in the library. Another champion can review it now."))
            return redirect("prompt", org=org, prompt=prompt.public_id)
    status = 422 if form.errors else 200
    part = "#needs" if request.htmx and request.method == "GET" else ""  # type: ignore[attr-defined]
    return kit_page(request, f"champions/prompt_write.html{part}", standing, status, form=form, prompt=None)


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def prompt(request: OrganizationRequest, org: str, prompt: UUID) -> HttpResponse:
    """One prompt. What is filled into its gaps is posted, so that no client's name stands in an address or a log."""
    if request.htmx and request.method == "POST":  # type: ignore[attr-defined]
        return _page(request, _found(prompt), part="#prompt-text")
    return _page(request, _found(prompt))


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def prompt_improve(request: OrganizationRequest, org: str, prompt: UUID) -> HttpResponse:
    """Write a new version, and why."""
    standing = champion_only(request)
    found = _found(prompt)
    newest = queries.newest_version(found)
    elements = elements_for(found.workflow)
    kept, lost = needing.needed_still(needing.needs_of([newest], today_of(request))[newest.pk], elements)
    form = PromptForm(
        request.POST if request.method == "POST" else None,
        elements=elements,
        upon=newest,
        needed=kept,
        role=request.person.job_role,
    )
    status = 422
    if request.method == "POST" and form.is_valid():
        try:
            actions.improve_prompt(prompt=found, **form.cleaned_data, by=request.person, at=request.at)
        except Refused as refusal:
            form.refuse(refusal.code)
            status = 409 if refusal.code == "changed_meanwhile" else 422
        else:
            messages.success(request, _("The new version is the one that counts."))
            return redirect("prompt", org=org, prompt=prompt)
    return kit_page(
        request,
        "champions/prompt_write.html",
        standing,
        status if form.errors else 200,
        form=form,
        prompt=found,
        newest=newest,
        lost=lost,
    )


@requires(Permission.ENTER)
@require_safe
def prompt_history(request: OrganizationRequest, org: str, prompt: UUID) -> HttpResponse:
    """Every version, why it was written, and what differs."""
    found = _found(prompt)
    steps = queries.history_of(found, on=today_of(request))
    return kit_page(request, "champions/prompt_history.html", standing_of(request), prompt=found, steps=steps)


@requires(Permission.ENTER)
@require_POST
def prompt_review(request: OrganizationRequest, org: str, prompt: UUID) -> HttpResponse:
    """Another champion's word on the version that counts."""
    champion_only(request)
    found = _found(prompt)
    form = ReviewForm(request.POST)
    if form.is_valid():
        try:
            version = queries.newest_version(found)
            # A word is on what was read: not on a version that was written meanwhile.
            if asked_version(request.POST) != version.number:
                raise Refused("not_newest")
            actions.review_prompt(version=version, **form.cleaned_data, by=request.person, at=request.at)
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            messages.success(request, _("Thank you. The author gets your word on it."))
            return redirect("prompt", org=org, prompt=prompt)
    return _page(request, found, review=form)


@requires(Permission.ENTER)
@require_POST
def prompt_tried(request: OrganizationRequest, org: str, prompt: UUID) -> HttpResponse:
    """Worked for me, or did not, because."""
    found = _found(prompt)
    form = TryForm(request.POST)
    if not form.is_valid():
        return _page(request, found, tried=form)
    version = queries.version_of(found, asked_version(request.POST))
    actions.try_prompt(prompt=found, version=version, **form.cleaned_data, by=request.person, at=request.at)
    if form.cleaned_data["worked"]:
        win = reverse("win-new", args=[org])
        messages.success(request, _("Good. Thank you for saying so."))
        return redirect(f"{win}?prompt={prompt}" if "win" in request.POST else reverse("prompt", args=[org, prompt]))
    messages.success(request, _("Thank you. Champions read what got in the way, not who said it."))
    return redirect("prompt", org=org, prompt=prompt)


@requires(Permission.ENTER)
@require_POST
def prompt_aside(request: OrganizationRequest, org: str, prompt: UUID) -> HttpResponse:
    """Off the shelf; it can be put back."""
    champion_only(request)
    found = _found(prompt)
    actions.set_prompt_aside(prompt=found, by=request.person, at=request.at)
    undo = reverse("prompt-back", args=[org, prompt])
    done = _("“%(title)s” is set aside. Its versions stay.") % {"title": found.title}
    messages.success(request, done, extra_tags=f"undo:{undo}")
    return redirect("kit", org=org)


@requires(Permission.ENTER)
@require_POST
def prompt_back(request: OrganizationRequest, org: str, prompt: UUID) -> HttpResponse:
    """Back on the shelf."""
    champion_only(request)
    found = _found(prompt)
    actions.put_prompt_back(prompt=found, by=request.person, at=request.at)
    messages.success(request, _("“%(title)s” is back in the library.") % {"title": found.title})
    return redirect("prompt", org=org, prompt=prompt)


def _found(prompt: UUID) -> Prompt:
    rows = Prompt.objects.select_related("workflow", "owner", "organization")
    found: Prompt = get_object_or_404(rows, public_id=prompt)
    return found


def _page(
    request: OrganizationRequest,
    found: Prompt,
    *,
    review: ReviewForm | None = None,
    tried: TryForm | None = None,
    part: str = "",
) -> HttpResponse:
    given = request.POST if request.method == "POST" and not (review or tried) else {}
    look = queries.look_at_prompt(
        found,
        number=asked_version(request.GET),
        filled=asked_gaps(given),
        person=request.person,
        at=request.at,
    )
    if look is None:
        raise Http404
    return kit_page(
        request,
        f"champions/prompt.html{part}",
        standing_of(request),
        422 if review or tried else 200,
        prompt=found,
        look=look,
        review=review or ReviewForm(),
        tried=tried or TryForm(),
        refused=review or tried,
        own_version=look.version.author_id == request.person.pk,
        own_version_words=said("own_version"),
    )
