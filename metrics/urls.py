"""The evidence floor's addresses."""

from django.urls import include, path

from adoption.outbox.views.link import arrive
from adoption.outbox.views.privacy import who_sees_by_link
from metrics import views
from metrics.actions.weeks import WEEK
from metrics.api import urls as api
from metrics.rules.exports import LINK_PURPOSE
from metrics.views.so_far import adoption_so_far

# /o/<org>/
organization = [
    path("week/", views.week, name="week"),
    path("waiting/week/", views.waiting_week, name="waiting-week"),
    path("usage/", views.usage_imports, name="usage-imports"),
    path("usage/<uuid:usage_import>/", views.usage_import, name="usage-import"),
    path("usage/<uuid:usage_import>/commit/", views.usage_import_commit, name="usage-import-commit"),
    path("usage/<uuid:usage_import>/discard/", views.usage_import_discard, name="usage-import-discard"),
    path("usage/<uuid:usage_import>/undo/", views.usage_import_undo, name="usage-import-undo"),
    path("usage/<uuid:usage_import>/problems.csv", views.usage_import_problems, name="usage-import-problems"),
    path("usage/review/", views.usage_review, name="usage-review"),
    path("evidence/", views.evidence_of_all, name="evidence-of-all"),
    path("waiting/usage/", views.waiting_usage, name="waiting-usage"),
    path("waiting/review/", views.waiting_review, name="waiting-review"),
    path("pods/<uuid:pod>/weeks/", views.pod_weeks, name="pod-weeks"),
]

# /o/<org>/p/<program>/
program = [
    path("evidence/", views.evidence, name="evidence"),
    path("evidence/so-far/", adoption_so_far, name="adoption-so-far"),
    path("evidence/<slug:chart>.svg", views.evidence_picture, name="evidence-picture"),
    path("evidence/<slug:chart>.csv", views.evidence_picture_table, name="evidence-picture-table"),
    path("evidence.csv", views.evidence_export, name="evidence-export"),
    path("exports/", views.exports, name="exports"),
    path("exports/<uuid:export>/", views.export, name="export"),
    path("exports/<uuid:export>/file/", views.export_file, name="export-file"),
    path("evidence/links/", views.evidence_links, name="evidence-links"),
    path("evidence/links/<uuid:evidence_link>/end/", views.evidence_link_end, name="evidence-link-end"),
    path("money/", views.money, name="money"),
    path("money/prices/", views.money_prices, name="money-prices"),
    path("money.csv", views.money_export, name="money-export"),
    path("analyst/", views.analyst, name="analyst"),
    path("analyst.csv", views.analyst_export, name="analyst-export"),
]

# /w/
mailed_week = [
    path("<uuid:link>/", views.week_by_link, name="week-by-link"),
    path("<uuid:link>/who/", who_sees_by_link(WEEK), name="week-who"),
    path("<str:token>/", arrive("week-by-link", WEEK), name="week-arrive"),
]

# /e/
mailed_evidence = [
    path("<uuid:link>/", views.shared_evidence, name="shared-evidence"),
    path("<uuid:link>/file/", views.shared_evidence_file, name="shared-evidence-file"),
    path("<str:token>/", arrive("shared-evidence", LINK_PURPOSE), name="shared-evidence-arrive"),
]

urlpatterns = [
    path("o/<slug:org>/", include(organization)),
    path("o/<slug:org>/p/<slug:program>/", include(program)),
    path("w/", include(mailed_week)),
    path("e/", include(mailed_evidence)),
    path("api/v1/o/<slug:org>/", include(api.organization)),
]
