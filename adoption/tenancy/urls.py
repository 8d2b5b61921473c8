"""The ground floor's addresses."""

from django.urls import include, path

from adoption.tenancy import views
from adoption.tenancy.api import urls as api

# /
root = [
    path("", views.start, name="start"),
    path("switch/", views.switch, name="switch"),
    path("demo/enter/<slug:persona>/", views.demo_enter, name="demo-enter"),
]

# /o/<org>/roles/
roles = [
    path("", views.roles, name="roles"),
    path("invite/", views.invite, name="invite"),
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

# /o/<org>/
organization = [
    path("", views.home, name="home"),
    path("roles/", include(roles)),
    path("tokens/", include(tokens)),
    path("audit/", views.audit, name="audit"),
    path("audit/export/", views.audit_export, name="audit-export"),
    path("settings/", views.organization_settings, name="organization-settings"),
    path("me/", views.me, name="me"),
    path("me/data/", views.me_export, name="me-export"),
    path("people/<uuid:person>/erase/", views.person_erase, name="person-erase"),
]

urlpatterns = [
    *root,
    path("o/<slug:org>/", include(organization)),
    path("api/v1/", include(api.root)),
    path("api/v1/o/<slug:org>/", include(api.organization)),
]
