"""The directory: the people of an organisation, whether or not they ever sign in."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat, Lower

from adoption.tenancy import rules
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class PersonQuerySet(TenantQuerySet):
    """Named filters."""

    def here(self, on: date) -> Self:
        """People who have not left by that day: working or on leave."""
        return self.exclude(left_on__lte=on)

    def gone(self, on: date) -> Self:
        """People who have left by that day."""
        return self.filter(left_on__lte=on)

    def with_leave(self, on: date) -> Self:
        """Adds `is_on_leave`, a boolean, for that day."""
        return self.annotate(is_on_leave=Exists(Leave.objects.covering(on).filter(person=OuterRef("pk"))))

    def on_leave(self, on: date) -> Self:
        """People away on that day who have not left."""
        return self.here(on).with_leave(on).filter(is_on_leave=True)

    def working(self, on: date) -> Self:
        """People one may ask for something on that day."""
        return self.here(on).with_leave(on).filter(is_on_leave=False)

    def in_name_order(self) -> Self:
        return self.order_by("sort_name", "id")

    def in_file_of_name(self, part: str) -> Self:
        """People whose name, mail address or department contains the text, in any case and with or without accents."""
        found = self
        for word in rules.sort_name(part).split():
            found = found.filter(Q(sort_name__contains=word) | Q(mail__contains=word) | Q(department__icontains=word))
        return found

    def in_department(self, department: str) -> Self:
        """People of the department of exactly that name."""
        return self.filter(department=department)

    def numbered(self, external_id: str) -> Self:
        """Who has that key in the HR system; one person or nobody."""
        return self.filter(external_id=external_id)

    def addressed(self, mail: str) -> Self:
        """Whose mail address this is now, in any case; one person or nobody. Former addresses do not count."""
        return self.filter(mail=rules.clean_mail(mail) or mail)


class Person(TenantModel):
    """Somebody in an organisation's directory."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    # The HR system's own key. It never changes, so a person who is renamed stays one person.
    external_id = models.CharField(max_length=rules.NAME_LENGTH, null=True, blank=True)
    name = models.CharField(max_length=rules.NAME_LENGTH)
    sort_name = models.CharField(max_length=rules.NAME_LENGTH * 2, editable=False)
    mail = models.CharField(max_length=254, null=True, blank=True)
    department = models.CharField(max_length=rules.TEXT_LENGTH, blank=True, default="")
    job_role = models.CharField(max_length=rules.TEXT_LENGTH, blank=True, default="")
    location = models.CharField(max_length=rules.TEXT_LENGTH, blank=True, default="")
    # An IANA zone; empty means the organisation's.
    zone = models.CharField(max_length=64, blank=True, default="")
    manager = TenantForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="reports")
    contracted_hours = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    # Raised with each change, so that two people who edit the same entry find out.
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar = TenantManager.of(PersonQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="person_public_id"),
            models.UniqueConstraint(fields=["organization", "external_id"], name="person_external_id"),
            models.UniqueConstraint(fields=["organization", "mail"], name="person_mail"),
            models.CheckConstraint(name="person_mail_lower", condition=Q(mail__isnull=True) | Q(mail=Lower("mail"))),
            models.CheckConstraint(name="person_name_not_empty", condition=~Q(name="")),
            models.CheckConstraint(
                name="person_contracted_hours",
                condition=Q(contracted_hours__isnull=True)
                | Q(contracted_hours__gt=0, contracted_hours__lte=rules.MOST_CONTRACTED_HOURS),
            ),
            models.CheckConstraint(
                name="person_not_own_manager", condition=Q(manager__isnull=True) | ~Q(manager=models.F("id"))
            ),
        ]
        indexes = [
            # With what a search looks at, so that it reads this index alone.
            models.Index(
                fields=["organization", "sort_name", "id"], include=["mail", "left_on"], name="person_by_name"
            ),
            models.Index(fields=["organization", "manager"], name="person_by_manager"),
            models.Index(fields=["organization", "department"], name="person_by_department"),
            models.Index(
                fields=["organization", "sort_name", "id"], condition=Q(left_on__isnull=False), name="person_leaving"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        return rules.initials(self.name)

    def local_zone(self) -> str:
        """The person's IANA zone: their own, else the organisation's."""
        return self.zone or self.organization.zone

    def has_left(self, at: datetime) -> bool:
        """Whether their last day has come, where they are."""
        return self.left_on is not None and self.left_on <= rules.local_date(at, self.local_zone())


class Alias(TenantModel):
    """Another address or login under which other systems know a person: a UPN, a login, a former mail address."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="aliases")
    address = models.CharField(max_length=254)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "address"], name="alias_address"),
            models.CheckConstraint(name="alias_lower", condition=Q(address=Lower("address"))),
        ]
        indexes = [models.Index(fields=["organization", "person"], name="alias_by_person")]

    def __str__(self) -> str:
        return self.address


class LeaveQuerySet(TenantQuerySet):
    """Named filters."""

    def covering(self, on: date) -> Self:
        """Leaves that a day falls into."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)

    def overlapping(self, starts_on: date, ends_on: date | None) -> Self:
        """Leaves that share a day with a span; an open end reaches for ever."""
        found = self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
        return found if ends_on is None else found.filter(starts_on__lte=ends_on)


class Leave(TenantModel):
    """A span of days in which somebody is away and is asked for nothing. The last day is included; none means open."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="leaves")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects: ClassVar = TenantManager.of(LeaveQuerySet)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="leave_in_order", condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on"))
            ),
        ]
        indexes = [models.Index(fields=["organization", "person", "starts_on"], name="leave_by_person")]

    def __str__(self) -> str:
        return f"{self.starts_on} to {self.ends_on or '…'}"


class ClosureQuerySet(TenantQuerySet):
    """Named filters."""

    def overlapping(self, starts_on: date, ends_on: date) -> Self:
        """Closures that share a day with a span."""
        return self.filter(starts_on__lte=ends_on, ends_on__gte=starts_on)

    def everywhere(self) -> Self:
        """Closures of the whole organisation."""
        return self.filter(location="")

    def felt_at(self, location: str | OuterRef) -> Self:
        """Closures of a place, and of the whole organisation."""
        return self.filter(Q(location="") | Q(location=location))

    def in_order(self) -> Self:
        return self.order_by("starts_on", "location", "id")

    def naming(self, day: str, felt: Q) -> Coalesce:
        """What closes a day of the outer query, in a word: everywhere, else where `felt` says so. Empty: nothing does."""
        rows = self.filter(Q(location="") | felt, starts_on__lte=OuterRef(day), ends_on__gte=OuterRef(day))
        place = Case(
            When(location="", then=F("name")),
            default=Concat("name", Value(" ("), "location", Value(")")),
            output_field=models.CharField(),
        )
        named = rows.order_by("location", "starts_on", "id").annotate(named=place).values("named")[:1]
        return Coalesce(Subquery(named), Value(""))


class Closure(TenantModel):
    """Days on which the organisation, or everybody of one place, does not work. Both ends are included."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=rules.TEXT_LENGTH)
    starts_on = models.DateField()
    ends_on = models.DateField()
    # As the directory writes it; empty for everybody.
    location = models.CharField(max_length=rules.TEXT_LENGTH, blank=True, default="")
    created_at = models.DateTimeField()

    objects: ClassVar = TenantManager.of(ClosureQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="closure_public_id"),
            models.UniqueConstraint(fields=["organization", "starts_on", "ends_on", "location"], name="closure_once"),
            models.CheckConstraint(name="closure_in_order", condition=Q(ends_on__gte=models.F("starts_on"))),
            models.CheckConstraint(name="closure_has_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def span(self) -> rules.Span:
        return self.starts_on, self.ends_on
