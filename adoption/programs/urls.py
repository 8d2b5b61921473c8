"""The programme floor's addresses."""

from django.urls import URLPattern, URLResolver, include, path

from adoption.outbox.views.link import arrive
from adoption.outbox.views.privacy import who_sees_by_link
from adoption.programs import api, views
from adoption.programs.actions import POLICY
from adoption.programs.api import attention as api_attention
from adoption.programs.api import calendar as api_calendar
from adoption.programs.api import cockpit as api_cockpit
from adoption.programs.api import curriculum as api_curriculum
from adoption.programs.api import design as api_design
from adoption.programs.api import lessons as api_lessons
from adoption.programs.api import packs as api_packs
from adoption.programs.api import policy as api_policy
from adoption.programs.api import readiness as api_readiness
from adoption.programs.views import curriculum as learning

Places = list[URLPattern | URLResolver]

# /o/<org>/p/<program>/attention/
attention: Places = [
    path("", views.attention_list, name="attention"),
    path("<uuid:attention>/ask/", views.attention_ask, name="attention-ask"),
    path("<uuid:attention>/unask/", views.attention_unask, name="attention-unask"),
    path("<uuid:attention>/done/", views.attention_done, name="attention-done"),
    path("<uuid:attention>/later/", views.attention_later, name="attention-later"),
    path("<uuid:attention>/back/", views.attention_back, name="attention-back"),
]

# /o/<org>/p/<program>/calendar/
calendar: Places = [
    path("", views.calendar, name="calendar"),
    path("<str:step>/", views.step, name="step"),
    path("<str:step>/move/", views.step_move, name="step-move"),
    path("<str:step>/skip/", views.step_skip, name="step-skip"),
    path("<str:step>/back/", views.step_back, name="step-back"),
]

# /o/<org>/p/<program>/arms/
arms: Places = [
    path("", views.arms, name="program-arms"),
    path("rule/", views.arms_rule, name="arms-rule"),
    path("people/", views.arms_people, name="arms-people"),
    path("teams/", views.arms_teams, name="arms-teams"),
    path("match/", views.arms_match, name="arms-match"),
    path("draw/", views.arms_draw, name="arms-draw"),
]

# /o/<org>/p/<program>/curriculum/
curriculum: Places = [
    path("", learning.curriculum, name="curriculum"),
    path("share/", learning.curriculum_share, name="curriculum-share"),
    path("new/", learning.content_new, name="content-new"),
    path("<slug:content>/", learning.content, name="content"),
    path("<slug:content>/move/", learning.content_move, name="content-move"),
    path("<slug:content>/out/", learning.content_out, name="content-out"),
    path("<slug:content>/back/", learning.content_back, name="content-back"),
]

# /o/<org>/p/<program>/readiness/
readiness: Places = [
    path("", views.readiness, name="readiness"),
    path("<str:item>/", views.readiness_item, name="readiness-item"),
    path("<str:item>/waive/", views.readiness_waive, name="readiness-waive"),
    path("<str:item>/unwaive/", views.readiness_unwaive, name="readiness-unwaive"),
]

# /o/<org>/p/<program>/packs/
packs: Places = [
    path("", views.packs, name="packs"),
    path("<uuid:pack>/", views.pack, name="pack"),
    path("<uuid:pack>/test/", views.pack_test, name="pack-test"),
    path("<uuid:pack>/check/", views.pack_check, name="pack-check"),
    path("<uuid:pack>/discard/", views.pack_discard, name="pack-discard"),
    path("<uuid:pack>/<uuid:element>/", views.element, name="pack-element"),
    path("<uuid:pack>/<uuid:element>/out/", views.element_out, name="pack-element-out"),
]

# /y/
mailed_policies: Places = [
    path("<uuid:link>/", views.policy, name="policy"),
    path("<uuid:link>/who/", who_sees_by_link(POLICY), name="policy-who"),
    path("<str:token>/", arrive("policy", POLICY), name="policy-arrive"),
]

# /o/<org>/p/<program>/
program: Places = [
    path("", views.program, name="program"),
    path("change/", views.program_change, name="program-change"),
    path("change/<slug:page>/", views.program_step, name="program-step"),
    path("change/<slug:page>/lessons/<uuid:lesson>/again/", views.lesson_again, name="lesson-again"),
    path("arms/", include(arms)),
    path("archive/", views.program_archive, name="program-archive"),
    path("archive/back/", views.program_unarchive, name="program-unarchive"),
    path("stop/", views.program_stop, name="program-stop"),
    path("stop/back/", views.program_stop_back, name="program-stop-back"),
    path("lessons/", views.lessons, name="lessons"),
    path("lessons/<uuid:lesson>/out/", views.lesson_out, name="lesson-out"),
    path("comparison/", views.comparison, name="program-comparison"),
    path("baseline/", views.baseline_open, name="program-baseline"),
    path("launch/", views.launch, name="program-launch"),
    path("template/<slug:template>/", views.template, name="program-template"),
    path("measure/", views.measure, name="program-measure"),
    path("measure/mode/", views.measure_mode, name="program-mode"),
    path("measure/exempt/", views.exemption_new, name="exemption-new"),
    path("measure/exempt/<uuid:exemption>/withdraw/", views.exemption_withdraw, name="exemption-withdraw"),
    path("attention/", include(attention)),
    path("calendar/", include(calendar)),
    path("curriculum/", include(curriculum)),
    path("readiness/", include(readiness)),
    path("packs/", include(packs)),
    path("policy/ask/", views.policy_ask, name="policy-ask"),
]

