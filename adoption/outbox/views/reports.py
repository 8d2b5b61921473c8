"""What became of mails, as a mail provider reports it. Absent without a provider that reports and the secret it knows."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import Any

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from adoption.outbox.actions.refusals import take_report
from adoption.outbox.rules import MARK, read_mark, report_of, reporting_provider
from adoption.tenancy.models import Organization
from adoption.tenancy.walls import organization

log = structlog.get_logger(__name__)


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def mail_reports(request: HttpRequest) -> HttpResponse:
    """Take a provider's events: Anymail proves the secret and reads them. What is none of ours is passed over."""
    provider = reporting_provider(settings.EMAIL_BACKEND, settings.ANYMAIL.get("WEBHOOK_SECRET", ""))
    if not provider:
        raise Http404
    if request.method == "HEAD":
        # Some providers ask whether anybody is there when the address is entered.
        return HttpResponse()
    reader = _reader(provider)
    # A wrong secret is Django's SuspiciousOperation: 400.
    reader.run_validators(request)
    try:
        events = reader.parse_events(request)
    except (ValueError, LookupError, TypeError, AttributeError) as failure:
        log.warning("outbox.report_unreadable", failure=type(failure).__name__)
        return HttpResponseBadRequest()
    for event in events:
        _take(event, request.at)  # type: ignore[attr-defined]
    return HttpResponse()


def _reader(provider: str) -> Any:
    """Anymail's reader of one provider's events, loaded when the first one arrives."""
    module = import_module(f"anymail.webhooks.{provider}")
    (reader,) = (
        one
        for name, one in vars(module).items()
        if name.endswith("TrackingWebhookView") and one.__module__ == module.__name__
    )
    return reader()


def _take(event: Any, at: datetime) -> None:
    report = report_of(event.event_type, event.reject_reason)
    mark = read_mark((event.metadata or {}).get(MARK))
    if report is None or mark is None or not event.recipient:
        return
    organization_id, mail = mark
    if not Organization.objects.filter(pk=organization_id).exists():
        return
    with organization(organization_id):
        take_report(
            mail=mail,
            address=event.recipient,
            report=report,
            answer=str(event.mta_response or event.description or ""),
            certain=event.reject_reason == "invalid",
            at=at,
        )
