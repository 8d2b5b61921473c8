"""Two companies always exist, and nothing of one is like anything of the other: leak tests need leakable data."""

from adoption.tenancy.models import MembershipIndex, Person
from tests.factories import World
from tests.worlds import ClientAs, Enter


def test_each_text_of_a_company_names_it_and_no_other(meridian: World, harbour: World, enter: Enter) -> None:
    for world, other in ((meridian, harbour), (harbour, meridian)):
        with enter(world):
            people = list(Person.objects.all())
            assert len(people) == 9
            for person in people:
                texts = [
                    person.name,
                    person.sort_name,
                    person.mail,
                    person.department,
                    person.job_role,
                    person.external_id,
                ]
                assert all(text and world.canary in text.lower() and other.canary not in text.lower() for text in texts)


def test_everybody_of_the_cast_may_sign_in(meridian: World, client_as: ClientAs) -> None:
    assert MembershipIndex.objects.filter(organization=meridian.organization).count() == len(meridian.everybody) == 6
    for somebody in meridian.everybody.values():
        assert client_as(somebody).get("/").status_code == 302
