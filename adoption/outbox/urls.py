"""The outbox's addresses."""

from django.urls import include, path

from adoption.outbox import views

# /o/<org>/
organization = [
    path("me/messages/", views.my_messages, name="my-messages"),
    path("deliveries/", views.deliveries, name="deliveries"),
    path("deliveries/<uuid:message>/again/", views.deliveries_again, name="deliveries-again"),
    path("deliveries/to/<uuid:person>/again/", views.address_again, name="address-again"),
]

# /i/
invitation = [
    path("<uuid:link>/", views.invitation, name="invitation"),
    path("<str:token>/", views.arrive("invitation", "invitation"), name="invitation-arrive"),
]

# /u/
unsubscribe = [
    path("<uuid:link>/", views.unsubscribe, name="unsubscribe"),
    path("<str:token>/", views.unsubscribe_arrive, name="unsubscribe-arrive"),
]

# /mailbox/, in a demo only
mailbox = [
    path("", views.mailbox, name="mailbox"),
    path("<str:name>/", views.mailbox_mail, name="mailbox-mail"),
    path("<str:name>/html/", views.mailbox_html, name="mailbox-html"),
]

# /mail/, where a provider reports what became of mails
reports = [
    path("reports/", views.mail_reports, name="mail-reports"),
]

urlpatterns = [
    path("o/<slug:org>/", include(organization)),
    path("i/", include(invitation)),
    path("u/", include(unsubscribe)),
    path("mailbox/", include(mailbox)),
    path("mail/", include(reports)),
]
