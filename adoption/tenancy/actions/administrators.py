"""That somebody can always manage an organisation, and that changes of who may come in wait for each other."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.actions import agenda
from adoption.tenancy.models import Organization, Person, RoleGrant
from adoption.tenancy.rules import Role
from adoption.tenancy.walls import current_organization_id


class MembersRefusal(ValueError):
    """Something about membership that cannot be. `message` says so in a sentence about `person`."""

    words: Promise | str = ""

    def __init__(self, person: Person) -> None:
        self.person = person
        super().__init__(type(self).__name__)

    @property
    def message(self) -> str:
        return str(self.words) % {"name": self.person.name}


class LastAdministrator(MembersRefusal):
    """Without this member nobody could manage the organisation any more."""

    words = _("%(name)s is the only administrator who stays. Make somebody else an administrator first.")


def organization_entered() -> int:
    """The organisation all of this happens in. Raises OutsideTenant outside of one."""
    inside = current_organization_id()
    if inside is None:
        raise agenda.OutsideTenant("members")
    return inside


def lock_members() -> None:
    """One at a time within an organisation: who belongs and who may do what. Held until the commit.

    Taken before any other lock, so that two administrators who take each other's role away meet here. It does not stop
    rows that merely refer to the organisation from being written.
    """
    Organization.objects.select_for_update(no_key=True).get(pk=organization_entered())


def keep_an_administrator(*, without: Person) -> None:
    """Raise LastAdministrator when nobody but this person could manage the organisation. Call under `lock_members`.

    Somebody with a day of departure does not count: they cannot be the one who remains.
    """
    others = RoleGrant.objects.filter(
        role=Role.ADMINISTRATOR,
        membership__ended_at__isnull=True,
        membership__person__left_on__isnull=True,
        membership__identity__is_active=True,
    ).exclude(membership__person=without)
    is_one = RoleGrant.objects.filter(
        role=Role.ADMINISTRATOR, membership__ended_at__isnull=True, membership__person=without
    ).exists()
    if is_one and not others.exists():
        raise LastAdministrator(without)
