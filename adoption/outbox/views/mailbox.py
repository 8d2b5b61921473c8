"""The demo's mailbox: every mail that left, so that one can follow its links. Absent outside a demo."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from adoption.outbox.forms import read_search
from adoption.outbox.queries.mailbox import Opened, find_kept, open_kept

# A mail is somebody else's page: no scripts, no forms, no pictures from elsewhere, an origin of its own. It may style
# itself, and a click on a link leads the whole window there.
MAIL_POLICY = {
    "default-src": [NONE],
    "script-src": [NONE],
    "connect-src": [NONE],
    "font-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["data:"],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "base-uri": [NONE],
    "sandbox": ["allow-top-navigation-by-user-activation"],
}


def _in_a_demo(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@_in_a_demo
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """Mails, newest first; `q` looks for a recipient."""
    wanted = read_search(request.GET)
    found, before = find_kept(recipient=wanted, before=read_search(request.GET, "before"))
    return render(request, "outbox/mailbox.html", {"found": found, "before": before, "wanted": wanted})


@_in_a_demo
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its types know no view with arguments
@require_safe
def mailbox_mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: rendered in a sandbox, its text twin, its head."""
    return render(request, "outbox/mailbox_mail.html", {"mail": _opened(name)})


@_in_a_demo
@csp_replace(MAIL_POLICY)  # type: ignore[arg-type]
@xframe_options_sameorigin
@require_safe
def mailbox_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML twin of one mail, for the sandboxed frame."""
    html = _opened(name).html
    if not html:
        raise Http404
    # Its links open the whole window rather than the frame.
    return HttpResponse(html.replace("<head>", '<head><base target="_top">', 1))


def _opened(name: str) -> Opened:
    mail = open_kept(name)
    if mail is None:
        raise Http404
    return mail
