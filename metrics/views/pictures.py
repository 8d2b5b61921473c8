"""Each picture of the evidence on its own: as a file that looks right anywhere, and the figures behind it as a table."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from csp.constants import NONE
from csp.decorators import csp_replace
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from adoption.programs.rules import Mode
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.rules.safe_csv import write_csv
from metrics.exports.evidence import COLUMNS, evidence_rows
from metrics.queries.figures import Evidence, Figure
from metrics.views import plots
from metrics.views.evidence import evidence_for
from metrics.views.plots import Dots, Intervals, Plots

# A picture that leaves goes onto slides and paper: the light colours, whatever the reader's own page wears.
STYLE = """
text { font: 400 12px Inter, system-ui, sans-serif; fill: #43524d; font-variant-numeric: tabular-nums }
path, circle { fill: none }
.s-title { font: 500 19px "Source Serif 4", Georgia, serif; fill: #15211e }
.s-sub { font-size: 13px } .s-foot { font-size: 11px; fill: #5a6863 } .s-paper { fill: #fff }
.p-name { font-size: 12.5px; fill: #15211e } .p-strong { font-weight: 600; fill: #15211e } .p-title { fill: #5a6863 }
.p-grid { stroke: #dde3df } .p-base { stroke: #818f89 } .p-main { stroke: #15211e }
.p-check { stroke: #5a6863; stroke-dasharray: 2 3 } .p-phase { fill: #edf0ed; opacity: .6 }
.p-line { stroke-width: 2.25 } .p-cap { stroke-width: 1.5 } .p-line.p-thick { stroke-width: 3 }
.p-line.pods, .p-cap.pods { stroke: #0a655e } .p-line.ink, .p-cap.ink { stroke: #15211e }
.p-line.comparison { stroke: #a1560a; stroke-dasharray: 6 4 } .p-cap.comparison { stroke: #a1560a }
.p-band.pods { fill: #0a655e; opacity: .16 } .p-band.comparison { fill: #a1560a; opacity: .16 }
.p-few { stroke-width: 5 } .p-few.pods { stroke: #0a655e } .p-few.comparison { stroke: #a1560a }
.p-mark { stroke-width: 1.75 } .p-mark.pods { fill: #0a655e; stroke: #0a655e } .p-mark.ink { fill: #15211e; stroke: #15211e }
.p-mark.comparison { fill: #fff; stroke: #a1560a } .p-mark.p-open { fill: #fff }
.p-end { font-weight: 600 } .p-end.pods { fill: #0a655e } .p-end.comparison { fill: #a1560a }
.s-track { fill: #edf0ed } .s-fill { fill: #0a655e }
.s-bird { fill: none; stroke: #c3cdc8; stroke-width: .8 }
symbol path { fill: inherit }
.s-bird.pods { fill: #0a655e; stroke: #0a655e } .s-bird.comparison { fill: #a1560a; stroke: #a1560a }
"""
# Seen at its own address, the policy lets this one sheet of style through, and nothing else.
ALLOWED = "'sha256-" + b64encode(hashlib.sha256(STYLE.encode()).digest()).decode() + "'"

ACROSS = 552  # what is left of the sheet's 600 between its margins


@dataclass(frozen=True)
class Picture:
    """One picture: what it is called, what it says, when of whom, and the figures it is drawn from."""

    template: str
    # None where there is nothing to draw, or nothing that may be shown.
    drawn: Any
    title: str
    subtitle: str
    said: str
    days: str
    figures: tuple[Figure, ...]
    # Of the drawing, in its own units.
    width: int = 540
    height: int = 0
    keyed: bool = True

    @property
    def scale(self) -> str:
        return f"{ACROSS / self.width:.4f}"

    @property
    def foot(self) -> int:
        """Where the source stands."""
        return 104 + (round(self.height * ACROSS / self.width) if self.drawn else 30) + 34

    @property
    def whole(self) -> int:
        """How high the sheet is."""
        return self.foot + 36


@requires(Permission.SEE_EVIDENCE)
@require_safe
@csp_replace({"default-src": [NONE], "style-src": [ALLOWED], "script-src": [NONE]})  # type: ignore[arg-type]  # its stubs know no further arguments
def evidence_picture(request: OrganizationRequest, org: str, program: str, chart: str) -> HttpResponse:
    """One picture with its title, its key and its source, without anything from elsewhere."""
    found = evidence_for(request, program)
    facts = {"picture": _picture(found, chart), "evidence": found, "style": mark_safe(STYLE)}  # noqa: S308 - our own
    answer = render(request, "metrics/evidence.svg", facts, content_type="image/svg+xml; charset=utf-8")
    return _as_file(answer, f"{program}-{chart}.svg")


@requires(Permission.SEE_EVIDENCE)
@require_safe
def evidence_picture_table(request: OrganizationRequest, org: str, program: str, chart: str) -> HttpResponse:
    """The figures behind one picture, in the columns of the whole table."""
    found = evidence_for(request, program)
    behind = set(map(id, _picture(found, chart).figures))
    rows = [row for row, figure in zip(evidence_rows(found), found.figures, strict=True) if id(figure) in behind]
    answer = HttpResponse(write_csv([COLUMNS, *rows]), content_type="text/csv; charset=utf-8")
    return _as_file(answer, f"{program}-{chart}.csv")


def _as_file(answer: HttpResponse, name: str) -> HttpResponse:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _picture(evidence: Evidence, chart: str) -> Picture:
    make = _PICTURES.get(chart)
    if make is None:
        raise Http404
    return make(evidence, plots.of(evidence))


def _days(figures: Iterable[Figure]) -> str:
    """Of the first of them: what is drawn together is of the same days."""
    return next((figure.days for figure in figures), "")


def _sized(picture: Picture, drawn: Intervals | Dots | None) -> Picture:
    return replace(picture, width=drawn.width, height=drawn.height) if drawn else picture


def _weeks(evidence: Evidence, drawn: Plots) -> Picture:
    figures = tuple(figure for week in evidence.weeks for figure in week.in_order)
    occasions = evidence.program.mode == Mode.OPPORTUNITY
    return Picture(
        template="metrics/evidence_curve.html",
        drawn=drawn.curves[0] if drawn.curves else None,
        height=drawn.curves[0].height if drawn.curves else 0,
        title=_("AI on half of the occasions or more, unprompted")
        if occasions
        else _("Three or more unprompted uses, week by week"),
        subtitle=_("Share of those who answered. Band: from none of the silent to all of them."),
        said=drawn.curve_said,
        days="",
        figures=figures,
    )


def _difference(evidence: Evidence, drawn: Plots) -> Picture:
    look = evidence.opening.look if evidence.opening else None
    figures = [look.pods, look.comparison] if look else []
    figures += [one.difference for one in evidence.looks if one.difference]
    picture = Picture(
        template="metrics/evidence_intervals.html",
        drawn=drawn.headline,
        title=_("%(look)s: estimate and interval") % {"look": look.name} if look else _("Estimate and interval"),
        subtitle=_("95%, before the main look 99.9%. The upright line is no difference."),
        said=drawn.headline.said if drawn.headline else "",
        days=_days(figures),
        figures=tuple(figures),
    )
    return _sized(picture, drawn.headline)


def _minutes(evidence: Evidence, drawn: Plots) -> Picture:
    figures = tuple(figure for one in evidence.time for figure in (one.before, one.after))
    picture = Picture(
        template="metrics/evidence_intervals.html",
        drawn=drawn.minutes,
        title=_("Minutes for one task: %(workflow)s") % {"workflow": evidence.program.workflow.name},
        subtitle=_("Median and 95% interval, the same people before and after"),
        said=drawn.minutes.said if drawn.minutes else "",
        days=_days(figures),
        figures=figures,
    )
    return _sized(picture, drawn.minutes)


def _went_to(evidence: Evidence, drawn: Plots) -> Picture:
    figures = tuple(
        figure for share in (evidence.supporting.went_to if evidence.supporting else ()) for figure in share.arms
    )
    picture = Picture(
        template="metrics/evidence_dots.html",
        drawn=drawn.went_to,
        title=_("Where the time went"),
        subtitle=_("Each person named one. Share of those who said so after week 8."),
        said=drawn.went_to.said if drawn.went_to else "",
        days=_days(figures),
        figures=figures,
    )
    return _sized(picture, drawn.went_to)


def _retention(evidence: Evidence, drawn: Plots) -> Picture:
    kept = evidence.first_retention
    return Picture(
        template="metrics/evidence_bars.svg",
        drawn=drawn.chain or None,
        height=46 * len(drawn.chain),
        keyed=False,
        title=_("Out of everyone who started in the pods"),
        subtitle=_("Who still uses it 90 days after the active phase, of all who began."),
        said="; ".join(f"{bar.name}: {bar.text}" for bar in drawn.chain),
        days=kept.of_checked.days if kept else "",
        figures=tuple(kept.figures) if kept else (),
    )


def _people(evidence: Evidence, drawn: Plots) -> Picture:
    look = evidence.opening.look if evidence.opening else None
    figures = tuple(figure for figure, _birds in drawn.birds)
    trained = evidence.supporting.gap.trained if evidence.supporting else None
    return Picture(
        template="metrics/evidence_birds.svg",
        drawn=drawn.birds or None,
        height=54 + max((birds.height for _figure, birds in drawn.birds), default=0),
        keyed=False,
        title=_("Every bird is a person. The coloured ones work differently."),
        subtitle=look.name if look else "",
        said="; ".join(f"{figure.group}: {figure.said}" for figure in figures),
        days=_days(figures),
        figures=(*figures, *([trained] if trained else [])),
    )


_PICTURES: dict[str, Callable[[Evidence, Plots], Picture]] = {
    "weeks": _weeks,
    "difference": _difference,
    "minutes": _minutes,
    "time": _went_to,
    "retention": _retention,
    "people": _people,
}
