"""Evidence as slides with charts that can be edited and definitions in the notes. Imported by workers only."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree
from pptx import Presentation
from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE_DASH_STYLE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.slide import Slide
from pptx.util import Emu, Inches, Pt

from adoption.programs.rules import Arm
from metrics.exports import drawn, told
from metrics.exports.grids import MOST, Cell, Grid, Part, Row, grids
from metrics.queries import sentences
from metrics.queries.figures import Evidence, Figure
from metrics.queries.sentences import Run

INK, INK_2, INK_3 = RGBColor(0x15, 0x21, 0x1E), RGBColor(0x43, 0x52, 0x4D), RGBColor(0x5A, 0x68, 0x63)
ACCENT, COMPARE = RGBColor(0x0A, 0x65, 0x5E), RGBColor(0xA1, 0x56, 0x0A)
LINE, SOFT = RGBColor(0xC3, 0xCD, 0xC8), RGBColor(0xDD, 0xE3, 0xDF)
WHITE = RGBColor(0xFF, 0xFF, 0xFF)
# A slide cannot carry its fonts; these are everywhere, and stand for the pages' own.
SERIF, SANS = "Georgia", "Arial"
OF_ARM = {Arm.PODS.value: ACCENT, Arm.COMPARISON.value: COMPARE}
WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
LEFT, INNER = Inches(0.7), Inches(11.93)
# Lines of small type in a slide's table, so that it ends above the foot.
ROOM = 31
_BETWEEN = 0.35  # lines that a row's margins take
BLANK = 6  # the empty layout of the library's own template


def evidence_slides(evidence: Evidence, *, at: datetime) -> bytes:
    """The deck: a sentence, the curve, intervals, then every figure. Notes say what each slide's figures mean."""
    return Deck(evidence).write(at)


