"""Every address of the application, read from the URL resolver, and how to fill it in."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.regex_helper import normalize

from adoption.outbox.models import Message
from adoption.programs.models import Exemption, Lesson, Pack, PackElement, Workflow
from adoption.tenancy.models import Closure, PeopleImport
from adoption.tenancy.rules import Permission
from adoption.tenancy.walls import organization
from champions.models import Candidacy, TimeCheck
from metrics.models import EvidenceLink, Export, VendorFile
from pods.models import Question as AskedQuestion
from pods.models import Remedy
from surveys.models import Ask, NominationAsk, Output, Question, Rater, RatingRound, RoleWork, SkillsAsk
from tests.factories import AT, World
from tests.practice import move_somebody, plan_ahead, practise, promise_step, sit_down, want_attention
from tests.stock import stock

PLACES = ("o/%(org)s/", "api/v1/o/%(org)s/")

# Addresses without an organisation, each with the reason why nobody needs a grant for it.
PUBLIC = {
    "start": "leads to one's organisations; signed in only",
    "switch": "goes to one of one's organisations; signed in only",
    "organization-new": "makes an organisation; signed in, and only whom the installation lets",
    "request-code": "mails a code to sign in with; the same for everybody",
    "demo-enter": "a demo's one-click entry; absent elsewhere",
    "healthz": "for load balancers; booleans alone",
    "api": "explains the API; the same for everybody",
    "api-schema": "describes the API; the same for everybody",
    "api-nowhere": "whatever under /api/ is no address: 404",
    "invitation": "the page behind a mailed link, which the browser was exchanged for",
    "invitation-arrive": "a mailed link: 256 random bits are the grant",
    "unsubscribe": "the page behind a mailed link, which the browser was exchanged for",
    "unsubscribe-arrive": "a mailed link: 256 random bits are the grant",
    "survey": "the page behind a mailed link, which the browser was exchanged for",
    "survey-pulse": "the page behind a mailed link, which the browser was exchanged for",
    "survey-arrive": "a mailed link: 256 random bits are the grant",
    "rating": "the page behind a mailed link, which the browser was exchanged for",
    "rating-who": "the page behind a mailed link, which the browser was exchanged for",
    "rating-arrive": "a mailed link: 256 random bits are the grant",
    "check": "the page behind a mailed link, which the browser was exchanged for",
    "check-who": "the page behind a mailed link, which the browser was exchanged for",
    "check-arrive": "a mailed link: 256 random bits are the grant",
    "agreement": "the page behind a mailed link, which the browser was exchanged for",
    "agreement-who": "the page behind a mailed link, which the browser was exchanged for",
    "agreement-arrive": "a mailed link: 256 random bits are the grant",
    "nomination": "the page behind a mailed link, which the browser was exchanged for",
    "nomination-who": "the page behind a mailed link, which the browser was exchanged for",
    "nomination-arrive": "a mailed link: 256 random bits are the grant",
    "offer": "the page behind a mailed link, which the browser was exchanged for",
    "offer-who": "the page behind a mailed link, which the browser was exchanged for",
    "offer-arrive": "a mailed link: 256 random bits are the grant",
    "policy": "the page behind a mailed link, which the browser was exchanged for",
    "policy-who": "the page behind a mailed link, which the browser was exchanged for",
    "policy-arrive": "a mailed link: 256 random bits are the grant",
    "skills": "the page behind a mailed link, which the browser was exchanged for",
    "skills-who": "the page behind a mailed link, which the browser was exchanged for",
    "skills-arrive": "a mailed link: 256 random bits are the grant",
    "week-by-link": "the page behind a mailed link, which the browser was exchanged for",
    "survey-who": "the page behind a mailed link, which the browser was exchanged for",
    "week-who": "the page behind a mailed link, which the browser was exchanged for",
    "week-arrive": "a mailed link: 256 random bits are the grant",
    "shared-evidence": "the page behind a mailed link, which the browser was exchanged for",
    "shared-evidence-file": "the page behind a mailed link, which the browser was exchanged for",
    "shared-evidence-arrive": "a mailed link: 256 random bits are the grant",
    "follow-up-alone": "the page behind a mailed link, which the browser was exchanged for",
    "follow-up-who": "the page behind a mailed link, which the browser was exchanged for",
    "follow-up-arrive": "a mailed link: 256 random bits are the grant",
    "showing-by-link": "the page behind a mailed link, which the browser was exchanged for",
    "showing-who": "the page behind a mailed link, which the browser was exchanged for",
    "showing-arrive": "a mailed link: 256 random bits are the grant",
    "question-by-key": "whoever asked without a name kept the key: 256 random bits are the grant",
    "mail-reports": "where a mail provider reports; its secret is the grant, and without one it is absent",
    "mailbox": "a demo's sent mail; absent elsewhere",
    "mailbox-mail": "a demo's sent mail; absent elsewhere",
    "mailbox-html": "a demo's sent mail; absent elsewhere",
}

# Doors that are open to every member, and rows behind them that only whoever leads the pod finds.
BY_FACT = frozenset(
    {
        "ask-answer",
        "ask-new",
        "ask-withdraw",
        "asks",
        "curriculum",
        "deed-confirm",
        "deed-new",
        "deed-withdraw",
        "expert-new",
        "export",
        "export-file",
        "expert-off",
        "expert-on",
        "network-card",
        "objections",
        "prompt-aside",
        "prompt-back",
        "prompt-improve",
        "prompt-new",
        "prompt-review",
        "sponsor",
        "story",
        "story-back",
        "talk",
        "talk-forget",
        "talk-new",
        "tool",
        "tool-new",
        "waiting-champion",
        "win-again",
        "win-back",
        "pod",
        "pod-weeks",
        "reflections",
        "step-for",
        "step-taken",
        "question",
        "question-helped",
        "question-pass-on",
        "question-solved",
        "question-to-prompt",
        "session-log",
        "session-put-right",
        "session-take-back",
        "session-plan",
        "meeting",
        "meeting-change",
        "meeting-move",
        "meeting-cancel",
        "showing",
        "showing-not-now",
        "follow-up",
        "own-agreement",
        "own-follow-up",
        "own-check",
        "own-nomination",
        "own-one-to-ones",
        "own-skills",
        "own-survey",
        "own-pulse",
        "own-rating",
        "output-back",
        "talked",
        "talked-back",
    }
)


def _first(model: type[models.Model], **which: Any) -> Callable[[World], object]:
    def find(world: World) -> object:
        with organization(world.organization.pk):
            return model._default_manager.filter(**which).order_by("pk")[0].public_id  # type: ignore[attr-defined]

    return find


# What stands for each part of an address: a company's own row, by the name of the part, or of the address and the part.
MAKERS: dict[str, Callable[[World], object]] = {
    "org": lambda world: world.organization.slug,
    "person": lambda world: world.away.public_id,
    "member.person": lambda world: world.member.person.public_id,
    "member-end.person": lambda world: world.member.person.public_id,
    "invite-person.person": lambda world: world.manager.public_id,
    "invitation": lambda world: world.invitation.public_id,
    "token": lambda world: world.token.public_id,
    "message": _first(Message),
    "people_import": _first(PeopleImport),
    "usage_import": _first(VendorFile, committed_at=None),
    "export": _first(Export),
    "evidence_link": _first(EvidenceLink),
    "usage-import-undo.usage_import": _first(VendorFile, committed_at=AT),
    "ask": _first(Ask),
    "nomination": _first(NominationAsk),
    "skills": _first(SkillsAsk),
    "work": _first(RoleWork),
    "item": lambda world: "showcase",
    "pack": _first(Pack),
    "element": _first(PackElement),
    "content": lambda world: "red-lines",
    "workflow": _first(Workflow),
    "candidacy": _first(Candidacy),
    "check": _first(TimeCheck),
    "output": _first(Output),
    "rater": _first(Rater),
    "rating_round": _first(RatingRound),
    "page": lambda world: "work",
    "wave": lambda world: "baseline",
    "question": _first(Question),
    "asked": _first(AskedQuestion),
    "remedy": _first(Remedy),
    "hindrance": lambda world: "leader_absent",
    "step-for.person": lambda world: practise(world).members[1].public_id,
    # A survey whose questions can still be changed.
    "survey-questions.wave": lambda world: "post",
    "question-up.wave": lambda world: "post",
    "question-down.wave": lambda world: "post",
    "question-away.wave": lambda world: "post",
    "starts_on": lambda world: AT.date(),
    "chart": lambda world: "weeks",
    "program": lambda world: practise(world).program.slug,
    "champion": lambda world: practise(world).champion.public_id,
    "pod": lambda world: practise(world).pod.public_id,
    "follow_up": lambda world: practise(world).follow_up.public_id,
    "session": lambda world: practise(world).session.public_id,
    "meeting": lambda world: plan_ahead(world).public_id,
    "leader": lambda world: world.executive.person.public_id,
    "leader-session.session": lambda world: sit_down(world).public_id,
    "leader-take-back.session": lambda world: sit_down(world).public_id,
    "api-leader-session.session": lambda world: sit_down(world).public_id,
    "move": lambda world: move_somebody(world).public_id,
    "seat-move.person": lambda world: practise(world).members[-1].public_id,
    "prompt": lambda world: stock(world).prompt.public_id,
    "win": lambda world: stock(world).win.public_id,
    "need": lambda world: stock(world).need.public_id,
    "deed": lambda world: stock(world).deed.public_id,
    "tool": lambda world: stock(world).tool.public_id,
    "talk": lambda world: stock(world).talk.public_id,
    "expert": lambda world: stock(world).expert.public_id,
    "closure": _first(Closure),
    "worry": lambda world: "blame",
    "template": lambda world: "exploratory",
    "attention": lambda world: want_attention(world).public_id,
    "exemption": _first(Exemption),
    "lesson": _first(Lesson),
    "step": lambda world: promise_step(world).key,
}


# What a company's own value is, by its key and the part: looking for a row takes longer than the request for it.
_MADE: dict[tuple[int, str], object] = {}


@dataclass(frozen=True)
class Address:
    """One pattern of the resolver. `template` is its path with `%(name)s` in place of each part."""

    pattern: str
    template: str
    parts: tuple[str, ...]
    name: str
    view: Callable[..., Any]

    def __str__(self) -> str:
        return self.template or "/"

    @property
    def belongs_to_an_organization(self) -> bool:
        return self.template.startswith(PLACES)

    @property
    def is_for_machines(self) -> bool:
        return self.template.startswith("api/")

    @property
    def is_allauths(self) -> bool:
        return self.view.__module__.startswith("allauth.")

    @property
    def permission(self) -> Permission | None:
        """What its door asks for; None without a door."""
        return getattr(getattr(self.view, "cls", self.view), "permission", None)

    @property
    def permission_to_write(self) -> Permission | None:
        """What it asks of those who change something. Only machines' addresses tell reading and writing apart."""
        return getattr(getattr(self.view, "cls", self.view), "permission_to_write", self.permission)

    @property
    def ids(self) -> tuple[str, ...]:
        """The parts that name a row."""
        return tuple(part for part in self.parts if part != "org")

    def make(self, part: str, world: World) -> object:
        """A company's own value for one part. Fails where nobody has said what it is."""
        name = next((name for name in (f"{self.name}.{part}", part) if name in MAKERS), None)
        assert name, f"{self}: what is {part!r}? Say so in MAKERS of tests/house/addresses.py"
        known = world.organization.pk, name
        if known not in _MADE:
            _MADE[known] = MAKERS[name](world)
        return _MADE[known]

    def own(self, world: World) -> str:
        """The address of a company's own row."""
        return self._fill({part: self.make(part, world) for part in self.parts})

    def foreign(self, world: World, other: World) -> str:
        """A company's address with the ids of another one."""
        return self._fill({part: self.make(part, other if part in self.ids else world) for part in self.parts})

    def random(self, world: World) -> str:
        """A company's address with ids that exist nowhere."""
        own = {part: self.make(part, world) for part in self.parts}
        for part in self.ids:
            own[part] = {uuid.UUID: uuid.uuid4(), date: date(1999, 1, 1), str: "nowhere-at-all"}[type(own[part])]
        return self._fill(own)

    def nowhere(self, world: World) -> str:
        """The address in an organisation that does not exist."""
        return self._fill({part: self.make(part, world) for part in self.parts} | {"org": "nowhere"})

    def _fill(self, values: dict[str, object]) -> str:
        return "/" + self.template % values


def addresses() -> list[Address]:
    """Every address there is, in the resolver's order."""
    return list(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        path = prefix + pattern.pattern.regex.pattern.removeprefix("^")
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, path)
        elif isinstance(pattern, URLPattern):
            # Optional parts give several forms; the fullest says most.
            template, parts = max(normalize(path), key=lambda form: len(form[1]))
            yield Address(path, template, tuple(parts), pattern.name or "", pattern.callback)
