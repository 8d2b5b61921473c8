"""The directory: the list, a person, and what is written about them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.actions import people as actions
from adoption.tenancy.forms.members import asked_text
from adoption.tenancy.forms.people import (
    AliasForm,
    DepartureForm,
    LeaveForm,
    PersonForm,
    WithdrawLeaveForm,
    asked_people,
    person_as_typed,
)
from adoption.tenancy.models import Alias, Leave, Person
from adoption.tenancy.queries import people as queries
from adoption.tenancy.queries.imports import FIELD_WORDS
from adoption.tenancy.rules import local_date


@requires(Permission.SEE_DIRECTORY)
@require_safe
def people(request: OrganizationRequest, org: str) -> HttpResponse:
    """Everybody in the directory, page by page, searched and filtered."""
    asked, on = asked_people(request.GET), _today(request)
    page = queries.people_page(asked, on)
    kept: dict[str, str] = {"q": asked.search, "state": asked.state.value, "department": asked.department}
    kept = {key: value for key, value in kept.items() if value and value != queries.State.HERE}
    here = reverse("people", args=[org])
    facts: dict[str, Any] = {
        "page": page,
        "asked": asked,
        "on": on,
        "is_narrowed": bool(asked.search or asked.department),
        "previous": page.previous and f"{here}?{urlencode({**kept, 'before': str(page.previous)})}",
        "next": page.next and f"{here}?{urlencode({**kept, 'after': str(page.next)})}",
        "states": [(state, words) for state, words in queries.STATE_WORDS.items()],
    }
    if request.htmx and request.htmx.target == "people-list":  # type: ignore[attr-defined]
        return render(request, "tenancy/people.html#people-list", facts)
    facts |= {"headcount": queries.count_people(on), "departments": queries.departments()}
    return render(request, "tenancy/people.html", facts)


@requires(Permission.SEE_DIRECTORY)
@require_safe
def people_find(request: OrganizationRequest, org: str) -> HttpResponse:
    """A few people for a field that asks for one, as options."""
    found = queries.suggest_people(asked_text(request.GET, "manager"), _today(request))
    return render(
        request, "tenancy/person_edit.html#managers", {"suggestions": [queries.calling_card(one) for one in found]}
    )


@requires(Permission.SEE_DIRECTORY)
@require_safe
def person(request: OrganizationRequest, org: str, person: UUID) -> HttpResponse:
    """What the directory says about somebody."""
    found: Person = get_object_or_404(Person.objects.select_related("manager", "organization"), public_id=person)
    return _person_page(request, found)


@requires(Permission.EDIT_DIRECTORY)
@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request: OrganizationRequest, org: str) -> HttpResponse:
    """Enter somebody into the directory."""
    form = PersonForm(request.POST if request.method == "POST" else None, on=_today(request))
    other = None
    if request.method == "POST" and form.is_valid():
        try:
            added = actions.add_person(
                **form.values,
                despite_erasure=form.cleaned_data["despite_erasure"],
                by=request.person,
                at=request.at,
            )
        except actions.WasErased as failure:
            form.offer_despite_erasure()
            form.add_error("mail", str(failure.message))
        except actions.Refused as failure:
            other = _refuse(form, failure)
        else:
            messages.success(request, _("%(name)s is in the directory.") % {"name": added.name})
            return redirect("person", org=org, person=added.public_id)
    facts = {"form": form, "other": other, "departments": queries.departments()}
    return render(request, "tenancy/person_edit.html", facts, status=_status(form))


@requires(Permission.EDIT_DIRECTORY)
@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: OrganizationRequest, org: str, person: UUID) -> HttpResponse:
    """Change somebody's entry. Two people who edit at once find out, and neither loses what they typed."""
    found: Person = get_object_or_404(Person.objects.select_related("manager"), public_id=person)
    form = PersonForm(
        request.POST if request.method == "POST" else None, initial=person_as_typed(found), on=_today(request)
    )
    other, differences, status = None, [], None
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.change_person(
                person=found,
                version=form.cleaned_data["version"] or 0,
                changes=form.values,
                by=request.person,
                at=request.at,
            )
        except actions.EditedMeanwhile as failure:
            status = 409
            differences = [
                (FIELD_WORDS[field], now, typed)
                for field, now, typed in queries.differences(failure.current, form.values)
            ]
            form.renew(failure.current.version)
        except actions.Refused as failure:
            other = _refuse(form, failure)
        else:
            messages.success(request, _("%(name)s's entry is saved.") % {"name": changed.name})
            return redirect("person", org=org, person=person)
    facts = {
        "form": form,
        "person": found,
        "other": other,
        "edited_meanwhile": status == 409,
        "differences": differences,
        "departments": queries.departments(),
    }
    return render(request, "tenancy/person_edit.html", facts, status=status or _status(form))


