"""Members, their roles, and invitations."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.tenancy import rules
from adoption.tenancy.access import OrganizationRequest, Permission, Role, requires
from adoption.tenancy.actions import members
from adoption.tenancy.actions.administrators import LastAdministrator, MembersRefusal
from adoption.tenancy.actions.people import Refused, WasErased
from adoption.tenancy.forms.members import (
    InviteByMailForm,
    InviteForm,
    InviteFormSet,
    InviteLines,
    PasteForm,
    RoleForm,
    asked_id,
    asked_role,
    asked_text,
)
from adoption.tenancy.models import ApiToken, Invitation, Membership, Person
from adoption.tenancy.queries import members as queries
from adoption.tenancy.rules import local_date

# Empty lines that a list of invitations begins with.
LINES = 4


@requires(Permission.MANAGE_ROLES)
@require_safe
def roles(request: OrganizationRequest, org: str) -> HttpResponse:
    """Who belongs to the organisation, with which roles, and who has been invited."""
    search, role = asked_text(request.GET, "q"), asked_role(request.GET, "role")
    page = queries.members_page(
        search=search, role=role, after=asked_id(request.GET, "after"), before=asked_id(request.GET, "before")
    )
    counts = queries.role_counts()
    asked = {key: value for key, value in {"q": search, "role": role or ""}.items() if value}
    facts = {
        "members": [(one, queries.role_names(grant.role for grant in one.grants.all())) for one in page.rows],
        "previous": page.previous and f"?{urlencode({**asked, 'before': str(page.previous)})}",
        "next": page.next and f"?{urlencode({**asked, 'after': str(page.next)})}",
        "search": search,
        "role": role,
        "role_words": role and queries.ROLE_WORDS[role],
        "roles": [(one, queries.ROLE_WORDS[one], counts[one]) for one in Role],
        "invitations": [(one, queries.role_names(one.roles)) for one in queries.pending_invitations()],
    }
    return render(request, "tenancy/members.html", facts)


@requires(Permission.MANAGE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: OrganizationRequest, org: str, person: UUID) -> HttpResponse:
    """One member: what each role lets them see, given or taken away at once."""
    membership: Membership = get_object_or_404(
        Membership.objects.current().select_related("person"), person__public_id=person
    )
    refusal = None
    if request.method == "POST":
        form = RoleForm(request.POST)
        if form.is_valid():
            try:
                act = members.grant_role if form.cleaned_data["act"] == "grant" else members.revoke_role
                act(membership=membership, role=form.cleaned_data["role"], by=request.person, at=request.at)
            except LastAdministrator as failure:
                refusal = failure.message
            else:
                # Whoever took their own way to this page away is shown out.
                keeps = membership.pk != request.membership.pk or form.cleaned_data["role"] != Role.ADMINISTRATOR
                return redirect("member", org=org, person=person) if keeps else redirect("home", org=org)
        else:
            refusal = _("There is no such role.")
    held = set(membership.grants.values_list("role", flat=True))
    facts = {
        "membership": membership,
        "person": membership.person,
        "refusal": refusal,
        "roles": [(role, words, role in held, held == {role}) for role, words in queries.ROLE_WORDS.items()],
    }
    return render(request, "tenancy/member.html", facts, status=422 if refusal else 200)


@requires(Permission.MANAGE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def member_end(request: OrganizationRequest, org: str, person: UUID) -> HttpResponse:
    """End a membership, after saying whose and what follows."""
    membership: Membership = get_object_or_404(Membership.objects.select_related("person"), person__public_id=person)
    refusal = None
    if request.method == "POST":
        try:
            members.end_membership(membership=membership, by=request.person, at=request.at)
        except LastAdministrator as failure:
            refusal = failure.message
        else:
            if membership.pk == request.membership.pk:
                return redirect("start")
            messages.success(request, _("%(name)s is no longer a member.") % {"name": membership.person.name})
            return redirect("roles", org=org)
    elif membership.ended_at is not None:
        return redirect("roles", org=org)
    facts = {
        "membership": membership,
        "person": membership.person,
        "refusal": refusal,
        "roles": [queries.role_name(role) for role in membership.grants.values_list("role", flat=True)],
        "tokens": ApiToken.objects.live(request.at).filter(membership=membership).count(),
    }
    return render(request, "tenancy/member_end.html", facts, status=422 if refusal else 200)


@requires(Permission.MANAGE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: OrganizationRequest, org: str) -> HttpResponse:
    """Invite somebody by their address; who is not in the directory yet is added to it."""
    form = InviteByMailForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = members.invite_by_mail(**form.cleaned_data, by=request.person, at=request.at)
        except MembersRefusal as failure:
            form.add_error("mail", str(failure.message))
        except WasErased as failure:
            form.offer_despite_erasure()
            form.add_error("mail", str(failure.message))
        except Refused as failure:
            form.add_error(failure.field if failure.field in form.fields else None, str(failure.message))
        else:
            messages.success(request, _invited(invitation))
            return redirect("roles", org=org)
    search = asked_text(request.GET, "q")
    today = local_date(request.at, request.organization.zone)
    facts = {"form": form, "search": search, "found": queries.not_yet_members(search, on=today) if search else None}
    return render(request, "tenancy/invite.html", facts, status=422 if form.errors else 200)


@requires(Permission.MANAGE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def invite_several(request: OrganizationRequest, org: str) -> HttpResponse:
    """Invite several people at once, each with a role: all of them, or nobody while a line has a mistake."""
    if request.method != "POST":
        return _show_lines(request, InviteFormSet(initial=[{}] * LINES), PasteForm())
    lines = InviteFormSet(request.POST)
    if "read" in request.POST or "more" in request.POST:
        paste = PasteForm(request.POST)
        return _show_lines(request, _longer(request, paste), PasteForm() if paste.is_valid() else paste)
    if lines.is_valid() and lines.filled:
        offers = [members.Offer(said["name"], said["mail"], said["role"]) for _place, said in lines.filled]
        try:
            new = members.invite_several(offers=offers, by=request.person, at=request.at)
        except members.SomeRefused as failure:
            for place, refusal in failure.refused.items():
                lines.forms[lines.filled[place][0]].add_error("mail", str(refusal.message))
        else:
            said = ngettext(
                "%(number)d person is invited. The mail goes out now; its link is good for 14 days.",
                "%(number)d people are invited. The mails go out now; their links are good for 14 days.",
                len(offers),
            )
            messages.success(request, (said if new else _("They were invited already.")) % {"number": len(offers)})
            return redirect("roles", org=org)
    return _show_lines(request, lines, PasteForm(), status=422)


def _longer(request: OrganizationRequest, paste: PasteForm) -> InviteLines:
    """The lines as they were typed, what was pasted behind them, and room for more. Nothing is judged yet."""
    typed = InviteFormSet(request.POST)
    said = [
        {field: line[field].value() or "" for field in ("name", "mail", "role")}
        for line in (typed.forms if typed.management_form.is_valid() else [])
    ]
    kept = [line for line in said if line["name"] or line["mail"]]
    pasted = rules.read_list(paste.cleaned_data["pasted"]) if paste.is_valid() else []
    kept += [{"name": name, "mail": mail, "role": Role.MEMBER.value} for name, mail in pasted]
    room: list[dict[str, str]] = [{}] * (LINES if "more" in request.POST else 1)
    return InviteFormSet(initial=[*kept, *room][: rules.MOST_INVITED])


def _show_lines(
    request: OrganizationRequest, lines: InviteLines, paste: PasteForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    facts = {
        "lines": lines,
        "paste": paste,
        "nobody": status != HTTPStatus.OK and lines.is_valid() and not lines.filled,
        "wrong": [(number, line) for number, line in enumerate(lines.forms, start=1) if line.is_bound and line.errors],
        "roles": queries.ROLE_WORDS.values(),
        "most": rules.MOST_INVITED,
    }
    return render(request, "tenancy/invite_several.html", facts, status=status)


@requires(Permission.MANAGE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def invite_person(request: OrganizationRequest, org: str, person: UUID) -> HttpResponse:
    """Invite somebody of the directory."""
    invited: Person = get_object_or_404(Person, public_id=person)
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = members.invite(person=invited, **form.cleaned_data, by=request.person, at=request.at)
        except MembersRefusal as failure:
            form.add_error(None, failure.message)
        else:
            messages.success(request, _invited(invitation))
            return redirect("roles", org=org)
    facts = {"form": form, "person": invited}
    return render(request, "tenancy/invite_person.html", facts, status=422 if form.errors else 200)


def _invited(invitation: Invitation) -> str:
    return _("%(name)s is invited. The mail goes out now; its link is good for 14 days.") % {
        "name": invitation.person.name
    }


@requires(Permission.MANAGE_ROLES)
@require_POST
def invitation_resend(request: OrganizationRequest, org: str, invitation: UUID) -> HttpResponse:
    """Write once more to somebody who was invited."""
    row: Invitation = get_object_or_404(Invitation.objects.select_related("person"), public_id=invitation)
    try:
        members.resend_invitation(invitation=row, by=request.person, at=request.at)
    except MembersRefusal as failure:
        messages.error(request, failure.message)
    else:
        messages.success(request, _invited(row))
    return redirect("roles", org=org)


@requires(Permission.MANAGE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_withdraw(request: OrganizationRequest, org: str, invitation: UUID) -> HttpResponse:
    """Take an invitation back, after saying whose."""
    row: Invitation = get_object_or_404(Invitation.objects.select_related("person"), public_id=invitation)
    if request.method == "POST":
        try:
            members.revoke_invitation(invitation=row, by=request.person, at=request.at)
        except members.InvitationClosed as failure:
            messages.error(request, failure.message)
        else:
            messages.success(request, _("The invitation of %(name)s is withdrawn.") % {"name": row.person.name})
        return redirect("roles", org=org)
    if row.accepted_at or row.revoked_at:
        return redirect("roles", org=org)
    return render(request, "tenancy/invitation_withdraw.html", {"invitation": row, "person": row.person})
