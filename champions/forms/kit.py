"""What people type into the kit, and why something is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs.forms import refusal_words
from adoption.programs.models import Program, Workflow
from adoption.tenancy.forms.members import Words
from adoption.tenancy.forms.people import DayField
from adoption.tenancy.models import Person
from adoption.tenancy.queries.people import people_called
from champions import rules
from champions.models import Prompt, PromptVersion, Story, Talk, Tool
from champions.queries.kit import (
    ANSWER_WORDS,
    DEED_WORDS,
    PACK_WORDS,
    REVIEW_WORDS,
    STATE_WORDS,
    VERDICT_WORDS,
)
from champions.rules import AskAnswer, LeaderAct, PackElement, ReviewVerdict, TalkState, ToolVerdict

REFUSALS: dict[str, str | Promise] = {
    "not_a_champion": _("Only champions write here."),
    "title_taken": _("There is a prompt of this name for this work already. Improve that one, or choose another name."),
    "changed_meanwhile": _("Somebody has written a new version meanwhile. Yours is below; look at theirs first."),
    "nothing_changed": _("Nothing differs from the version before."),
    "own_version": _("You wrote this version: another champion reviews it."),
    "own_win": _("This is your own."),
    "win_taken_back": _("This has been taken back."),
    "own_ask": _("You asked for this yourself: somebody else answers it."),
    "ask_withdrawn": _("This is not asked for any more."),
    "ask_answered": _("This has its answer already."),
    "not_yet": _("This day is still to come."),
    "not_by_oneself": _("Somebody else confirms it: neither the leader nor who wrote it down."),
    "deed_stands": _("This stands: it was confirmed, or belongs to an ask."),
    "look_ahead": _("The next look is still ahead: please choose a later day."),
    "evaluated_already": _("This tool is evaluated for this task already. Look at that one again instead."),
    "not_agreed": _("Name them only if they agreed to it. Without a name it stays anonymous."),
    "yourself": _("This is yourself."),
    "listed_already": _("They are on the list for this already."),
}
NOBODY = _("Nobody in the directory is called that, or has that address.")
SEVERAL = _("Several people are called that. Please give the mail address.")


def said(code: str) -> str:
    """A refusal as a sentence."""
    return str(REFUSALS.get(code) or refusal_words(code)[0])


class LongText(forms.CharField):
    """Several lines, with one kind of line end, so that versions can be compared."""

    def __init__(self, *, rows: int = 3, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **options)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")


class KitForm(forms.Form):
    """A form that can say a refusal beside the field it is about."""

    refused_beside: Mapping[str, str] = {}

    def refuse(self, code: str) -> None:
        self.add_error(self.refused_beside.get(code), said(code))


class SomebodyField(Words):
    """Somebody of the directory by name or mail address; empty is nobody, if that is allowed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=rules.LINE_LENGTH, widget=forms.TextInput(attrs={"autocomplete": "off"}), **options)
        self.on: date | None = None

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed or self.on is None:
            return None
        found = people_called(typed, self.on)
        if len(found) != 1:
            raise forms.ValidationError(SEVERAL if found else NOBODY)
        return found[0]


def _choices(words: Mapping[Any, str | Promise]) -> list[tuple[str, str | Promise]]:
    return [(key.value, text) for key, text in words.items()]


def _by_id(rows: Sequence[Any]) -> dict[str, Any]:
    return {str(one.public_id): one for one in rows}


