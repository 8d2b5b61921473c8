"""What the champions of the demo have in their kit: written, tried, asked for and answered over the last weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from adoption.programs.models import Workflow
from adoption.programs.queries.packs import elements_for
from adoption.tenancy.models import Person
from champions.actions.asks import answer_ask, ask_for, confirm_deed, note_deed
from champions.actions.network import list_expert, write_card
from champions.actions.objections import describe_talk, log_talk, tell_story
from champions.actions.prompts import improve_prompt, review_prompt, share_prompt, try_prompt
from champions.actions.tools import Evaluation, evaluate_tool
from champions.actions.wins import share_win, thank
from champions.models import LeaderDeed, Need, Prompt
from champions.queries.prompts import newest_version
from champions.rules import AskAnswer, LeaderAct, ReviewVerdict, TalkState, ToolVerdict, Worry
from metrics.management.demo.history import Life


@dataclass(frozen=True)
class Written:
    """A prompt of the demo: a first version, a second by another champion, how it is checked, and who tries it."""

    work: int  # which of the company's workflows
    title: str
    first: str
    second: str
    reason: str
    check: str
    days_ago: int
    # Days before today on which somebody tried it and it worked; each is another colleague.
    worked: tuple[int, ...]
    failed: tuple[tuple[int, str], ...] = ()
    reviewed: bool = True


@dataclass(frozen=True)
class Told:
    """A win of the demo."""

    task: str
    now: int
    before: int
    output: str
    days_ago: int
    thanks: int
    prompt: int | None = None
    asked_for: bool = False
    hides_name: bool = False


PROMPTS: Mapping[str, Sequence[Written]] = {
    "meridian": (
        Written(
            0,
            "Client report from meeting notes",
            "Write a client report from these notes: {{notes}}",
            "Write the report for {{client}} from the notes below.\nBegin with the decision they have to take, then what "
            "we found, then what it costs not to act.\nUse only figures from the notes; where one is missing, write "
            "[figure missing].\n\nNotes:\n{{notes}}",
            "The first one made up a figure. Now a missing figure is named.",
            "Read every figure against the notes; a colleague reads the first page",
            70,
            (2, 3, 6, 9, 15, 21),
            ((5, "Notes of three meetings at once were too long for it"),),
        ),
        Written(
            1,
            "Proposal section that starts from an old one",
            "Here is a section of an older proposal: {{section}}. Write it anew for {{client}}.",
            "Below is a section of an older proposal. Keep its structure and its evidence, and write it anew for "
            "{{client}}, whose problem is: {{problem}}.\nMark each sentence that no longer holds with [check].\n\n{{section}}",
            "It carried the old client’s name over. [check] makes such places visible.",
            "Search for the old client’s name and for [check] before it goes out",
            16,
            (1, 4, 8),
        ),
        Written(
            1,
            "Questions a client will ask",
            "You are the buyer at {{client}}. Ask the ten hardest questions about this proposal: {{proposal}}",
            "",
            "",
            "",
            9,
            (3,),
            reviewed=False,
        ),
        Written(
            0,
            "Executive summary in eight lines",
            "Sum this up in eight lines for somebody who reads nothing else: {{report}}",
            "",
            "",
            "Compare with the report’s own first page",
            61,
            (),
        ),
    ),
    "harbour": (
        Written(
            0,
            "Back-order notice with a new date",
            "Tell {{customer}} that {{item}} is late.",
            "Write to {{customer}}: {{item}} arrives on {{new date}} instead of {{old date}}. Say sorry once, give the "
            "reason in one sentence ({{reason}}), and offer the two ways out: wait, or part delivery.\nNo more than eight lines.",
            "Customers asked for the way out, so it is in the text now.",
            "The date against the system, every time",
            30,
            (1, 2, 5, 11),
            ((4, "Two items in one notice came out mixed"),),
        ),
        Written(
            0,
            "Notice in the customer’s language",
            "Translate this notice into {{language}}, plainly and politely: {{notice}}",
            "",
            "",
            "A colleague who speaks it reads the first one to each customer",
            12,
            (3,),
            reviewed=False,
        ),
    ),
}
WINS: Mapping[str, Sequence[Told]] = {
    "meridian": (
        Told("draft the Q2 report for a client in retail", 50, 210, "Nine pages, two of them rewritten by hand.", 19, 6, 0),
        Told("write the approach section of a proposal", 35, 120, "One page and a half; the partner changed one word.", 11, 4, 1),
        Told("sum up four interviews", 70, 60, "It took longer: I read them all again to be sure. Next time one by one.", 8, 9),
        Told("turn a call into minutes", 15, 45, "Sent the same afternoon, for the first time.", 6, 3, asked_for=True),
        Told("compare two engagement letters", 25, 90, "A table of eleven differences; one of them mattered.", 3, 5),
        Told("answer a tender’s forty questions", 150, 480, "All forty, with six that a colleague had to write.", 1, 2, hides_name=True),
    ),
    "harbour": (
        Told("write thirty back-order notices", 40, 150, "Thirty notices; two customers wrote back to say thanks.", 9, 5, 0),
        Told("explain a late container to a customer", 10, 25, "Eight lines, and no call afterwards.", 4, 3),
        Told("sort a week of complaints", 30, 30, "As long as by hand, but nothing was missed.", 2, 1, asked_for=True),
    ),
}  # fmt: skip
CARDS = (
    ("Reports that start from notes; getting the tone right", "Tuesdays, 12 to 13, in the small kitchen"),
    ("Proposals that start from old ones", "Thursdays at four, write first"),
    ("Long tables, and what may go into which tool", ""),
)


def stock_kit(
    life: Life, *, champions: Sequence[Person], office: Mapping[str, Person], people: Sequence[Person]
) -> None:
    """Fill the kit of a company. `champions` begins with whom the sign-in page offers, `people` are colleagues."""
    slug = life.organization.slug
    prompts = _prompts(life, PROMPTS[slug], champions, people)
    _wins(life, WINS[slug], prompts, [champions[-1], *people], people)
    _asks(life, champions, office)
    _tools(life, champions)
    _objections(life, champions, people[0])
    for person, (solves, hours) in zip(champions, CARDS, strict=False):
        write_card(solves=solves, office_hours=hours, by=person, at=_ago(life, 20))
    by, at = champions[0], _ago(life, 25)
    list_expert(
        person=office["admin"],
        topic="Data protection and contracts with vendors",
        how="Write, with the tool’s name",
        by=by,
        at=at,
    )
    list_expert(
        person=office["owner"], topic="Why the tool will not start", how="Every weekday before ten", by=by, at=at
    )


def _ago(life: Life, days: int, hour: time = time(11)) -> datetime:
    return life.at(life.now.date() - timedelta(days=days), hour)


def _prompts(
    life: Life, written: Sequence[Written], champions: Sequence[Person], people: Sequence[Person]
) -> list[Prompt]:
    works = list(Workflow.objects.order_by("pk"))
    made = []
    for number, one in enumerate(written):
        author, other = champions[number % len(champions)], champions[(number + 1) % len(champions)]
        needs = elements_for(works[one.work])[: 1 + number % 3]
        at = _ago(life, one.days_ago)
        prompt = share_prompt(
            workflow=works[one.work],
            title=one.title,
            text=one.first,
            review_step=one.check,
            needs=needs,
            by=author,
            at=at,
        )
        if one.second:
            at += timedelta(days=6)
            improve_prompt(
                prompt=prompt,
                text=one.second,
                reason=one.reason,
                review_step=one.check,
                needs=needs,
                upon=1,
                by=other,
                at=at,
            )
        if one.reviewed:
            reviewer = author if one.second else other
            word = {"verdict": ReviewVerdict.GOOD, "note": "I used it twice before I said so"}
            review_prompt(version=newest_version(prompt), **word, by=reviewer, at=at + timedelta(days=2))  # type: ignore[arg-type]
        for place, days in enumerate(one.worked):
            try_prompt(prompt=prompt, worked=True, because="", by=people[place], at=_ago(life, days))
        for place, (days, because) in enumerate(one.failed):
            try_prompt(prompt=prompt, worked=False, because=because, by=people[-1 - place], at=_ago(life, days))
        made.append(prompt)
    try_prompt(prompt=made[0], worked=True, because="", by=champions[0], at=_ago(life, 4))
    return made


def _wins(
    life: Life, told: Sequence[Told], prompts: Sequence[Prompt], authors: Sequence[Person], people: Sequence[Person]
) -> None:
    for number, one in enumerate(told):
        author, at = authors[number], _ago(life, one.days_ago, time(15))
        win = share_win(
            task=one.task,
            minutes_now=one.now,
            minutes_before=one.before,
            output=one.output,
            workflow=None,
            prompt=prompts[one.prompt] if one.prompt is not None else None,
            asked_for=one.asked_for,
            hides_name=one.hides_name,
            by=author,
            at=at,
        )
        for person in [person for person in people if person != author][: one.thanks]:
            thank(win=win, by=person, at=at + timedelta(hours=2))


def _asks(life: Life, champions: Sequence[Person], office: Mapping[str, Person]) -> None:
    """One answered in time and confirmed, one answered late, one overdue, one fresh; and what the executive did."""
    executive, lead = office["executive"], office["lead"]
    first, second = champions[:2]

    def ask(wanted: str, why: str, by: Person, days: int, owner: Person = executive) -> Need:
        return ask_for(wanted=wanted, why=why, program=None, owner=owner, by=by, at=_ago(life, days))

    done = ask(
        "Say in the monthly meeting that drafts may be shown unfinished", "People polish before they show.", second, 27
    )
    answer_ask(
        need=done,
        answer=AskAnswer.DONE,
        words="Said on Monday, with a draft of mine that had three mistakes.",
        by=executive,
        at=_ago(life, 18),
    )
    confirm_deed(deed=LeaderDeed.objects.get(need=done), by=second, at=_ago(life, 17))
    late = ask("A licence for the two colleagues who joined in spring", "They watch and cannot try.", first, 48, lead)
    answer_ask(
        need=late,
        answer=AskAnswer.DONE,
        words="Both have one since yesterday. It took too long, sorry.",
        by=lead,
        at=_ago(life, 29),
    )
    ask("Free Thursday mornings for the champions", "Two of us cannot hold office hours: meetings eat them.", first, 20)
    ask(
        "Leave the old template out of the shared folder",
        "Everybody copies from it, and the tool copies the mistakes.",
        second,
        3,
    )
    failure = note_deed(
        leader=executive,
        act=LeaderAct.SHARED_A_FAILURE,
        done_on=life.now.date() - timedelta(days=12),
        note="A board paper that had to be written anew",
        by=lead,
        at=_ago(life, 12),
    )
    confirm_deed(deed=failure, by=first, at=_ago(life, 11))
    note_deed(
        leader=executive,
        act=LeaderAct.JOINED_AS_LEARNER,
        done_on=life.now.date() - timedelta(days=4),
        note="Sat in the Thursday session with her own client status",
        by=lead,
        at=_ago(life, 4),
    )


def _tools(life: Life, champions: Sequence[Person]) -> None:
    allowed, never = "Internal notes and what is published", "Client data without a contract; anything personal"
    for number, (tool, task, verdict, why, days) in enumerate(
        (
            ("Chat assistant", "First drafts", ToolVerdict.GOOD, "Good with two examples of ours, generic without.", 40),
            ("Meeting scribe", "Minutes of calls", ToolVerdict.WITH_CARE, "Mixes up who said what with more than four people.", 100),
            ("Slide maker", "Decks for clients", ToolVerdict.NO, "Pretty and wrong: figures in charts did not match the table.", 15),
        )
    ):  # fmt: skip
        at = _ago(life, days)
        says = Evaluation(
            tool=tool,
            task=task,
            verdict=verdict,
            why=why,
            data_allowed=allowed,
            data_forbidden=never,
            for_whom="Everybody" if verdict is ToolVerdict.GOOD else "Champions, on trial",
            review_on=at.date() + timedelta(days=90),
        )
        evaluate_tool(says=says, found=None, by=champions[number % len(champions)], at=at)


def _objections(life: Life, champions: Sequence[Person], colleague: Person) -> None:
    first, second = champions[:2]
    at = _ago(life, 30)
    tell_story(
        worry=Worry.BLAME,
        worried="My first draft with it had a client’s name wrong, and I saw it only in the lift.",
        tried="I read the output aloud before it goes out, and wrote a list of what it gets wrong.",
        found="The list has seven lines. I catch more than before, also in what I write myself.",
        published=True,
        by=first,
        at=at,
    )
    tell_story(
        worry=Worry.MORE_WORK,
        worried="I had eleven reports that month and no time to learn anything.",
        tried="Only the summary, only on Fridays.",
        found="The third Friday I went home at four.",
        published=True,
        by=second,
        at=at,
    )
    tell_story(
        worry=Worry.REPLACEMENT,
        worried="I wondered what is left of my job.",
        tried="I asked my manager straight out what the time is for.",
        found="More visits to clients. I would rather do those.",
        published=False,
        by=first,
        at=at,
    )
    for worry, state, words, step, days in (
        (Worry.REPLACEMENT, TalkState.HEARD, "So they can do without us?", "Ask again after the next showcase", 13),
        (Worry.PRINCIPLE, TalkState.RESPECTED, "", "", 9),
        (Worry.QUALITY, TalkState.OPEN, "Sounds like a brochure.", "Bring two of her own reports on Tuesday", 2),
    ):
        at = _ago(life, days, time(16))
        talk = log_talk(worry=worry, by=first, at=at)
        named = worry is Worry.QUALITY
        describe_talk(
            talk=talk,
            state=state,
            their_words=words,
            own_answer="",
            next_step=step,
            member=colleague if named else None,
            agreed=named,
            by=first,
            at=at,
        )
