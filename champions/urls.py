"""The champions' floor's addresses."""

from django.urls import URLPattern, URLResolver, include, path

from adoption.outbox.views.link import arrive
from adoption.outbox.views.privacy import who_sees_by_link
from champions import views
from champions.actions.agreements import AGREEMENT_LINK
from champions.actions.selection import OFFER_LINK
from champions.api import agreements as api_agreements
from champions.api import asks as api_asks
from champions.api import network as api_network
from champions.api import objections as api_objections
from champions.api import prompts as api_prompts
from champions.api import selection as api_selection
from champions.api import sponsor as api_sponsor
from champions.api import time as api_time
from champions.api import tools as api_tools
from champions.api import versions as api_versions
from champions.api import wins as api_wins
from champions.views import (
    agreements,
    asks,
    cockpit,
    home,
    network,
    objections,
    prompts,
    selection,
    sponsor,
    tools,
    wins,
)

# /o/<org>/kit/prompts/<prompt>/
prompt = [
    path("", prompts.prompt, name="prompt"),
    path("improve/", prompts.prompt_improve, name="prompt-improve"),
    path("history/", prompts.prompt_history, name="prompt-history"),
    path("review/", prompts.prompt_review, name="prompt-review"),
    path("tried/", prompts.prompt_tried, name="prompt-tried"),
    path("aside/", prompts.prompt_aside, name="prompt-aside"),
    path("back/", prompts.prompt_back, name="prompt-back"),
]

# /o/<org>/kit/
kit: list[URLPattern | URLResolver] = [
    path("", prompts.kit, name="kit"),
    path("prompts/new/", prompts.prompt_new, name="prompt-new"),
    path("prompts/<uuid:prompt>/", include(prompt)),
    path("wins/", wins.wins, name="wins"),
    path("wins/new/", wins.win_new, name="win-new"),
    path("wins/<uuid:win>/thank/", wins.win_thank, name="win-thank"),
    path("wins/<uuid:win>/unthank/", wins.win_unthank, name="win-unthank"),
    path("wins/<uuid:win>/back/", wins.win_back, name="win-back"),
    path("wins/<uuid:win>/again/", wins.win_again, name="win-again"),
    path("asks/", asks.asks, name="asks"),
    path("asks/new/", asks.ask_new, name="ask-new"),
    path("asks/<uuid:need>/", asks.ask_answer, name="ask-answer"),
    path("asks/<uuid:need>/withdraw/", asks.ask_withdraw, name="ask-withdraw"),
    path("deeds/new/", asks.deed_new, name="deed-new"),
    path("deeds/<uuid:deed>/confirm/", asks.deed_confirm, name="deed-confirm"),
    path("deeds/<uuid:deed>/withdraw/", asks.deed_withdraw, name="deed-withdraw"),
    path("tools/", tools.tools, name="tools"),
    path("tools/new/", tools.tool_new, name="tool-new"),
    path("tools/<uuid:tool>/", tools.tool, name="tool"),
    path("objections/", objections.objections, name="objections"),
    path("objections/<slug:worry>/", objections.story, name="story"),
    path("objections/<slug:worry>/back/", objections.story_back, name="story-back"),
    path("objections/<slug:worry>/talked/", objections.talk_new, name="talk-new"),
    path("talks/<uuid:talk>/", objections.talk, name="talk"),
    path("talks/<uuid:talk>/forget/", objections.talk_forget, name="talk-forget"),
    path("network/", network.network, name="network"),
    path("network/me/", network.network_card, name="network-card"),
    path("network/experts/new/", network.expert_new, name="expert-new"),
    path("network/experts/<uuid:expert>/off/", network.expert_off, name="expert-off"),
    path("network/experts/<uuid:expert>/on/", network.expert_on, name="expert-on"),
]

