"""The addresses for machines."""

from datetime import date

from django.urls import path, register_converter

from adoption.tenancy.api import closures, holidays, people, settings
from adoption.tenancy.api.reference import Reference
from adoption.tenancy.api.schema import Schema


class DayConverter:
    """A calendar day in an address."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "day")

# /api/v1/
root = [
    path("", Reference.as_view(), name="api"),
    path("schema/", Schema.as_view(), name="api-schema"),
]

# /api/v1/o/<org>/
organization = [
    path("people/", people.People.as_view(), name="api-people"),
    path("people/<uuid:person>/", people.OnePerson.as_view(), name="api-person"),
    path("people/<uuid:person>/leaves/", people.Leaves.as_view(), name="api-leaves"),
    path("people/<uuid:person>/leaves/<day:starts_on>/", people.OneLeave.as_view(), name="api-leave"),
    path("people/<uuid:person>/departure/", people.Departure.as_view(), name="api-departure"),
    path("closures/", closures.Closures.as_view(), name="api-closures"),
    path("closures/holidays/", holidays.PublicHolidays.as_view(), name="api-closures-holidays"),
    path("closures/<uuid:closure>/", closures.OneClosure.as_view(), name="api-closure"),
    path("settings/", settings.Settings.as_view(), name="api-settings"),
]
