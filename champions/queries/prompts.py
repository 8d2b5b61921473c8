"""The shelf of prompts, one of them, and how it became what it is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.aggregates import StringAgg
from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector, TrigramWordSimilarity
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Greatest

from adoption.outbox.models import Message
from adoption.programs.models import Workflow
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from champions import rules
from champions.models import Prompt, PromptNeed, PromptReview, PromptTry, PromptVersion
from champions.queries.kit import REVIEW_WORDS, Words
from champions.queries.needs import NeedLook, needs_of
from champions.rules import Part, ReviewVerdict, Shipping

# How much of a word must be like what was typed: "proposel" finds "proposal", "report" does not find "import".
LIKE_ENOUGH = 0.5
MOST_FOUND = 100
MOST_OBSTACLES = 5


@dataclass(frozen=True)
class OnShelf:
    """A prompt in the library: whether it is part of the work, and whether another champion has found it good."""

    prompt: Prompt
    version: PromptVersion
    shipping: Shipping
    is_stale: bool
    is_reviewed: bool
    needs: list[NeedLook]

    @property
    def lacks(self) -> list[NeedLook]:
        """What it needs and cannot rely on."""
        return [one for one in self.needs if one.shortcomings]


@dataclass(frozen=True)
class Gap:
    """Something to fill in, and what was."""

    name: str
    key: str
    value: str


@dataclass(frozen=True)
class Review:
    """Another champion's word. `name` is empty once they were erased."""

    name: str
    verdict: ReviewVerdict
    words: Words
    note: str
    reviewed_at: datetime


@dataclass(frozen=True)
class PromptLook:
    """One prompt as its page shows it."""

    prompt: Prompt
    version: PromptVersion
    newest: int
    on_shelf: OnShelf
    gaps: list[Gap]
    text: str
    needs: list[NeedLook]
    reviews: list[Review]
    my_try: PromptTry | None
    # What got in the way of somebody, without who: for champions.
    obstacles: list[str]

    @property
    def is_newest(self) -> bool:
        return self.version.number == self.newest


@dataclass(frozen=True)
class Step:
    """A version, and what became of the text of the one before, and of what it needed."""

    version: PromptVersion
    changes: list[tuple[Part, str]]
    compared: list[tuple[Part, NeedLook]]

    @property
    def needs(self) -> list[NeedLook]:
        return [one for part, one in self.compared if part is not Part.GONE]


def shelf(
    *, search: str = "", workflow: UUID | None = None, needs: UUID | None = None, at: datetime, zone: str
) -> list[OnShelf]:
    """The library: newest titles first, or what a search finds, best first. Four queries, however many there are.

    Words are looked for in title, workflow and text of the newest version, and in what it needs; a word spelled a little
    differently is found in titles and workflows too. `needs` is one thing in a context pack: what relies on it. There is
    no index of words: a shelf is read by its organisation, and none is long.
    """
    rows = PromptVersion.objects.newest_of_each().filter(prompt__set_aside_at__isnull=True)
    rows = rows.select_related("prompt__workflow", "prompt__owner", "prompt__organization")
    if workflow:
        rows = rows.filter(prompt__workflow__public_id=workflow)
    if needs:
        rows = rows.filter(Exists(PromptNeed.objects.filter(version=OuterRef("pk"), element__public_id=needs)))
    if search:
        named = PromptNeed.objects.filter(version=OuterRef("pk")).order_by().values("version")
        words = SearchQuery(search, config="simple", search_type="websearch")
        vector = (
            SearchVector("prompt__title", weight="A", config="simple")
            + SearchVector("prompt__workflow__name", weight="B", config="simple")
            + SearchVector("text", weight="C", config="simple")
            + SearchVector("needed", weight="D", config="simple")
        )
        like = Greatest(
            TrigramWordSimilarity(search, "prompt__title"), TrigramWordSimilarity(search, "prompt__workflow__name")
        )
        rows = rows.annotate(needed=Subquery(named.annotate(all=StringAgg("name", " ")).values("all")))
        rows = rows.annotate(found=vector, rank=SearchRank(vector, words), like=like)
        rows = rows.filter(Q(found=words) | Q(like__gte=LIKE_ENOUGH)).order_by("-rank", "-like", "-prompt_id")
    else:
        rows = rows.order_by("-prompt_id")
    return put_on_shelf(list(rows[:MOST_FOUND]), local_date(at, zone))


def put_on_shelf(versions: list[PromptVersion], on: date) -> list[OnShelf]:
    """What is known of some newest versions on a day. Three queries, however many there are."""
    prompts = [one.prompt_id for one in versions]
    tries: dict[int, list[tuple[int, date, bool]]] = defaultdict(list)
    told = PromptTry.objects.filter(prompt__in=prompts).since(on - rules.STALE_AFTER)
    for prompt, person, day, worked in told.values_list("prompt_id", "person_id", "tried_on", "worked"):
        tries[prompt].append((person, day, worked))
    good = set(
        PromptReview.objects.filter(version__in=[one.pk for one in versions], verdict=ReviewVerdict.GOOD).values_list(
            "version_id", flat=True
        )
    )
    needs = needs_of(versions, on)
    return [_one_on_shelf(one, tries[one.prompt_id], one.pk in good, needs[one.pk], on) for one in versions]


def _one_on_shelf(
    version: PromptVersion,
    tries: list[tuple[int, date, bool]],
    is_reviewed: bool,
    needs: list[NeedLook],
    on: date,
) -> OnShelf:
    prompt = version.prompt
    written_on = local_date(version.written_at, prompt.organization.zone)
    last = max([written_on, *(day for _, day, _ in tries)])
    return OnShelf(
        prompt=prompt,
        version=version,
        shipping=rules.shipping(
            owner=prompt.owner.name if prompt.owner else "",
            version=str(version.number),
            review_step=version.review_step,
            # Whoever says it did not work does not use it.
            uses=[(person, day) for person, day, worked in tries if worked],
            on=on,
        ),
        is_stale=rules.is_stale(last, on),
        is_reviewed=is_reviewed,
        needs=needs,
    )