# /api/v1/o/<org>/kit/
kit_for_machines = [
    path("prompts/", api_prompts.Prompts.as_view(), name="api-prompts"),
    path("prompts/needs/", api_prompts.PromptElements.as_view(), name="api-prompt-needs"),
    path("prompts/<uuid:prompt>/", api_prompts.OnePrompt.as_view(), name="api-prompt"),
    path("prompts/<uuid:prompt>/aside/", api_versions.PromptAside.as_view(), name="api-prompt-aside"),
    path("prompts/<uuid:prompt>/versions/", api_versions.PromptVersions.as_view(), name="api-prompt-versions"),
    path("prompts/<uuid:prompt>/tries/", api_prompts.PromptTries.as_view(), name="api-prompt-tries"),
    path("prompts/<uuid:prompt>/reviews/", api_prompts.PromptReviews.as_view(), name="api-prompt-reviews"),
    path("wins/", api_wins.Wins.as_view(), name="api-wins"),
    path("wins/<uuid:win>/", api_wins.OneWin.as_view(), name="api-win"),
    path("wins/<uuid:win>/thanks/", api_wins.WinThanks.as_view(), name="api-win-thanks"),
    path("asks/", api_asks.Asks.as_view(), name="api-asks"),
    path("asks/<uuid:need>/", api_asks.OneAsk.as_view(), name="api-ask"),
    path("deeds/", api_asks.Deeds.as_view(), name="api-deeds"),
    path("deeds/<uuid:deed>/", api_asks.OneDeed.as_view(), name="api-deed"),
    path("deeds/<uuid:deed>/confirmation/", api_asks.DeedConfirmation.as_view(), name="api-deed-confirmation"),
    path("tools/", api_tools.Tools.as_view(), name="api-tools"),
    path("tools/<uuid:tool>/", api_tools.OneTool.as_view(), name="api-tool"),
    path("objections/", api_objections.Worries.as_view(), name="api-objections"),
    path("objections/<slug:worry>/story/", api_objections.OwnStory.as_view(), name="api-story"),
    path("talks/", api_objections.Talks.as_view(), name="api-talks"),
    path("talks/<uuid:talk>/", api_objections.OneTalk.as_view(), name="api-talk"),
    path("network/", api_network.Network.as_view(), name="api-network"),
    path("network/me/", api_network.OwnCard.as_view(), name="api-network-card"),
    path("network/experts/", api_network.Experts.as_view(), name="api-experts"),
    path("network/experts/<uuid:expert>/", api_network.OneExpert.as_view(), name="api-expert"),
]

# /o/<org>/p/<program>/
program = [
    path("champions/", views.champions, name="champions"),
    path("champions/time/", cockpit.time_kept, name="time-kept"),
    path("asks/", cockpit.program_asks, name="program-asks"),
    path("champions/sponsorship/", agreements.sponsorship, name="sponsorship"),
    path("champions/<uuid:champion>/agreement/ask/", agreements.agreement_ask, name="agreement-ask"),
    path("champions/<uuid:champion>/agreement/waive/", agreements.agreement_waive, name="agreement-waive"),
    path("champions/<uuid:champion>/agreement/unwaive/", agreements.agreement_unwaive, name="agreement-unwaive"),
    path("champions/shortlist/", selection.shortlist, name="shortlist"),
    path("champions/shortlist/settle/", selection.shortlist_settle, name="shortlist-settle"),
    path("champions/shortlist/<uuid:candidacy>/ask/", selection.candidate_ask, name="candidate-ask"),
    path("champions/shortlist/<uuid:candidacy>/unask/", selection.candidate_unask, name="candidate-unask"),
]

# /g/
mailed_agreements = [
    path("<uuid:link>/", agreements.agreement, name="agreement"),
    path("<uuid:link>/who/", who_sees_by_link(AGREEMENT_LINK), name="agreement-who"),
    path("<str:token>/", arrive("agreement", AGREEMENT_LINK), name="agreement-arrive"),
]

# /c/
mailed_offers = [
    path("<uuid:link>/", selection.offer, name="offer"),
    path("<uuid:link>/who/", who_sees_by_link(OFFER_LINK), name="offer-who"),
    path("<str:token>/", arrive("offer", OFFER_LINK), name="offer-arrive"),
]

# /api/v1/o/<org>/p/<program>/
program_for_machines = [
    path("candidates/", api_selection.Candidates.as_view(), name="api-candidates"),
    path("candidates/<uuid:person>/offer/", api_selection.CandidateOffer.as_view(), name="api-candidate-offer"),
    path("champions/", api_time.Champions.as_view(), name="api-champions"),
    path(
        "champions/<uuid:champion>/agreement/request/",
        api_agreements.AgreementRequest.as_view(),
        name="api-agreement-request",
    ),
    path("champions/<uuid:champion>/waiver/", api_agreements.AgreementWaiver.as_view(), name="api-agreement-waiver"),
    path("sponsorship/", api_agreements.SponsorshipOfProgram.as_view(), name="api-sponsorship"),
]

urlpatterns = [
    path("api/v1/o/<slug:org>/p/<slug:program>/", include(program_for_machines)),
    path("api/v1/o/<slug:org>/kit/", include(kit_for_machines)),
    path(
        "api/v1/o/<slug:org>/champions/<uuid:champion>/agreement/",
        api_agreements.OwnAgreement.as_view(),
        name="api-agreement",
    ),
    path("api/v1/o/<slug:org>/sponsor/", api_sponsor.Sponsor.as_view(), name="api-sponsor"),
    path("c/", include(mailed_offers)),
    path("g/", include(mailed_agreements)),
    path("o/<slug:org>/kit/", include(kit)),
    path("o/<slug:org>/champions/<uuid:champion>/agreement/", agreements.own_agreement, name="own-agreement"),
    path("o/<slug:org>/sponsor/", sponsor.sponsor, name="sponsor"),
    path("o/<slug:org>/waiting/asks/", asks.waiting_asks, name="waiting-asks"),
    path("o/<slug:org>/waiting/champion/", home.waiting_champion, name="waiting-champion"),
    path("o/<slug:org>/p/<slug:program>/", include(program)),
]
