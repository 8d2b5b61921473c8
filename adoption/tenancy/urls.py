"""The ground floor's addresses."""

from django.urls import URLPattern, URLResolver, include, path

from adoption.tenancy import views
from adoption.tenancy.api import urls as api

# /
root: list[URLPattern | URLResolver] = [
    path("", views.start, name="start"),
    path("new/", views.organization_new, name="organization-new"),
    # Before allauth's own, and at its address.
    path("sign-in/login/code/", views.request_code, name="request-code"),
    path("switch/", views.switch, name="switch"),
    path("demo/enter/<slug:persona>/", views.demo_enter, name="demo-enter"),
]

# /o/<org>/roles/
roles = [
    path("", views.roles, name="roles"),
    path("invite/", views.invite, name="invite"),
    path("invite/several/", views.invite_several, name="invite-several"),
    path("invite/<uuid:person>/", views.invite_person, name="invite-person"),
    path("invitations/<uuid:invitation>/resend/", views.invitation_resend, name="invitation-resend"),
    path("invitations/<uuid:invitation>/withdraw/", views.invitation_withdraw, name="invitation-withdraw"),
    path("<uuid:person>/", views.member, name="member"),
    path("<uuid:person>/end/", views.member_end, name="member-end"),
]

# /o/<org>/tokens/
tokens = [
    path("", views.tokens, name="tokens"),
    path("<uuid:token>/revoke/", views.token_revoke, name="token-revoke"),
]

# /o/<org>/people/import/
people_import = [
    path("", views.people_import, name="people-import"),
    path("<uuid:people_import>/", views.people_import_show, name="people-import-show"),
    path("<uuid:people_import>/columns/", views.people_import_mapping, name="people-import-mapping"),
    path("<uuid:people_import>/missing/", views.people_import_absent, name="people-import-absent"),
    path("<uuid:people_import>/commit/", views.people_import_commit, name="people-import-commit"),
    path("<uuid:people_import>/discard/", views.people_import_discard, name="people-import-discard"),
    path("<uuid:people_import>/undo/", views.people_import_undo, name="people-import-undo"),
    path("<uuid:people_import>/problems/", views.people_import_problems, name="people-import-problems"),
]

# /o/<org>/people/
people: list[URLPattern | URLResolver] = [
    path("", views.people, name="people"),
    path("find/", views.people_find, name="people-find"),
    path("add/", views.person_add, name="person-add"),
    path("import/", include(people_import)),
    path("<uuid:person>/", views.person, name="person"),
    path("<uuid:person>/edit/", views.person_edit, name="person-edit"),
    path("<uuid:person>/leave/", views.person_leave, name="person-leave"),
    path("<uuid:person>/alias/", views.person_alias, name="person-alias"),
    path("<uuid:person>/departure/", views.person_departure, name="person-departure"),
    path("<uuid:person>/erase/", views.person_erase, name="person-erase"),
]

# /o/<org>/
organization: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("people/", include(people)),
    path("roles/", include(roles)),
    path("tokens/", include(tokens)),
    path("audit/", views.audit, name="audit"),
    path("audit/export/", views.audit_export, name="audit-export"),
    path("settings/", views.organization_settings, name="organization-settings"),
    path("settings/promises/", views.organization_promises, name="organization-promises"),
    path("settings/closures/", views.organization_closures, name="organization-closures"),
    path("settings/closures/holidays/", views.closures_holidays, name="closures-holidays"),
    path("settings/closures/back/", views.closures_back, name="closures-back"),
    path("settings/closures/<uuid:closure>/back/", views.closure_back, name="closure-back"),
    path("guide/away/", views.guide_away, name="guide-away"),
    path("guide/back/", views.guide_back, name="guide-back"),
    path("me/", views.me, name="me"),
    path("me/data/", views.me_export, name="me-export"),
]

urlpatterns = [
    *root,
    path("o/<slug:org>/", include(organization)),
    path("api/v1/", include(api.root)),
    path("api/v1/o/<slug:org>/", include(api.organization)),
]
