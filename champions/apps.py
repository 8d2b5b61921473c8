"""The floor's name, what it holds about a person, how its acts are told, and what it wants to see before a launch."""

from datetime import timedelta
from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from adoption.outbox.rules import KINDS, PURPOSES, Kind, MessageClass
from adoption.programs.rules import RESERVED, STOPPERS
from adoption.tenancy.rules import ACTS, ERASERS, EXPORTERS, PROBES, SEEN, STANDINGS


class ChampionsConfig(AppConfig):
    name = "champions"
    label = "champions"

    def ready(self) -> None:
        ACTS.register("champions", "champions.queries.SENTENCES")
        ERASERS.register("champions", "champions.actions.erase_person")
        EXPORTERS.register("champions", "champions.queries.export_champions")
        SEEN.register("champions", "champions.queries.seen_of_champions")
        STANDINGS.register("champion", "champions.queries.home.is_champion")
        RESERVED.register("champions", "champions.queries.leading")
        STOPPERS.register("champions", "champions.actions.stopping.let_champions_go")
        PROBES.register("champions", "champions.queries.has_champions")
        PROBES.register("champions_free", "champions.queries.champions_are_free")
        ACTS.register("kit", "champions.queries.privacy.kit.SENTENCES")
        ERASERS.register("kit", "champions.actions.privacy.kit.erase_from_kit")
        EXPORTERS.register("kit", "champions.queries.privacy.kit.export_kit")
        SEEN.register("kit", "champions.queries.privacy.kit.seen_of_kit")
        _say_about_the_kit()
        ACTS.register("time", "champions.queries.privacy.time.SENTENCES")
        ERASERS.register("time", "champions.actions.privacy.time.erase_time")
        EXPORTERS.register("time", "champions.queries.privacy.time.export_time")
        SEEN.register("time", "champions.queries.privacy.time.seen_of_time")
        PROBES.register("sponsor", "champions.queries.agreements.sponsor_named")
        PROBES.register("early_adopters", "champions.queries.selection.has_early_adopters")
        PROBES.register("agreements", "champions.queries.agreements.champions_have_time")
        _say_about_time()


def _say_about_the_kit() -> None:
    week = timedelta(days=7)
    ask = partial(
        Kind, label=_("What champions ask for"), template="mail/ask.html", facts="champions.queries.asks.facts_of_ask"
    )
    wanted = "champions.queries.asks.ask_wanted"
    for name in ("asked", "ask_overdue"):
        KINDS.register(ask(name=name, message_class=MessageClass.DIGEST, lasts=week, still_wanted=wanted))
    # Owed to whoever asked: at once, and whatever else they stopped.
    KINDS.register(ask(name="ask_answered", message_class=MessageClass.TRANSACTIONAL, lasts=2 * week))
    KINDS.register(
        Kind(
            name="tell_win",
            label=_("Two minutes for your colleagues"),
            message_class=MessageClass.NUDGE,
            lasts=week,
            template="mail/tell_win.html",
            facts="champions.queries.moments.facts_of_moment",
            still_wanted="champions.queries.moments.moment_wanted",
        )
    )
    prompt = partial(
        Kind,
        label=_("About a prompt of yours"),
        message_class=MessageClass.DIGEST,
        lasts=week,
        template="mail/prompt.html",
    )
    KINDS.register(prompt(name="prompt_reviewed", facts="champions.queries.prompts.facts_of_review"))
    KINDS.register(
        prompt(
            name="prompt_stale",
            facts="champions.queries.prompts.facts_of_stale",
            still_wanted="champions.queries.prompts.stale_wanted",
        )
    )


def _say_about_time() -> None:
    PURPOSES.register("offer", "/c/")
    KINDS.register(
        Kind(
            name="champion_offer",
            label=_("Will you be a champion?"),
            message_class=MessageClass.TRANSACTIONAL,
            lasts=timedelta(days=14),
            links={"open": "offer"},
            facts="champions.queries.selection.facts_of_offer",
            still_wanted="champions.queries.selection.offer_wanted",
        )
    )
    PURPOSES.register("agreement", "/g/")
    # An agreement goes also to managers who have no account and nothing to stop: what two people have to settle.
    for name, message_class in (
        ("champion_agreement", MessageClass.TRANSACTIONAL),
        ("champion_renewal", MessageClass.DIGEST),
    ):
        KINDS.register(
            Kind(
                name=name,
                label=_("Time as a champion"),
                message_class=message_class,
                lasts=timedelta(days=14),
                links={"open": "agreement"},
                links_last=timedelta(days=180),
                facts="champions.queries.agreements.facts_of_agreement",
                still_wanted="champions.queries.agreements.agreement_wanted",
            )
        )
    KINDS.register(
        Kind(
            name="champion_time",
            label=_("A champion’s time"),
            message_class=MessageClass.DIGEST,
            lasts=timedelta(days=7),
            facts="champions.queries.time.facts_of_warning",
            still_wanted="champions.queries.time.warning_wanted",
        )
    )
