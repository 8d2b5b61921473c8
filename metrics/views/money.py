"""What a programme costs and what comes of it, by the customer's own figures."""

from __future__ import annotations

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from adoption.programs.forms import asked_program
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from metrics.actions.money import set_prices
from metrics.exports.money import money_csv
from metrics.forms import PRICE_WORDS, PricesForm
from metrics.models import Prices
from metrics.queries import money as queries
from metrics.rules import audience_of


@requires(Permission.SEE_EVIDENCE)
@require_safe
def money(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Every line with its range, what it means, and what it rests on."""
    found = _money(request, program)
    facts = {
        "money": found,
        "entered": [(PRICE_WORDS[one.name], one) for one in queries.entered(found.prices)],
        "manages": Permission.MANAGE_PROGRAMS in request.permissions,
    }
    return render(request, "metrics/money.html", facts)


@requires(Permission.SEE_EVIDENCE)
@require_safe
def money_export(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """The same lines as a table for a spreadsheet."""
    answer = HttpResponse(money_csv(_money(request, program)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="money-{program}.csv"'
    return answer


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def money_prices(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """The customer's own figures: all that is reckoned with."""
    found = asked_program(program)
    if request.method == "POST":
        form = PricesForm(request.POST)
        if form.is_valid():
            set_prices(
                program=found,
                currency=form.cleaned_data["currency"],
                prices=form.prices,
                other_what=form.cleaned_data["other_what"],
                by=request.person,
                at=request.at,
            )
            messages.success(request, _("Your figures are kept."))
            return redirect("money", org=org, program=program)
    else:
        kept = Prices.objects.filter(program=found).first()
        form = PricesForm(initial=model_to_dict(kept) if kept else None)
    facts = {"program": found, "form": form}
    return render(request, "metrics/money_prices.html", facts, status=422 if form.errors else 200)


def _money(request: OrganizationRequest, program: str) -> queries.Money:
    return queries.money(asked_program(program), audience_of(request.roles), at=request.at)