@requires(Permission.EDIT_DIRECTORY)
@require_POST
def person_leave(request: OrganizationRequest, org: str, person: UUID) -> HttpResponse:
    """Note that somebody is away for a while, or take that back."""
    found: Person = get_object_or_404(Person.objects.select_related("manager", "organization"), public_id=person)
    if "withdraw" in request.POST:
        which = WithdrawLeaveForm({"starts_on": request.POST["withdraw"]})
        if which.is_valid():
            leave = get_object_or_404(Leave, person=found, starts_on=which.cleaned_data["starts_on"])
            actions.withdraw_leave(leave=leave, by=request.person, at=request.at)
            messages.success(request, _("The leave of %(name)s is withdrawn.") % {"name": found.name})
        return redirect("person", org=org, person=person)
    form = LeaveForm(request.POST)
    if form.is_valid():
        try:
            actions.record_leave(person=found, **form.cleaned_data, by=request.person, at=request.at)
        except actions.Refused as failure:
            _refuse(form, failure)
        else:
            messages.success(request, _("The leave of %(name)s is noted.") % {"name": found.name})
            return redirect("person", org=org, person=person)
    return _person_page(request, found, leave_form=form, status=422)


@requires(Permission.EDIT_DIRECTORY)
@require_POST
def person_alias(request: OrganizationRequest, org: str, person: UUID) -> HttpResponse:
    """Note another address or login of somebody, or forget one."""
    found: Person = get_object_or_404(Person.objects.select_related("manager", "organization"), public_id=person)
    if "remove" in request.POST:
        alias = get_object_or_404(Alias, person=found, address=asked_text(request.POST, "remove"))
        actions.remove_alias(alias=alias, by=request.person, at=request.at)
        return redirect("person", org=org, person=person)
    form = AliasForm(request.POST)
    if form.is_valid():
        try:
            actions.add_alias(person=found, **form.cleaned_data, by=request.person, at=request.at)
        except actions.Refused as failure:
            _refuse(form, failure)
        else:
            return redirect("person", org=org, person=person)
    return _person_page(request, found, alias_form=form, status=422)


@requires(Permission.EDIT_DIRECTORY)
@require_http_methods(["GET", "HEAD", "POST"])
def person_departure(request: OrganizationRequest, org: str, person: UUID) -> HttpResponse:
    """Note that somebody leaves, after saying what follows; or take it back."""
    found: Person = get_object_or_404(Person, public_id=person)
    form = DepartureForm(request.POST if request.method == "POST" else None, initial={"left_on": _today(request)})
    if request.method == "POST" and "undo" in request.GET:
        actions.undo_departure(person=found, by=request.person, at=request.at)
        messages.success(request, _("The departure of %(name)s is taken back.") % {"name": found.name})
        return redirect("person", org=org, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_departure(person=found, **form.cleaned_data, by=request.person, at=request.at)
        except actions.Refused as failure:
            _refuse(form, failure)
        else:
            undo = f"{reverse('person-departure', args=[org, person])}?undo=1"
            said = _("The departure of %(name)s is noted.") % {"name": found.name}
            messages.success(request, said, extra_tags=f"undo:{undo}")
            return redirect("person", org=org, person=person)
    facts = {"form": form, "person": found, "facts": queries.person_facts(found, _today(request))}
    return render(request, "tenancy/person_departure.html", facts, status=_status(form))


def _person_page(
    request: OrganizationRequest,
    person: Person,
    *,
    leave_form: LeaveForm | None = None,
    alias_form: AliasForm | None = None,
    status: int = 200,
) -> HttpResponse:
    on = _today(request)
    facts = {
        "facts": queries.person_facts(person, on),
        "notices": queries.notices_of(person, request.permissions),
        "person": person,
        "on": on,
        "leave_form": leave_form or LeaveForm(),
        "alias_form": alias_form or AliasForm(),
    }
    return render(request, "tenancy/person.html", facts, status=status)


def _refuse(form: Any, failure: actions.Refused) -> Person | None:
    """Say a refusal beside its field. Returns the person in the way."""
    said = str(failure.message)
    if failure.other is not None and isinstance(failure, actions.MailTaken):
        said = _("%(name)s already has this address. Check the spelling, or open their entry.") % {
            "name": failure.other.name
        }
    elif failure.other is not None and isinstance(failure, actions.ExternalIdTaken):
        said = _("%(name)s already has this number. Check it, or open their entry.") % {"name": failure.other.name}
    form.add_error(failure.field if failure.field in form.fields else None, said)
    return failure.other


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


def _today(request: OrganizationRequest) -> date:
    return local_date(request.at, request.organization.zone)
