"""The outbox's pages, one room a subject."""

from adoption.outbox.views.deliveries import address_again, deliveries, deliveries_again
from adoption.outbox.views.invitation import invitation
from adoption.outbox.views.link import LinkRequest, arrive, by_link
from adoption.outbox.views.mailbox import mailbox, mailbox_html, mailbox_mail
from adoption.outbox.views.mine import my_messages
from adoption.outbox.views.reports import mail_reports
from adoption.outbox.views.unsubscribe import unsubscribe, unsubscribe_arrive

__all__ = [
    "LinkRequest",
    "address_again",
    "arrive",
    "by_link",
    "deliveries",
    "deliveries_again",
    "invitation",
    "mail_reports",
    "mailbox",
    "mailbox_html",
    "mailbox_mail",
    "my_messages",
    "unsubscribe",
    "unsubscribe_arrive",
]
