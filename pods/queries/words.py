"""What kinds, causes and next steps are called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs.queries import curriculum
from adoption.programs.rules import Kind
from pods.rules import Cause, Tried

Words = str | Promise

SESSION_WORDS = curriculum.SESSION_WORDS
CAUSE_WORDS: dict[Cause, Words] = {
    Cause.CONTEXT_PACK: _("The context pack does not carry it"),
    Cause.NO_SUITABLE_WORKFLOW: _("No suitable piece of work"),
    Cause.NO_OWN_WORKFLOW: _("No piece of work of their own yet"),
    Cause.OBSTACLE: _("Hit an obstacle that was not solved"),
    Cause.GENERIC_EXAMPLES: _("The examples were not like their job"),
    Cause.NO_PEER_SEEN: _("Has not seen a colleague use it"),
}
# One person's next step for each cause. A group session is never one: it repeats what did not work.
REMEDIES: dict[Cause, Words] = {
    Cause.CONTEXT_PACK: _(
        "Fix the context pack first, with one real task: 60 to 90 minutes. More training will not help."
    ),
    Cause.NO_SUITABLE_WORKFLOW: _("Say so and leave it: not every job has a suitable piece of work."),
    Cause.NO_OWN_WORKFLOW: _("One to one: pick one piece of work they do every week, and finish it together."),
    Cause.OBSTACLE: _("One to one on their own last piece: find the step where it broke, and change that."),
    Cause.GENERIC_EXAMPLES: _("Collect five real examples of their own tasks, and show those."),
    Cause.NO_PEER_SEEN: _("Let a colleague who does the same job show them two minutes of real work."),
}
# Why somebody is on the lists, by what keeps them and what came of the step against it.
STUCK_WORDS: dict[Tried | None, Words] = {
    None: _("%(cause)s: found on day 7, and not fixed yet."),
    Tried.NOT_YET: _("%(cause)s: a step was taken, and it does not work yet."),
    Tried.UNCONFIRMED: _("%(cause)s: the day of the step has passed, and nobody has said whether it works."),
}
# And what comes next, where that is not the step against the cause itself.
NEXT_WORDS: dict[Tried, Words] = {
    Tried.NOT_YET: _("Look for the next cause, with them alone, and agree on its step."),
    Tried.UNCONFIRMED: _("Ask whether it works now: used again on real work, or not yet."),
}
# What a champion can say, so that nobody has to find the words.
SAYINGS: dict[Kind, Words] = {
    Kind.FOLLOW_UP_DUE: _("Did you use it on real work? Tell me what happened."),
    Kind.STUCK: _("Shall we do your next one together, with your own last one as the example?"),
    Kind.BELOW_THRESHOLD: _("Shall we do your next one together, with your own last one as the example?"),
    Kind.SILENT: _("How is it going? Nothing is a fine answer."),
    Kind.NOT_BEGUN: _("When do you do your next piece of this work? Let us do it together: fifty minutes."),
}

# The same to somebody of whom day 7 found what keeps them.
CAUSE_SAYINGS: dict[Cause, Words] = {
    Cause.CONTEXT_PACK: _("It lacked what it needs to know, not you. Which real task shall we mend it with?"),
    Cause.NO_SUITABLE_WORKFLOW: _("Your work may not suit this, and that is fine. Shall we leave it at that?"),
    Cause.NO_OWN_WORKFLOW: _("Which piece do you do every week? Let us pick one, and finish it together."),
    Cause.OBSTACLE: _("Show me your last one: at which step did it break? We change that one step."),
    Cause.GENERIC_EXAMPLES: _("Which five tasks of your own should I show it with?"),
    Cause.NO_PEER_SEEN: _("Shall somebody who does your job show you two minutes of their real work?"),
}
TRIED_SAYINGS: dict[Tried, Words] = {
    Tried.NOT_YET: _("That was not it yet. What happened the last time you tried?"),
    Tried.UNCONFIRMED: _("We agreed on something to try. Does it work now?"),
}

# What a champion reads of somebody whose weeks are not theirs to see, once a lead has asked.
ASKED_WORDS = _("Your L&D lead asks you to talk to them.")
# And of somebody whose question waits for them.
QUESTION_WORDS = _("Asked you something and waits for an answer.")
QUESTION_SAYING = _("I have read your question. Shall we look at it together for two minutes?")

SENTENCES: dict[str, Words] = {
    "pod.reseated": _("moved people to another pod before the launch: %(detail)s"),
    "pod.unseated": _("took people out of their pods before the launch: %(detail)s"),
    "pod.formed": _("formed a pod: %(detail)s"),
    "pod.handed_over": _("gave a pod to another champion"),
    "pod.withdrawn": _("dissolved a pod: %(detail)s"),
    "session.logged": _("logged a session: %(detail)s"),
    "session.put_right": _("put a logged session right: %(detail)s"),
    "session.taken_back": _("took a logged session back: %(detail)s"),
    "meeting.planned": _("planned a session: %(detail)s"),
    "meeting.moved": _("moved a planned session: %(detail)s"),
    "meeting.changed": _("changed a planned session: %(detail)s"),
    "meeting.cancelled": _("cancelled a planned session: %(detail)s"),
    "move.made": _("changed who sits in a pod: %(detail)s"),
    "move.undone": _("took back who sits in a pod: %(detail)s"),
    "showing.offered": _("offered to show their pod something"),
    "follow_up.answered": _("wrote down a follow-up"),
    "reflection.written": _("wrote down what a pod learned in a week"),
    "remedy.opened": _("agreed on a step for one person: %(detail)s"),
    "remedy.closed": _("closed a step for one person: %(detail)s"),
    "question.asked": _("asked a champion something"),
    "question.answered": _("answered a question: %(detail)s"),
    "question.passed_on": _("passed a question on to an expert"),
    "question.solved": _("found the answer to an own question: %(detail)s"),
}