# /o/<org>/p/
programs: Places = [
    path("", views.programs, name="programs"),
    path("new/", views.program_new, name="program-new"),
    path("<slug:program>/", include(program)),
]

# /o/<org>/
organization: Places = [
    path("p/", include(programs)),
    path("overlap/", views.overlap, name="programs-overlap"),
    path("attention/", views.attention_everywhere, name="attention-everywhere"),
    path("policy/", views.own_policy, name="own-policy"),
    path("policy/new/", views.policy_new, name="policy-new"),
    path("waiting/programs/", views.waiting_programs, name="waiting-programs"),
]

# /api/v1/o/<org>/
machines = [
    path("attention/", api_attention.Reasons.as_view(), name="api-attention"),
    path("attention/<uuid:attention>/asked/", api_attention.ReasonAsked.as_view(), name="api-attention-asked"),
    path("attention/<uuid:attention>/done/", api_attention.ReasonDone.as_view(), name="api-attention-done"),
    path("attention/<uuid:attention>/later/", api_attention.ReasonLater.as_view(), name="api-attention-later"),
    path("p/", api.Programs.as_view(), name="api-programs"),
    path("p/<slug:program>/", api.OneProgram.as_view(), name="api-program"),
    path("policy/", api_policy.ThePolicy.as_view(), name="api-policy"),
    path("policy/acknowledgement/", api_policy.OwnAcknowledgement.as_view(), name="api-policy-acknowledgement"),
    path("p/<slug:program>/policy/requests/", api_policy.PolicyRequests.as_view(), name="api-policy-requests"),
    path("p/<slug:program>/readiness/", api_readiness.Readiness.as_view(), name="api-readiness"),
    path("p/<slug:program>/readiness/<str:item>/", api_readiness.ReadinessLine.as_view(), name="api-readiness-line"),
    path(
        "p/<slug:program>/readiness/<str:item>/waiver/",
        api_readiness.ReadinessWaiver.as_view(),
        name="api-readiness-waiver",
    ),
    path("p/<slug:program>/packs/", api_packs.Packs.as_view(), name="api-packs"),
    path("p/<slug:program>/packs/<uuid:pack>/", api_packs.OnePack.as_view(), name="api-pack"),
    path("p/<slug:program>/packs/<uuid:pack>/elements/", api_packs.PackElements.as_view(), name="api-pack-elements"),
    path(
        "p/<slug:program>/packs/<uuid:pack>/elements/<uuid:element>/",
        api_packs.OnePackElement.as_view(),
        name="api-pack-element",
    ),
    path("p/<slug:program>/packs/<uuid:pack>/tests/", api_packs.PackTests.as_view(), name="api-pack-tests"),
    path("overlap/", api_lessons.Everybody.as_view(), name="api-overlap"),
    path("p/<slug:program>/archive/", api_lessons.Archive.as_view(), name="api-archive"),
    path("p/<slug:program>/stop/", api_lessons.Stop.as_view(), name="api-stop"),
    path("p/<slug:program>/lessons/", api_lessons.Lessons.as_view(), name="api-lessons"),
    path("p/<slug:program>/lessons/<uuid:lesson>/", api_lessons.OneLesson.as_view(), name="api-lesson"),
    path("p/<slug:program>/suggestions/", api_lessons.Suggestions.as_view(), name="api-suggestions"),
    path("p/<slug:program>/suggestions/<uuid:lesson>/", api_lessons.OneSuggestion.as_view(), name="api-suggestion"),
    path("p/<slug:program>/template/", api.TemplateOfProgram.as_view(), name="api-program-template"),
    path("p/<slug:program>/curriculum/", api_curriculum.CurriculumOfProgram.as_view(), name="api-curriculum"),
    path("p/<slug:program>/cockpit/", api_cockpit.CockpitOfProgram.as_view(), name="api-cockpit"),
    path("p/<slug:program>/design/", api_design.DesignOfProgram.as_view(), name="api-design"),
    path("p/<slug:program>/measure/", api_design.MeasureOfProgram.as_view(), name="api-measure"),
    path("p/<slug:program>/arms/", api_design.Arms.as_view(), name="api-arms"),
    path("p/<slug:program>/arms/rules/", api_design.ArmRules.as_view(), name="api-arm-rules"),
    path("p/<slug:program>/arms/teams/", api_design.ArmTeams.as_view(), name="api-arm-teams"),
    path("p/<slug:program>/arms/lots/", api_design.ArmLots.as_view(), name="api-arm-lots"),
    path("p/<slug:program>/calendar/", api_calendar.CalendarOfProgram.as_view(), name="api-calendar"),
    path("p/<slug:program>/calendar/<str:step>/day/", api_calendar.DayOfStep.as_view(), name="api-step-day"),
    path(
        "p/<slug:program>/calendar/<str:step>/omission/",
        api_calendar.OmissionOfStep.as_view(),
        name="api-step-omission",
    ),
    path("p/<slug:program>/baseline/", api_design.BaselineOfProgram.as_view(), name="api-baseline"),
    path("p/<slug:program>/launch/", api_design.LaunchOfProgram.as_view(), name="api-launch"),
]

urlpatterns = [
    path("o/<slug:org>/", include(organization)),
    path("y/", include(mailed_policies)),
    path("api/v1/o/<slug:org>/", include(machines)),
]