def look_at_prompt(
    prompt: Prompt, *, number: int | None, filled: dict[str, str], person: Person, at: datetime
) -> PromptLook | None:
    """One version of a prompt, the newest without a number, with its gaps filled; None for a version there is not."""
    versions = {
        one.number: one for one in PromptVersion.objects.filter(prompt=prompt).select_related("author").newest_first()
    }
    newest = max(versions)
    version = versions.get(number or newest)
    if version is None:
        return None
    # As the shelf has it: with what one query has read.
    versions[newest].prompt = version.prompt = prompt
    gaps = [
        Gap(name, f"gap-{place}", filled.get(f"gap-{place}", ""))
        for place, name in enumerate(rules.gaps(version.text)[: rules.MOST_GAPS], start=1)
    ]
    today = local_date(at, prompt.organization.zone)
    [on_shelf] = put_on_shelf([versions[newest]], today)
    reviews = PromptReview.objects.filter(version=version).select_related("reviewer").order_by("id")
    failed = PromptTry.objects.filter(prompt=prompt, worked=False).since(today - rules.STALE_AFTER)
    return PromptLook(
        prompt=prompt,
        version=version,
        newest=newest,
        on_shelf=on_shelf,
        gaps=gaps,
        text=rules.fill(version.text, {one.name: one.value for one in gaps}),
        needs=on_shelf.needs if version.number == newest else needs_of([version], today)[version.pk],
        reviews=[
            Review(
                one.reviewer.name if one.reviewer else "",
                ReviewVerdict(one.verdict),
                REVIEW_WORDS[ReviewVerdict(one.verdict)],
                one.note,
                one.reviewed_at,
            )
            for one in reviews
        ],
        my_try=PromptTry.objects.filter(
            prompt=prompt, person=person, tried_on=local_date(at, person.local_zone())
        ).first(),
        # In the order of the letters, not of time: nobody can tell who said which.
        obstacles=sorted(set(failed.values_list("because", flat=True)[:MOST_OBSTACLES])),
    )


def history_of(prompt: Prompt, *, on: date) -> list[Step]:
    """Every version, newest first, each with what differs from the one before. Two queries."""
    versions = list(PromptVersion.objects.filter(prompt=prompt).select_related("author").newest_first())
    needs = needs_of(versions, on)
    return [
        Step(
            version,
            rules.differences(before.text, version.text) if before else [(Part.SAME, version.text)],
            _compared(needs[before.pk] if before else needs[version.pk], needs[version.pk]),
        )
        for version, before in zip(versions, [*versions[1:], None], strict=True)
    ]


def _compared(before: list[NeedLook], after: list[NeedLook]) -> list[tuple[Part, NeedLook]]:
    """What is needed no more first."""
    gone = [(Part.GONE, one) for one in before if not any(one.is_same_as(other) for other in after)]
    return gone + [(Part.SAME if any(one.is_same_as(other) for other in before) else Part.NEW, one) for one in after]


def newest_version(prompt: Prompt) -> PromptVersion:
    """The version that counts."""
    found: PromptVersion = (
        PromptVersion.objects.filter(prompt=prompt).select_related("prompt", "author").newest_first()[0]
    )
    return found


def version_of(prompt: Prompt, number: int | None) -> PromptVersion | None:
    """A version by its number; None where there is none."""
    return None if number is None else PromptVersion.objects.filter(prompt=prompt, number=number).first()


def works_on_shelf() -> list[Workflow]:
    """The pieces of work that the library has a prompt for, by name. One query."""
    shelved = Prompt.objects.on_the_shelf().filter(workflow=OuterRef("pk"))
    return list(Workflow.objects.filter(Exists(shelved)).in_name_order())


def prompts_to_name() -> list[Prompt]:
    """What a win can name: everything on the shelf, by workflow and title."""
    return list(Prompt.objects.on_the_shelf().select_related("workflow").order_by("workflow__name", "title"))


# --- messages --------------------------------------------------------------------------------------------------------


def facts_of_review(*, message: Message, at: datetime) -> dict[str, Any]:
    """What a mail to the author says once another champion has reviewed a version."""
    review = PromptReview.objects.select_related("version__prompt", "reviewer").get(pk=message.row_id)
    return {
        "kind": message.kind,
        "title": review.version.prompt.title,
        "speaker": review.reviewer.name if review.reviewer else "",
        "is_good": review.verdict == ReviewVerdict.GOOD,
        "note": review.note,
        "address": _address(review.version.prompt),
    }


def facts_of_stale(*, message: Message, at: datetime) -> dict[str, Any]:
    """What a mail to the owner says once nobody has tried a prompt for 28 days."""
    prompt = Prompt.objects.get(pk=message.row_id)
    return {"kind": message.kind, "title": prompt.title, "address": _address(prompt)}


def stale_wanted(*, message: Message, at: datetime) -> bool:
    """Whether it is still on the shelf, still this person's, and still untried."""
    prompt = Prompt.objects.on_the_shelf().filter(pk=message.row_id, owner=message.person).first()
    if prompt is None:
        return False
    tried: bool = PromptTry.objects.filter(prompt=prompt, said_at__gt=message.said_at).exists()
    return not tried


def _address(prompt: Prompt) -> str:
    return f"{settings.BASE_URL}/o/{prompt.organization.slug}/kit/prompts/{prompt.public_id}/"
