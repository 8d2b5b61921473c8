"""What people type about outputs: their registering, who rates them, and what raters say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.forms.members import Words
from adoption.tenancy.forms.people import DayField
from adoption.tenancy.models import Person
from adoption.tenancy.rules import NAME_LENGTH, clean_mail, one_line
from surveys import rules
from surveys.forms.surveys import PROBLEMS, item_field, refusal_sentence
from surveys.queries import Candidate, Named, Place
from surveys.rules import STAKEHOLDER

# "Name <address>", "Name, address" or "address".
_LINE = re.compile(r"(?P<name>[^<>,;]*?)[\s,;<]*(?P<mail>[^\s<>,;]+@[^\s<>,;]+)[>\s]*")


class OutputForm(forms.Form):
    """A piece of somebody's work that others can say something of."""

    place = forms.ChoiceField(label=_("Whose work, in which programme"))
    title = Words(
        label=_("What it is called"),
        max_length=rules.TITLE_LENGTH,
        help_text=_("As its recipient knows it, such as: Quarterly report for Brenner. Raters see this title."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    found_at = Words(
        label=_("Where it can be found"),
        max_length=rules.NOTE_LENGTH,
        required=False,
        help_text=_("A link, or words such as: your mail of 3 June. The document itself is not kept here."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    produced_on = DayField(label=_("When it was finished"))
    used_ai = forms.TypedChoiceField(
        label=_("Was AI used for it?"),
        choices=(("yes", _("Yes")), ("no", _("No"))),
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
        help_text=_("Kept apart from the output. Raters are not told, and nobody reads it by name."),
    )

    def __init__(self, data: Any = None, *, places: Sequence[Place], own: Person, today: date) -> None:
        super().__init__(data, initial={"produced_on": today})
        self.places = {one.key: one for one in places}
        named: Any = self.fields["place"]
        named.choices = [
            (one.key, one.program.name if one.person == own else f"{one.person.name}, {one.program.name}")
            for one in places
        ]
        self.fields["produced_on"].widget.attrs["max"] = today.isoformat()

    def clean_place(self) -> Place:
        return self.places[self.cleaned_data["place"]]

    def refuse(self, code: str, days: Mapping[str, date]) -> None:
        """Say a refusal beside the field it is about."""
        self.add_error("produced_on" if code in {"to_come", "of_before"} else "place", refusal_sentence(code, days))


class RoundForm(forms.Form):
    """Which outputs are rated, and by whom."""

    outputs = forms.MultipleChoiceField(
        label=_("Outputs"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Chosen are those that are proposed. Before the launch half are held back, to be mixed with later ones."
        ),
    )
    raters = forms.CharField(
        label=_("Who rates"),
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        help_text=_(
            "Whoever receives such work, one a line: the mail address of somebody in the directory, or for somebody of outside "
            "name and address, such as: Ada Brenner, ada@client.example. They need no account."
        ),
    )

    def __init__(self, data: Any = None, *, candidates: Sequence[Candidate], today: date) -> None:
        self.candidates = {str(one.output.public_id): one for one in candidates}
        self.today = today
        super().__init__(data, initial={"outputs": [key for key, one in self.candidates.items() if one.is_proposed]})
        listed: Any = self.fields["outputs"]
        listed.choices = [(key, self.words(one)) for key, one in self.candidates.items()]

    @staticmethod
    def words(one: Candidate) -> str:
        """An output as a lead chooses it."""
        when = _("of before the start") if one.of_before else _("of later")
        return f"{one.output.title} ({one.output.person.name}, {when})"

    def clean_outputs(self) -> list[Any]:
        return [self.candidates[key].output for key in self.cleaned_data["outputs"]]

    def clean_raters(self) -> list[Named]:
        """Members of the directory by their address, everybody else as a guest."""
        lines = [line for line in map(one_line, self.cleaned_data["raters"].splitlines()) if line]
        if len(lines) > rules.MOST_RATERS:
            raise forms.ValidationError(_("At most %(most)s people rate in one round.") % {"most": rules.MOST_RATERS})
        read = [self._read(line) for line in lines]
        known = {
            str(person.mail): person
            for person in Person.objects.here(self.today).filter(mail__in=[mail for _name, mail in read])
        }
        found: dict[str, Named] = {}
        for name, mail in read:
            if mail in known:
                found[mail] = Named(person=known[mail])
            elif name:
                found[mail] = Named(name=name, mail=mail)
            else:
                raise forms.ValidationError(
                    _("%(mail)s is not in the directory. Please add the name, such as: Ada Brenner <%(mail)s>.")
                    % {"mail": mail}
                )
        return list(found.values())

    @staticmethod
    def _read(line: str) -> tuple[str, str]:
        match = _LINE.fullmatch(line)
        mail = clean_mail(match["mail"]) if match else None
        if match is None or mail is None or len(match["name"]) > NAME_LENGTH:
            raise forms.ValidationError(
                _("“%(line)s” has no mail address we can read. An example: Ada Brenner <ada@client.example>.")
                % {"line": line[:80]}
            )
        return match["name"].strip(' "'), mail

    def refuse(self, code: str, days: Mapping[str, date]) -> None:
        """Say a refusal beside the field it is about, else above the form."""
        self.add_error("raters" if code == "knows" or code.startswith("allot_") else None, refusal_sentence(code, days))


class RatingForm(forms.Form):
    """Four questions about one output. "I cannot judge" is an answer; none at all is asked for once more."""

    def __init__(self, stored: Mapping[str, str], data: Any = None) -> None:
        self.items = STAKEHOLDER.items
        super().__init__(data, initial={item.key: stored.get(item.key, "") for item in self.items})
        for item in self.items:
            self.fields[item.key] = item_field(item)
        self.answers: dict[str, str] = {}

    def clean(self) -> dict[str, Any]:
        given = {item.key: str(self.data.get(item.key, ""))[:10] for item in self.items}
        self.answers, wrong = rules.check_items(self.items, given)
        for item in self.items:
            if item.key in wrong:
                self.add_error(item.key, str(PROBLEMS[wrong[item.key]]))
            elif item.key not in self.answers:
                self.add_error(item.key, str(_("Please choose one. “I cannot judge” is an answer too.")))
        return dict(self.answers)

    @property
    def asked(self) -> list[tuple[Any, Any]]:
        """Each question with its field."""
        return [(item, self[item.key]) for item in self.items]
