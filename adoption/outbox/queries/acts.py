"""How the audit trail tells what was done about speech."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, str | Promise] = {
    "address.held": _("learned that mail to %(subject)s comes back, and holds what follows"),
    "address.tried_again": _("let mail to %(subject)s be tried again"),
    "guest.held": _("learned that mail to a guest comes back, and holds what follows"),
    "guest.tried_again": _("let mail to a guest be tried again"),
    "message.bounced": _("learned that a message did not arrive"),
    "message.sent_again": _("sent a message again"),
    "preference.changed": _("changed what %(subject)s is written to about"),
}
