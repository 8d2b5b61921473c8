"""Pages and pictures set by typst, in the look of the application. Imported by workers only."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from adoption.disclosure.rules import Audience
from metrics.exports import drawn, grids, told
from metrics.queries import sentences
from metrics.queries.figures import Evidence

HERE = Path(__file__).resolve().parent
_LONG = 160  # a sentence that is set smaller
_PICTURE_PPI = 144


def evidence_pdf(evidence: Evidence, *, at: datetime) -> bytes:
    """The evidence of a programme on A4: cover, curve, intervals, every figure with what it means."""
    opening = told.opening(evidence)
    data = {
        **frame(evidence, _("Evidence: %(name)s") % {"name": evidence.program.name}),
        "workflow": evidence.program.workflow.name,
        "opening": [{"text": run.text, "arm": run.arm} for run in evidence.opening.lead.runs]
        if evidence.opening
        else [{"text": opening, "arm": ""}],
        "opening-long": len(opening) > _LONG,
        "beneath": told.beneath(evidence),
        "edition": told.edition(evidence),
        "facts": [{"name": one.name, "value": one.value, "note": one.note} for one in told.facts(evidence)],
        "audience": audience_words(evidence.audience),
        "curve": drawn.curve(evidence),
        "plots": drawn.plots(evidence),
        "grids": figures_in_grids(evidence),
        "about": [{"heading": heading, "rows": rows} for heading, rows in told.about(evidence)],
    }
    return pdf("evidence", data, at=at)


def curve_png(evidence: Evidence) -> bytes | None:
    """The curve as a picture; None before the first week."""
    curve = drawn.curve(evidence)
    if curve is None:
        return None
    return _compile("curve", {**frame(evidence, curve["title"]), "curve": curve}, format="png", ppi=_PICTURE_PPI)


def frame(evidence: Evidence, title: str) -> dict[str, Any]:
    """What every page of a programme carries."""
    program = evidence.program
    return {
        "title": title,
        "program": program.name,
        "organization": program.organization.name,
        "day": sentences.day(evidence.today),
        "place": f"{program.name}, {sentences.day(evidence.today)}",
        "purpose": evidence.purpose,
        "language": to_locale(get_language() or "en").split("_")[0],
        "words": {
            "pods": sentences.arm_name("pods"),
            "comparison": sentences.arm_name("comparison"),
            "changing": _("Is behaviour changing, compared with what, and how sure are we?"),
            "every-figure": _("Every figure"),
            "every-figure-means": _(
                "As the page, the API and the table have them. What is not shown is counted in every total."
            ),
            "how-to-read": _("How to read it"),
        },
    }


def figures_in_grids(evidence: Evidence) -> list[dict[str, Any]]:
    """Every figure as grids of text."""
    return [
        {
            "name": grid.name,
            "meaning": grid.meaning,
            "corner": grid.corner,
            "heads": [{"words": head.words, "stands": head.stands} for head in grid.heads],
            "parts": [
                {
                    "name": part.name,
                    "meaning": part.meaning,
                    "rows": [
                        {
                            "name": row.name,
                            "meaning": row.meaning,
                            "cells": [
                                {"said": cell.line.said, "notes": cell.notes} if cell else None for cell in row.cells
                            ],
                        }
                        for row in part.rows
                    ],
                }
                for part in grid.parts
            ],
        }
        for grid in grids.grids(told.tables(evidence))
    ]


def audience_words(audience: Audience) -> str:
    """As whom it is read."""
    if audience is Audience.LEAD:
        return _("As leads read it: groups from five people on. Please do not pass it on to executives or managers.")
    return _("As executives read it: groups from ten people on, no single pod, nobody by name.")


def pdf(name: str, data: dict[str, Any], *, at: datetime) -> bytes:
    """A document of `typst/<name>.typ`. The same data at the same time are the same bytes."""
    return _compile(name, data, format="pdf", timestamp=int(at.timestamp()), pdf_standards=["ua-1"])


def _compile(name: str, data: dict[str, Any], **how: Any) -> bytes:
    made: bytes = typst.compile(
        str(HERE / "typst" / f"{name}.typ"),
        root=str(HERE),
        font_paths=[str(HERE / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, default=str)},
        **how,
    )
    return made