class Deck:
    """Slides of one programme, one after the other."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.deck = Presentation()
        self.deck.slide_width, self.deck.slide_height = WIDTH, HEIGHT

    def write(self, at: datetime) -> bytes:
        properties = self.deck.core_properties
        properties.title = _("Evidence: %(name)s") % {"name": self.evidence.program.name}
        properties.author = properties.last_modified_by = "Murmuration"
        properties.comments = self.evidence.purpose
        properties.created = properties.modified = at.replace(tzinfo=None)
        self.cover()
        if self.evidence.weeks_known:
            self.curve()
        for plot in drawn.plots(self.evidence):
            self.intervals(plot)
        for grid in grids(told.tables(self.evidence)):
            for parts in _pages(grid):
                self.grid(grid, parts)
        self.reading()
        file = io.BytesIO()
        self.deck.save(file)
        return file.getvalue()

    # --- slides

    def cover(self) -> None:
        slide = self.slide("", told.edition(self.evidence), *(table.meaning for table in told.tables(self.evidence)))
        program = self.evidence.program
        self.text(
            slide,
            f"{program.organization.name} · {program.name} · {program.workflow.name}",
            top=0.55,
            size=14,
            color=INK_2,
        )
        opening = self.evidence.opening
        runs = opening.lead.runs if opening else (Run(told.opening(self.evidence)),)
        length = sum(len(run.text) for run in runs)
        self.runs(slide, runs, top=1.1, height=2.2, size=34 if length <= 130 else 28 if length <= 200 else 22)
        beneath = told.beneath(self.evidence)
        frame = self.frame(slide, top=3.35, height=1.3)
        for number, words in enumerate(beneath):
            self.paragraph(
                frame, words, size=15, bold=number == 0, color=INK if number == 0 else INK_2, first=number == 0
            )
        for number, fact in enumerate(told.facts(self.evidence)):
            box = self.frame(slide, left=0.7 + number * 3.0, top=4.85, width=2.8, height=1.7)
            self.paragraph(box, fact.name, size=12, color=INK_2, first=True)
            self.paragraph(box, fact.value, size=22, font=SERIF)
            self.paragraph(box, fact.note, size=10.5, color=INK_3)

    def curve(self) -> None:
        evidence = self.evidence
        curve = drawn.curve(evidence)
        assert curve
        definitions = [f"{left}: {right}" for left, right in evidence.week_notes]
        slide = self.slide(curve["title"], curve["sub"], curve["said"], *definitions)
        values = CategoryChartData(number_format="0%")
        known = {week.number: week for week in evidence.weeks}
        # A week of which nothing is known keeps its place: over a gap no line is drawn.
        numbers = range(min(known), max(known) + 1)
        values.categories = [_("Base") if number < 1 else str(number) for number in numbers]
        for arm in Arm:
            said = [_value(known[number].arms[arm]) if number in known else None for number in numbers]
            values.add_series(sentences.arm_name(arm), said)
        chart = self.chart(slide, XL_CHART_TYPE.LINE_MARKERS, values, curve["said"])
        for arm, series in zip(Arm, chart.plots[0].series, strict=True):
            color = OF_ARM[arm.value]
            series.smooth = False
            series.format.line.color.rgb = color
            series.format.line.width = Pt(2.5)
            series.marker.format.line.color.rgb = color
            series.marker.format.fill.solid()
            if arm is Arm.COMPARISON:
                series.format.line.dash_style = MSO_LINE_DASH_STYLE.DASH
                series.marker.style = XL_MARKER_STYLE.DIAMOND
                series.marker.format.fill.fore_color.rgb = WHITE
            else:
                series.marker.style = XL_MARKER_STYLE.CIRCLE
                series.marker.format.fill.fore_color.rgb = color
        self.shares(chart)
        self.text(slide, f"{curve['sub']} {curve['foot']} {_n_of_weeks(evidence)}", top=6.45, size=11, color=INK_3)

    def intervals(self, plot: dict[str, Any]) -> None:
        rows = plot["rows"]
        notes = [f"{left}: {right}" for left, right in self.evidence.interval_notes]
        slide = self.slide(plot["title"], plot["sub"], plot["said"], *notes)
        values = CategoryChartData(number_format="0")
        # A bar chart counts from below; a reader from above.
        upwards = list(reversed(rows))
        values.categories = [row["name"] for row in upwards]
        values.add_series(plot["title"], [row["at"] for row in upwards])
        chart = self.chart(slide, XL_CHART_TYPE.BAR_CLUSTERED, values, plot["said"], width=7.6)
        chart.has_legend = False
        chart.plots[0].gap_width = 120
        series = chart.plots[0].series[0]
        for number, row in enumerate(upwards):
            fill = series.points[number].format.fill
            fill.solid()
            fill.fore_color.rgb = OF_ARM.get(row["kind"], INK_3)
        _error_bars(series, upwards)
        axis = chart.value_axis
        axis.minimum_scale, axis.maximum_scale = plot["low"], plot["high"]
        box = self.frame(slide, left=8.6, top=1.9, width=4.0, height=4.3)
        for number, row in enumerate(rows):
            self.paragraph(box, row["name"], size=12, color=INK_2, first=number == 0)
            self.paragraph(box, row["value"], size=17, font=SERIF, color=OF_ARM.get(row["kind"], INK))
            if row["n"] is not None:
                self.paragraph(box, f"n {row['n']}", size=11, color=INK_3)
        self.text(slide, plot["sub"], top=6.45, size=11, color=INK_3)

    def grid(self, grid: Grid, parts: Sequence[Part]) -> None:
        """Figures side by side; the notes say what each measure means."""
        slide = self.slide(grid.name or _("Every figure"), *(f"{one.name}: {one.meaning}" for one in grid.tables))
        names = _named(parts)
        heads = len(grid.heads)
        shape = slide.shapes.add_table(len(names) + 1, heads + 1, LEFT, Inches(1.45), INNER, Inches(0.25))
        table = shape.table
        _plain(shape)
        for column, width in zip(table.columns, _widths(heads), strict=True):
            column.width = Inches(width)
        self.cell(table.cell(0, 0), grid.corner, color=INK_3, line=LINE)
        for place, head in enumerate(grid.heads, 1):
            self.cell(table.cell(0, place), head.words, head.stands, color=INK_3, line=LINE)
        for number, (name, row) in enumerate(names, 1):
            self.cell(table.cell(number, 0), name, bold=row is None, line=SOFT)
            if row is None:
                table.cell(number, 0).merge(table.cell(number, heads))
                continue
            for place, cell in enumerate(row.cells, 1):
                words = (cell.line.said, " · ".join(cell.notes)) if cell else ("", "")
                self.cell(table.cell(number, place), *words, bold=True, line=SOFT)

    def reading(self) -> None:
        about = told.about(self.evidence)
        said = [f"{heading}. {left}: {right}" for heading, rows in about for left, right in rows]
        slide = self.slide(_("How to read it"), *said)
        frame = self.frame(slide, top=1.6, height=5.0)
        notes = about[0][1] if about else ()
        self.paragraph(frame, self.evidence.purpose, size=16, bold=True, first=True)
        for left, right in notes:
            self.paragraph(frame, f"{left}: {right}", size=13, color=INK_2)
        self.paragraph(frame, told.edition(self.evidence), size=12, color=INK_3)

    # --- what slides are made of

    def slide(self, title: str, *notes: str) -> Slide:
        """An empty slide with its title, its foot and its notes."""
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[BLANK])
        if title:
            self.text(slide, title, top=0.5, size=28, font=SERIF, height=0.8)
        program = self.evidence.program
        foot = f"{program.name}, {sentences.day(self.evidence.today)} · {self.evidence.purpose}"
        self.text(slide, foot, top=6.95, size=10, color=INK_3)
        said = "\n".join(filter(None, (*notes, self.evidence.purpose)))
        frame = slide.notes_slide.notes_text_frame
        assert frame
        frame.text = said
        return slide

    def frame(self, slide: Slide, *, top: float, height: float, left: float = 0.7, width: float = 11.93) -> Any:
        box = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(height))
        frame = box.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Emu(0)
        return frame

    def text(
        self,
        slide: Slide,
        words: str,
        *,
        top: float,
        size: float,
        color: RGBColor = INK,
        font: str = SANS,
        height: float = 0.4,
    ) -> None:
        self.paragraph(self.frame(slide, top=top, height=height), words, size=size, color=color, font=font, first=True)

    def runs(self, slide: Slide, runs: Iterable[Run], *, top: float, height: float, size: float) -> None:
        """A sentence whose numbers have the colours of their groups."""
        paragraph = self.frame(slide, top=top, height=height).paragraphs[0]
        for one in runs:
            run = paragraph.add_run()
            run.text = one.text
            run.font.size, run.font.name = Pt(size), SERIF
            run.font.color.rgb = OF_ARM.get(one.arm, INK)

    def paragraph(
        self,
        frame: Any,
        words: str,
        *,
        size: float,
        color: RGBColor = INK,
        font: str = SANS,
        bold: bool = False,
        first: bool = False,
    ) -> None:
        paragraph = frame.paragraphs[0] if first else frame.add_paragraph()
        paragraph.space_after = Pt(4)
        run = paragraph.add_run()
        run.text = words
        run.font.size, run.font.name, run.font.bold = Pt(size), font, bold
        run.font.color.rgb = color

    def cell(
        self, cell: Any, words: str, note: str = "", *, line: RGBColor, color: RGBColor = INK, bold: bool = False
    ) -> None:
        cell.margin_left = cell.margin_right = Inches(0.04)
        cell.margin_top = cell.margin_bottom = Inches(0.03)
        cell.vertical_anchor = MSO_ANCHOR.TOP
        frame = cell.text_frame
        self.paragraph(frame, words, size=10.5, color=color, bold=bold, first=True)
        if note:
            self.paragraph(frame, note, size=9, color=INK_3)
        for one in frame.paragraphs:
            one.alignment, one.space_after = PP_ALIGN.LEFT, Pt(0)
        _underline(cell, line)

    def chart(self, slide: Slide, kind: Any, values: CategoryChartData, said: str, *, width: float = 11.93) -> Chart:
        shape = slide.shapes.add_chart(kind, LEFT, Inches(1.5), Inches(width), Inches(4.8), values)
        # What a screen reader says in place of the picture.
        shape._element.nvGraphicFramePr.cNvPr.set("descr", said)  # noqa: SLF001
        chart: Chart = shape.chart
        chart.has_title = False
        chart.font.size, chart.font.name = Pt(12), SANS
        chart.font.color.rgb = INK_2
        chart.has_legend = True
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
        for axis in (chart.value_axis, chart.category_axis):
            axis.format.line.color.rgb = LINE
            axis.has_major_gridlines = False
        chart.value_axis.has_major_gridlines = True
        chart.value_axis.major_gridlines.format.line.color.rgb = SOFT
        return chart

    def shares(self, chart: Chart) -> None:
        """An axis of whole percent that is not cut off."""
        axis = chart.value_axis
        axis.minimum_scale, axis.maximum_scale, axis.major_unit = 0, 1, 0.25
        axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "0%", False


def _widths(columns: int) -> list[float]:
    """Inches of the names and of each column."""
    first = 4.2 if columns < MOST - 1 else 2.4
    each = min(3.2, (11.93 - first) / columns)
    return [11.93 - each * columns, *[each] * columns]


def _named(parts: Iterable[Part]) -> list[tuple[str, Row | None]]:
    """The lines of a table: a measure's name over its rows, where a grid holds several."""
    found: list[tuple[str, Row | None]] = []
    for part in parts:
        if part.name:
            found.append((part.name, None))
        found += [(row.name, row) for row in part.rows]
    return found


