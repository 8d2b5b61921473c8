"""Writes to the directory, one person at a time. Files of people are `imports`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.tenancy import rules
from adoption.tenancy.actions import audit
from adoption.tenancy.actions.administrators import LastAdministrator, keep_an_administrator, lock_members
from adoption.tenancy.actions.reckoning import reckon_again
from adoption.tenancy.models import Alias, Erasure, Leave, Person
from adoption.tenancy.queries import people as queries

FIELDS = ("name", "mail", "external_id", "department", "job_role", "location", "zone", "manager", "contracted_hours")
_LENGTHS = {
    "name": rules.NAME_LENGTH,
    "external_id": rules.NAME_LENGTH,
    "department": rules.TEXT_LENGTH,
    "job_role": rules.TEXT_LENGTH,
    "location": rules.TEXT_LENGTH,
}


class Refused(ValueError):
    """The directory does not take this. `field` names what to mend, `message` says how, `other` is the person in the way."""

    field = ""
    message: str | Promise = ""

    def __init__(
        self, *, field: str | None = None, message: str | Promise | None = None, other: Person | None = None
    ) -> None:
        self.field = self.field if field is None else field
        self.message = self.message if message is None else message
        self.other = other
        super().__init__(f"{type(self).__name__}: {self.field}")


class BadValue(Refused):
    """A value the directory cannot hold."""


class OnlyAdministrator(Refused):
    """Without this person nobody could manage the organisation any more."""

    field = "left_on"


class MailTaken(Refused):
    """Somebody else has the address, as their own or as another one they are known by."""

    field = "mail"
    message = _("Somebody else already has this address.")


class ExternalIdTaken(Refused):
    """Somebody else has the HR system's key."""

    field = "external_id"
    message = _("Somebody else already has this number.")


class WasErased(Refused):
    """Somebody with this address or number was erased on request."""

    field = "mail"
    message = _("Somebody with this address or number was erased on request. Enter them again only if they know.")


class ManagerCycle(Refused):
    """The chain of managers would lead back to the person."""

    field = "manager"
    message = _("This person reports to the one you are editing, directly or over others.")


class EditedMeanwhile(Refused):
    """The entry has another version than the one that was edited. `current` is what it says now."""

    message = _("Somebody changed this entry while you were editing it.")

    def __init__(self, current: Person) -> None:
        self.current = current
        super().__init__()


class LeavesOverlap(Refused):
    """The person is away already on one of the days. `leave` says when."""

    field = "starts_on"
    message = _("This overlaps another leave.")

    def __init__(self, leave: Leave) -> None:
        self.leave = leave
        super().__init__()


class EndsBeforeStart(Refused):
    """The last day lies before the first."""

    field = "ends_on"
    message = _("The last day lies before the first.")


class AlreadyLeft(Refused):
    """A departure is recorded already."""

    field = "left_on"
    message = _("A departure is recorded already.")


@transaction.atomic
def add_person(
    *,
    name: str,
    mail: str | None = None,
    external_id: str | None = None,
    department: str = "",
    job_role: str = "",
    location: str = "",
    zone: str = "",
    manager: Person | None = None,
    contracted_hours: Decimal | None = None,
    despite_erasure: bool = False,
    by: Person | None,
    at: datetime,
) -> Person:
    """Enter somebody into the directory.

    Raises BadValue, MailTaken, ExternalIdTaken, and WasErased unless `despite_erasure` says that the person knows.
    """
    values = _clean(
        {
            "name": name,
            "mail": mail,
            "external_id": external_id,
            "department": department,
            "job_role": job_role,
            "location": location,
            "zone": zone,
            "manager": manager,
            "contracted_hours": contracted_hours,
        }
    )
    if not despite_erasure and was_erased(values["mail"], values["external_id"]):
        raise WasErased
    person = Person(**values, sort_name=rules.sort_name(values["name"]), created_at=at)
    _refuse_taken(person)
    _save(person)
    audit.record("person.added", by=by, at=at, subject=person)
    return person


@transaction.atomic
def change_person(
    *, person: Person, version: int, changes: Mapping[str, Any], by: Person | None, at: datetime
) -> Person:
    """Change fields of somebody's entry (keys of FIELDS). A former mail address stays known as an alias.

    Returns the entry as it now is; nothing is written when nothing differs. Raises EditedMeanwhile when `version` is not the
    current one, BadValue, MailTaken, ExternalIdTaken, ManagerCycle.
    """
    current = _locked(person)
    if current.version != version:
        raise EditedMeanwhile(current)
    values = _clean(changes)
    changed = sorted(field for field, value in values.items() if getattr(current, field) != value)
    if not changed:
        return current
    former = current.mail
    for field in changed:
        setattr(current, field, values[field])
    current.sort_name = rules.sort_name(current.name)
    if "manager" in changed and current.manager_id and queries.is_above(current, current.manager):  # type: ignore[arg-type]
        raise ManagerCycle(other=current.manager)
    _refuse_taken(current)
    if "mail" in changed:
        Alias.objects.filter(person=current, address=current.mail or "").delete()
        if former:
            Alias.objects.create(person=current, address=former, created_at=at)
    current.version += 1
    _save(current)
    audit.record("person.changed", by=by, at=at, subject=current, fields=changed)
    return current


