"""What colleagues object, what can be said, and a champion's own talks about it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from adoption.tenancy.models import Person
from champions.models import Story, Talk
from champions.queries.kit import STATE_WORDS, WORRY_WORDS, Words
from champions.rules import TalkState, Worry

MOST_TALKS = 20


@dataclass(frozen=True)
class Script:
    """Something to say: never an argument with figures, always somebody's own way."""

    worried: Words
    tried: Words
    found: Words


# A principled objection has none: it is not to be talked away.
SCRIPTS: dict[Worry, Script] = {
    Worry.MORE_WORK: Script(
        _("I thought: one more thing to learn, and my own work waits meanwhile."),
        _("I took one task I do every week and dislike, and did only that with AI, three weeks running."),
        _("The first time took longer. By the third, the part I dislike took half as long. I have added nothing else."),
    ),
    Worry.BLAME: Script(
        _("I thought: it makes something up, I miss it, and my name is under it."),
        _("I kept the check I always do, and wrote down what I corrected."),
        _(
            "I found mistakes in what came out, and in my own old drafts too. The check stays mine; the draft is quicker."
        ),
    ),
    Worry.REPLACEMENT: Script(
        _("I thought: I am training whatever replaces me."),
        _("I looked at what it took off me, and at what I did with the time."),
        _(
            "It took the typing. Knowing the client, deciding, answering for it: that stayed with me, and there is more of it."
        ),
    ),
    Worry.QUALITY: Script(
        _("I thought: that reads like everybody and nobody, we cannot send it."),
        _("I gave it two good pieces of ours and said whom it is for."),
        _(
            "Without them it was useless to me. With them I changed a few sentences. Where it stays poor, I do it by hand."
        ),
    ),
    Worry.PRIVACY: Script(
        _("I thought: what goes in there is gone."),
        _("I read what is allowed and what never is, and asked where I was not sure."),
        _("Some of my work does not go in, and I leave it out. For the rest there are tools we may use."),
    ),
    Worry.OTHER: Script(
        _("I had a doubt of my own, and said it aloud."),
        _("I tried one small thing, with somebody beside me."),
        _("I kept what helped and left the rest."),
    ),
}


@dataclass(frozen=True)
class ToldStory:
    """Another champion's published story."""

    name: str
    story: Story


@dataclass(frozen=True)
class WorryLook:
    """One objection: what can be said, one's own story, and what others have published."""

    worry: Worry
    words: Words
    script: Script | None
    own: Story | None
    others: list[ToldStory]


@dataclass(frozen=True)
class TalkRow:
    """A talk of one's own, in words."""

    talk: Talk
    worry: Words
    state: Words


@dataclass(frozen=True)
class Objections:
    """Every objection, and one's own talks, newest first."""

    worries: list[WorryLook]
    talks: list[TalkRow]


def objections_for(person: Person) -> Objections:
    """What somebody reads of objections. Two queries."""
    stories: dict[str, list[Story]] = defaultdict(list)
    for story in Story.objects.readable_by(person).select_related("person").order_by("person__sort_name", "id"):
        stories[story.worry].append(story)
    talks = Talk.objects.logged_by(person).select_related("member").newest_first()[:MOST_TALKS]
    return Objections(
        worries=[_look(worry, stories[worry], person) for worry in Worry],
        talks=[TalkRow(one, WORRY_WORDS[Worry(one.worry)], STATE_WORDS[TalkState(one.state)]) for one in talks],
    )


def _look(worry: Worry, stories: list[Story], person: Person) -> WorryLook:
    return WorryLook(
        worry=worry,
        words=WORRY_WORDS[worry],
        script=SCRIPTS.get(worry),
        own=next((one for one in stories if one.person_id == person.pk), None),
        others=[ToldStory(one.person.name, one) for one in stories if one.person_id != person.pk],
    )


def own_story(person: Person, worry: Worry) -> Story | None:
    """What a champion has written about a worry."""
    found: Story | None = Story.objects.filter(person=person, worry=worry).first()
    return found