class PromptForm(KitForm):
    """A prompt, or a new version of one: then without its name and its work, and with a reason."""

    refused_beside = {"title_taken": "title", "changed_meanwhile": "text", "nothing_changed": "text"}

    workflow = forms.ChoiceField(label=_("For which work"))
    title = Words(label=_("Name"), max_length=rules.TITLE_LENGTH, help_text=_("What comes out of it, in a few words."))
    text = LongText(
        label=_("The prompt"),
        rows=12,
        max_length=rules.PROMPT_LENGTH,
        help_text=_("What differs each time goes into double braces, {{client}}: the page then asks for it."),
    )
    review_step = Words(
        label=_("How is the output checked before anybody else sees it?"),
        max_length=rules.LINE_LENGTH,
        required=False,
        help_text=_("Without a check it is never called part of the work."),
    )
    pack = forms.TypedMultipleChoiceField(
        label=_("Which parts of the context pack it relies on"),
        coerce=PackElement,
        choices=_choices(PACK_WORDS),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reason = Words(
        label=_("Why this version"),
        max_length=rules.LINE_LENGTH,
        help_text=_("What went wrong with the one before, or works better now."),
    )
    upon = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**15 - 1)

    def __init__(self, data: Any, *, workflows: Sequence[Workflow] = (), upon: PromptVersion | None = None) -> None:
        initial: dict[str, Any] = {}
        if upon:
            initial = {"text": upon.text, "review_step": upon.review_step, "pack": upon.pack, "upon": upon.number}
        super().__init__(data, initial=initial)
        self.workflows = _by_id(workflows)
        for name in ("workflow", "title") if upon else ("reason", "upon"):
            del self.fields[name]
        if not upon:
            choices = [(key, one.name) for key, one in self.workflows.items()]
            self.fields["workflow"].choices = choices  # type: ignore[attr-defined]

    def clean_workflow(self) -> Workflow:
        chosen: Workflow = self.workflows[self.cleaned_data["workflow"]]
        return chosen


class ReviewForm(KitForm):
    """A word on a version."""

    verdict = forms.TypedChoiceField(
        label=_("Your word on it"), coerce=ReviewVerdict, choices=_choices(REVIEW_WORDS), widget=forms.RadioSelect
    )
    note = Words(label=_("What should change, or what is good"), max_length=rules.LINE_LENGTH, required=False)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("verdict") == ReviewVerdict.CHANGE and not values.get("note") and "note" not in self.errors:
            self.add_error("note", _("Please say what should change."))
        return values


