"""Refusals as sentences."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs.forms import refusal_words

Words = str | Promise

REFUSALS: dict[str, Words] = {
    "empty_pod": _("Please choose who sits in it."),
    "champion_in_pod": _(
        "One of them is a champion of this programme. Champions know how, so belong to neither group."
    ),
    "nobody_chosen": _("Please tick who should move."),
    "moved_meanwhile": _("Somebody else has moved them meanwhile, so nothing was changed. Here is where they sit now."),
    "no_such_pod": _("No pod of this programme has this name."),
    "too_many_chosen": _("Five hundred at once are the most."),
    "pod_name_taken": _("Another pod of this programme has this name."),
    "not_a_champion": _("This champion does not serve in this programme any more."),
    "pod_has_sessions": _("There has been a session in this pod, so it stays."),
    "leads_a_pod": _("They lead a pod. Dissolve the pod first."),
    "nobody": _("Please choose who was there."),
    "not_in_pod": _("One of them does not sit in this pod."),
    "one_at_a_time": _("A one-to-one has one person. Log one for each, so that each gets a day 7 of their own."),
    "not_yet": _("This day is still to come."),
    "long_past": _("This day is more than sixty days ago."),
    "logged_already": _(
        "This stands already: the same people, on the same day. If it was another one, tick the box; else leave it."
    ),
    "long_logged": _("It was logged more than two weeks ago, so it stays."),
    "day_seven_answered": _("Its day 7 is answered, so it stays."),
    "no_such_week": _("Please choose one of the last weeks."),
    "nothing_said": _("Please write at least one of the three lines."),
    "another_group_session": _(
        "Another session for the group is no remedy: it repeats what did not work for this person. Whoever already knows is bored, "
        "whoever is stuck stays stuck. Take the step above, with them alone."
    ),
    "not_within_six_weeks": _("Please choose a day from today on, within the next six weeks."),
    "not_to_be_helped": _("They are not in this programme."),
    "day_seven_open": _("A day 7 is answered, not talked away."),
    "step_to_agree_on": _(
        "What did not work on day 7 is closed by a step that is agreed on and confirmed, not by a talk alone."
    ),
    "remedy_open": _("A step against this is under way already."),
    "no_leader_alone": _(
        "They are no executive, or lead programmes themselves, or take part in one: then their champion sits with them as with "
        "everybody."
    ),
    "remedy_done": _("This step is closed already."),
    "small_pod": _(
        "A pod of fewer than five is too small to ask without a name: you would soon be known by what you ask."
    ),
    "no_key": _("Something went wrong with the key to your answer. Please open this page anew and ask once more."),
    "answered_already": _("It has its answer already."),
    "not_answered": _("It has no answer yet."),
    "not_your_question": _("Somebody else asked this."),
    "not_self_served": _("Please say how you found it."),
    "not_listed": _("They are not on the list of experts any more."),
    "title_taken": _(
        "There is a prompt of this name for this work already. Change the first line of the answer, or improve that one."
    ),
    "no_other_seat": _("They sit in no other pod of this programme by now."),
    "sits_already": _("They sit in a pod of this programme already. Move them from there."),
    "has_left": _("They have left."),
    "not_compared": _("They were not in the comparison group on that day."),
    "help_day": _("Please give a day after the launch that is not still to come."),
    "not_running": _("Who sits where changes only while the programme runs."),
    "moved_since": _("They were moved again since. Take that back first."),
    "met_since": _("They have been in a session there since. Move them back instead: what happened stays."),
    "in_the_past": _("This time has passed. What was held already is logged, not planned."),
    "far_away": _("This day is more than a year away."),
    "nobody_invited": _("Please choose whom to invite."),
    "no_such_content": _("The programme’s plan has no such content for those who are invited."),
    "not_weekly": _("Only reflections and office hours come back every week."),
    "no_reason": _("Please say why, in a few words: whoever is invited reads it."),
    "phase_over": _("The programme’s active phase is over: nothing more is planned in its pods."),
    "begun_already": _("It has begun already. Log it as it was."),
    "meeting_cancelled": _("It was cancelled already."),
    "meeting_logged": _("It was held and logged already."),
}


def said(code: str) -> str:
    """A refusal as a sentence."""
    return str(REFUSALS.get(code) or refusal_words(code)[0])