@transaction.atomic
def add_alias(*, person: Person, address: str, by: Person | None, at: datetime) -> Alias:
    """Note another address or login under which other systems know a person. The same one twice changes nothing.

    Raises BadValue and MailTaken.
    """
    known_as = rules.clean_login(address)
    if known_as is None:
        raise BadValue(field="address", message=_("This cannot be an address or a login."))
    current = _locked(person)
    holder = queries.holder_of(known_as)
    if holder is not None and holder.pk != current.pk:
        raise MailTaken(field="address", other=holder)
    if current.mail == known_as:
        raise BadValue(field="address", message=_("This is the mail address already."))
    alias: Alias
    alias, added = Alias.objects.get_or_create(person=current, address=known_as, defaults={"created_at": at})
    if added:
        audit.record("person.alias_added", by=by, at=at, subject=current)
    return alias


@transaction.atomic
def remove_alias(*, alias: Alias, by: Person | None, at: datetime) -> None:
    """Forget another address of a person."""
    person = alias.person
    alias.delete()
    audit.record("person.alias_removed", by=by, at=at, subject=person)


@transaction.atomic
def record_leave(*, person: Person, starts_on: date, ends_on: date | None, by: Person | None, at: datetime) -> Leave:
    """Note that somebody is away from one day to another, both included; no last day leaves it open.

    Raises EndsBeforeStart and LeavesOverlap.
    """
    if ends_on is not None and ends_on < starts_on:
        raise EndsBeforeStart
    current = _locked(person)
    overlap = Leave.objects.filter(person=current).overlapping(starts_on, ends_on).order_by("starts_on").first()
    if overlap is not None:
        raise LeavesOverlap(overlap)
    leave = Leave.objects.create(person=current, starts_on=starts_on, ends_on=ends_on, created_at=at)
    reckon_again(people=[current.pk], first=starts_on, last=ends_on, at=at)
    audit.record("leave.recorded", by=by, at=at, subject=current)
    return leave


@transaction.atomic
def withdraw_leave(*, leave: Leave, by: Person | None, at: datetime) -> None:
    """Take a leave away, as if it had not been recorded."""
    person = leave.person
    leave.delete()
    reckon_again(people=[person.pk], first=leave.starts_on, last=leave.ends_on, at=at)
    audit.record("leave.withdrawn", by=by, at=at, subject=person)


@transaction.atomic
def record_departure(*, person: Person, left_on: date, by: Person | None, at: datetime) -> Person:
    """Note the first day on which somebody is no longer there. Raises AlreadyLeft, and OnlyAdministrator."""
    lock_members()
    current = _locked(person)
    if current.left_on is not None:
        raise AlreadyLeft
    try:
        keep_an_administrator(without=current)
    except LastAdministrator as refusal:
        raise OnlyAdministrator(message=refusal.message) from refusal
    current.left_on = left_on
    current.version += 1
    current.save(update_fields=["left_on", "version"])
    reckon_again(people=[current.pk], first=left_on, at=at)
    audit.record("person.departed", by=by, at=at, subject=current)
    return current


@transaction.atomic
def undo_departure(*, person: Person, by: Person | None, at: datetime) -> Person:
    """Take a departure back. Nothing happens for somebody who has not left."""
    current = _locked(person)
    if current.left_on is not None:
        left_on, current.left_on = current.left_on, None
        current.version += 1
        current.save(update_fields=["left_on", "version"])
        reckon_again(people=[current.pk], first=left_on, at=at)
        audit.record("person.departure_undone", by=by, at=at, subject=current)
    return current


def was_erased(*values: str | None) -> bool:
    """Whether somebody with one of these addresses or keys was erased from the organisation entered."""
    hashes = [rules.keyed_hash(settings.SECRET_KEY, value) for value in values if value]
    return any(Erasure.objects.filter(hashes__contains=[one]).exists() for one in hashes)


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the directory holds them. Raises BadValue for the first that it cannot, KeyError for an unknown field."""
    cleaned: dict[str, Any] = {}
    for field, value in values.items():
        if field not in FIELDS:
            raise KeyError(field)
        if field in _LENGTHS:
            value = rules.one_line(value or "")
            if len(value) > _LENGTHS[field]:
                raise BadValue(
                    field=field, message=_("This is longer than %(length)d characters.") % {"length": _LENGTHS[field]}
                )
            if field == "name" and not value:
                raise BadValue(field=field, message=_("A person needs a name."))
            if field == "external_id":
                value = value or None
        elif field == "mail":
            given, value = value, rules.clean_mail(value) if value else None
            if given and value is None:
                raise BadValue(field=field, message=_("This is not a mail address."))
        elif field == "zone":
            value = (value or "").strip()
            if value and not rules.is_zone(value):
                raise BadValue(field=field, message=_("This is not a time zone. An example: Europe/Berlin."))
        elif field == "contracted_hours" and value is not None:
            value = rules.clean_hours(value)
            if value is None:
                raise BadValue(
                    field=field,
                    message=_("Hours a week lie between 0.1 and %(most)d.") % {"most": rules.MOST_CONTRACTED_HOURS},
                )
        cleaned[field] = value
    return cleaned


def _locked(person: Person) -> Person:
    return Person.objects.select_for_update().get(pk=person.pk)


def _refuse_taken(person: Person) -> None:
    if person.mail:
        holder = queries.holder_of(person.mail)
        if holder is not None and holder.pk != person.pk:
            raise MailTaken(other=holder)
    if person.external_id:
        holder = Person.objects.filter(external_id=person.external_id).exclude(pk=person.pk).first()
        if holder is not None:
            raise ExternalIdTaken(other=holder)
    if person.manager_id and person.manager_id == person.pk:
        raise ManagerCycle(other=person)


def _save(person: Person) -> None:
    """Save, and name the failure when somebody else was faster by a moment."""
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if constraint == "person_mail":
            raise MailTaken from error
        if constraint == "person_external_id":
            raise ExternalIdTaken from error
        raise