def _pages(grid: Grid) -> list[Sequence[Part]]:
    """A grid slide by slide: as few slides as can still be read, about equally full."""
    width = _widths(len(grid.heads))[1]
    room = ROOM - max(_lines(head.words, width) + _lines(head.stands, width) for head in grid.heads)
    pages = list(_filled(grid, room))
    for less in range(1, room):
        shorter = list(_filled(grid, room - less))
        if len(shorter) > len(pages):
            break
        pages = shorter
    return pages


def _filled(grid: Grid, room: float) -> Iterator[Sequence[Part]]:
    """Rows as long as there is room. A measure's name comes again where its rows go on."""
    first, width = _widths(len(grid.heads))[:2]
    page: list[Part] = []
    left = room
    for part in grid.parts:
        rows: list[Row] = []
        for row in part.rows:
            high = max(_lines(row.name, first), *(_high(cell, width) for cell in row.cells)) + _BETWEEN
            above = 1 + _BETWEEN if part.name and not rows else 0.0
            if (page or rows) and high + above > left:
                yield [*page, replace(part, rows=tuple(rows))] if rows else page
                page, rows, left = [], [], room
                above = 1 + _BETWEEN if part.name else 0.0
            rows.append(row)
            left -= high + above
        page.append(replace(part, rows=tuple(rows)))
    yield page


