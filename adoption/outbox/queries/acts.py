"""How the audit trail tells what was done about speech."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, str | Promise] = {
    "message.bounced": _("learned that a message did not arrive"),
    "message.sent_again": _("sent a message again"),
    "preference.changed": _("changed what %(subject)s is written to about"),
}