class TryForm(KitForm):
    """Whether it worked. The two buttons say which."""

    worked = forms.TypedChoiceField(
        label=_("Did it work?"), coerce=lambda said: said == "yes", choices=[("yes", _("Yes")), ("no", _("No"))]
    )
    because = Words(
        label=_("What got in the way?"),
        max_length=rules.LINE_LENGTH,
        required=False,
        help_text=_("Champions read it to improve the prompt, and not who said it."),
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("worked") is False and not values.get("because") and "because" not in self.errors:
            self.add_error("because", _("Please say in a few words what got in the way."))
        return values


class MinutesField(forms.IntegerField):
    """Minutes of work, at least one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=rules.MOST_MINUTES, **options)
        self.widget.attrs["inputmode"] = "numeric"


class WinForm(KitForm):
    """A win, in the three sentences it is told in."""

    task = Words(
        label=_("I used AI to …"),
        max_length=rules.LINE_LENGTH,
        help_text=_("One piece of work: draft the Q2 report for a client."),
    )
    minutes_now = MinutesField(label=_("It took (minutes)"))
    minutes_before = MinutesField(label=_("Instead of (minutes)"))
    output = LongText(
        label=_("Here is the output"),
        max_length=rules.TEXT_LENGTH,
        help_text=_("What came out, or where it can be seen. Nothing that a client would mind."),
    )
    prompt = forms.ChoiceField(label=_("With a prompt of the library"), required=False)
    workflow = forms.ChoiceField(label=_("Which work it belongs to"), required=False)
    asked_for = forms.BooleanField(label=_("Somebody asked me to share this"), required=False)
    hides_name = forms.BooleanField(label=_("Do not show my name"), required=False)

    def __init__(
        self, data: Any, *, prompts: Sequence[Prompt], workflows: Sequence[Workflow], given: Mapping[str, Any]
    ) -> None:
        super().__init__(data, initial=dict(given))
        self.prompts, self.workflows = _by_id(prompts), _by_id(workflows)
        self.fields["prompt"].choices = [  # type: ignore[attr-defined]
            ("", _("None of them")),
            *((key, f"{one.title} ({one.workflow.name})") for key, one in self.prompts.items()),
        ]
        self.fields["workflow"].choices = [  # type: ignore[attr-defined]
            ("", _("Something else")),
            *((key, one.name) for key, one in self.workflows.items()),
        ]

    def clean_prompt(self) -> Prompt | None:
        return self.prompts.get(self.cleaned_data["prompt"])

    def clean_workflow(self) -> Workflow | None:
        return self.workflows.get(self.cleaned_data["workflow"])


class AskForm(KitForm):
    """What champions need."""

    refused_beside = {"own_ask": "owner"}

    wanted = Words(
        label=_("What do you need?"),
        max_length=rules.LINE_LENGTH,
        help_text=_("Something somebody can do: free Thursday mornings for the two of us."),
    )
    why = LongText(label=_("Why, and what happens without it"), max_length=rules.TEXT_LENGTH, required=False)
    owner = forms.ChoiceField(label=_("Who can see to it?"))
    program = forms.ChoiceField(label=_("For which programme"), required=False)

    def __init__(self, data: Any, *, owners: Sequence[Person], programs: Sequence[Program]) -> None:
        super().__init__(data)
        self.owners, self.programs = _by_id(owners), _by_id(programs)
        self.fields["owner"].choices = [  # type: ignore[attr-defined]
            (key, f"{one.name}, {one.job_role}" if one.job_role else one.name) for key, one in self.owners.items()
        ]
        self.fields["program"].choices = [  # type: ignore[attr-defined]
            ("", _("All of them")),
            *((key, one.name) for key, one in self.programs.items()),
        ]

    def clean_owner(self) -> Person:
        chosen: Person = self.owners[self.cleaned_data["owner"]]
        return chosen

    def clean_program(self) -> Program | None:
        return self.programs.get(self.cleaned_data["program"])


class AnswerForm(KitForm):
    """The answer to an ask, which reaches the champion as it stands."""

    answer = forms.TypedChoiceField(
        label=_("Your answer"), coerce=AskAnswer, choices=_choices(ANSWER_WORDS), widget=forms.RadioSelect
    )
    words = LongText(
        label=_("In your words"),
        max_length=rules.TEXT_LENGTH,
        help_text=_("What was done and since when, or why it cannot be. The champion gets exactly this."),
    )


class DeedForm(KitForm):
    """What a leader did."""

    refused_beside = {"not_yet": "done_on"}

    leader = forms.ChoiceField(label=_("Who?"))
    act = forms.TypedChoiceField(
        label=_("What did they do?"),
        coerce=LeaderAct,
        choices=[(key.value, words) for key, words in DEED_WORDS.items() if key is not LeaderAct.ACTED_ON_FEEDBACK],
        widget=forms.RadioSelect,
        help_text=_("A video, a mail or a budget can be noted. They count for nothing."),
    )
    done_on = DayField(label=_("When?"))
    note = Words(label=_("What was it?"), max_length=rules.LINE_LENGTH, required=False)

    def __init__(self, data: Any, *, leaders: Sequence[Person], today: date) -> None:
        super().__init__(data, initial={"done_on": today})
        self.leaders = _by_id(leaders)
        self.fields["leader"].choices = [(key, one.name) for key, one in self.leaders.items()]  # type: ignore[attr-defined]

    def clean_leader(self) -> Person:
        chosen: Person = self.leaders[self.cleaned_data["leader"]]
        return chosen


class ToolForm(KitForm):
    """An evaluation of a tool for one task."""

    refused_beside = {"look_ahead": "review_on", "evaluated_already": "task"}

    tool = Words(label=_("Tool"), max_length=rules.TITLE_LENGTH)
    task = Words(label=_("For which task"), max_length=rules.TITLE_LENGTH)
    verdict = forms.TypedChoiceField(
        label=_("Verdict"), coerce=ToolVerdict, choices=_choices(VERDICT_WORDS), widget=forms.RadioSelect
    )
    why = LongText(label=_("What you saw"), max_length=rules.TEXT_LENGTH)
    data_allowed = Words(label=_("What may go in"), max_length=rules.LINE_LENGTH)
    data_forbidden = Words(
        label=_("Red line: what never goes in"),
        max_length=rules.LINE_LENGTH,
        help_text=_("As your organisation’s policy has it."),
    )
    for_whom = Words(label=_("Who may use it"), max_length=rules.LINE_LENGTH)
    review_on = DayField(label=_("Look at it again on"))

    def __init__(self, data: Any, *, found: Tool | None, today: date) -> None:
        initial: dict[str, Any] = {name: getattr(found, name) for name in self.base_fields} if found else {}
        super().__init__(data, initial={**initial, "review_on": today + rules.TOOL_LOOKED_AT_EVERY})
        self.fields["review_on"].widget.attrs["min"] = (today + timedelta(days=1)).isoformat()


class StoryForm(KitForm):
    """A champion's own story for an objection."""

    worried = LongText(label=_("What I worried about"), max_length=rules.TEXT_LENGTH)
    tried = LongText(label=_("What I tried"), max_length=rules.TEXT_LENGTH)
    found = LongText(label=_("What I found"), max_length=rules.TEXT_LENGTH)
    published = forms.BooleanField(label=_("Let other champions and leads read it"), required=False)

    def __init__(self, data: Any, *, own: Story | None) -> None:
        initial: dict[str, Any] = {}
        if own:
            initial = {"worried": own.worried, "tried": own.tried, "found": own.found}
            initial["published"] = own.published_at is not None
        super().__init__(data, initial=initial)


class TalkForm(KitForm):
    """What a champion remembers of a talk."""

    refused_beside = {"not_agreed": "agreed", "yourself": "member"}

    state = forms.TypedChoiceField(
        label=_("Where it stands"),
        coerce=TalkState,
        choices=_choices(STATE_WORDS),
        widget=forms.RadioSelect,
        help_text=_("All four are fine. An objection that is respected is not a failure."),
    )
    their_words = LongText(label=_("In their words"), max_length=rules.TEXT_LENGTH, required=False)
    own_answer = LongText(label=_("What you honestly answered"), max_length=rules.TEXT_LENGTH, required=False)
    next_step = Words(label=_("Next step"), max_length=rules.LINE_LENGTH, required=False)
    member = SomebodyField(label=_("With whom"), required=False)
    agreed = forms.BooleanField(label=_("They agreed to be named here"), required=False)

    def __init__(self, data: Any, *, talk: Talk, on: date) -> None:
        initial = {
            "state": talk.state,
            "their_words": talk.their_words,
            "own_answer": talk.own_answer,
            "next_step": talk.next_step,
            # Of two who are called the same, the address says which.
            "member": (talk.member.mail or talk.member.name) if talk.member else "",
            "agreed": talk.member is not None,
        }
        super().__init__(data, initial=initial)
        self.fields["member"].on = on  # type: ignore[attr-defined]


class CardForm(KitForm):
    """What a champion helps with."""

    solves = Words(
        label=_("What I can help with"),
        max_length=rules.LINE_LENGTH,
        help_text=_("Proposals that start from old ones; long tables; getting the tone right."),
    )
    office_hours = Words(label=_("When and where"), max_length=rules.LINE_LENGTH, required=False)


class ExpertForm(KitForm):
    """Somebody for what champions cannot solve."""

    refused_beside = {"listed_already": "topic"}

    person = SomebodyField(label=_("Who?"), help_text=_("Name or mail address. Somebody who agreed to be asked."))
    topic = Words(label=_("For what"), max_length=rules.TITLE_LENGTH)
    how = Words(label=_("How to reach them"), max_length=rules.LINE_LENGTH, required=False)

    def __init__(self, data: Any, *, on: date) -> None:
        super().__init__(data)
        self.fields["person"].on = on  # type: ignore[attr-defined]


def asked_version(given: Mapping[str, Any], name: str = "version") -> int | None:
    """The number of a version an address names, or None."""
    text = str(given.get(name, ""))
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None


def asked_gaps(given: Mapping[str, Any]) -> dict[str, str]:
    """What an address fills into the gaps of a prompt: ?gap-1=Acme."""
    keys = [f"gap-{place}" for place in range(1, rules.MOST_GAPS + 1)]
    return {key: str(given[key]).replace("\x00", "")[: rules.TEXT_LENGTH] for key in keys if given.get(key)}