def _high(cell: Cell | None, width: float) -> float:
    return _lines(cell.line.said, width) + 0.86 * _lines(" · ".join(cell.notes), width) if cell else 0


def _lines(words: str, width: float) -> int:
    """How many lines of small type some words take in so many inches: a letter is about 0.075 inches wide."""
    return math.ceil(len(words) * 0.075 / width)


def _value(figure: Figure) -> float | None:
    """What a week says, to the whole percent of the page. A gap where it says no count."""
    return None if figure.value is None else figure.value / 100


def _n_of_weeks(evidence: Evidence) -> str:
    last = evidence.weeks[-1]
    said = [f"{one.group} {told.count(one)}" for one in last.in_order if one.n is not None]
    return _("Last week, n: %(n)s.") % {"n": "; ".join(said)} if said else ""


def _error_bars(series: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Intervals as whiskers, which the library does not know: each from its own low to its own high end."""
    if not any(row["low"] is not None for row in rows):
        return
    bars = etree.SubElement(series._element, qn("c:errBars"))  # noqa: SLF001
    for name, value in (("c:errBarType", "both"), ("c:errValType", "cust"), ("c:noEndCap", "0")):
        etree.SubElement(bars, qn(name)).set("val", value)
    for name, ends in (
        ("c:plus", [(row["high"] or row["at"]) - row["at"] if row["high"] is not None else 0 for row in rows]),
        ("c:minus", [row["at"] - row["low"] if row["low"] is not None else 0 for row in rows]),
    ):
        numbers = etree.SubElement(etree.SubElement(bars, qn(name)), qn("c:numLit"))
        etree.SubElement(numbers, qn("c:formatCode")).text = "General"
        etree.SubElement(numbers, qn("c:ptCount")).set("val", str(len(ends)))
        for number, end in enumerate(ends):
            point = etree.SubElement(numbers, qn("c:pt"))
            point.set("idx", str(number))
            etree.SubElement(point, qn("c:v")).text = str(end)
    # The order of the schema: before the categories.
    series._element.remove(bars)  # noqa: SLF001
    series._element.find(qn("c:cat")).addprevious(bars)  # noqa: SLF001


def _plain(shape: Any) -> None:
    """A table without the stripes and colours of the library's template."""
    properties = shape._element.graphic.graphicData.tbl.tblPr  # noqa: SLF001
    for name in ("firstRow", "bandRow"):
        properties.set(name, "0")
    style = properties.find(qn("a:tableStyleId"))
    # "No style, no grid".
    style.text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"


def _underline(cell: Any, color: RGBColor) -> None:
    properties = cell._tc.get_or_add_tcPr()  # noqa: SLF001
    line = etree.SubElement(properties, qn("a:lnB"))
    line.set("w", "6350")
    fill = etree.SubElement(line, qn("a:solidFill"))
    etree.SubElement(fill, qn("a:srgbClr")).set("val", str(color))
