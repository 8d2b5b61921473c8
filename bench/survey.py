"""Rows 3 and 4: a survey's page, and answering it, through the whole stack; flat in what was answered before."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import cycle, islice

from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token

from adoption.tenancy.walls import as_owner
from bench.ground import make_like, run, use, vacuum, wall_in
from bench.rounds import Contestant, Measured, compare
from bench.web import Visitor, company, counted, stack, stripped, visitors
from surveys import actions
from surveys.models import Answer, Ask
from surveys.rules import WaveKind

PEOPLE = 60
MANY, FEW = "many", "few"

# Published, not measured here: the same machine, two cores, the same two floors in the same unit.
FLOOR_GET, FLOOR_POST = 2 / 9_400, 2 / 2_400  # seconds of a core
LIME_GET = 0.245  # seconds
LIME_SUBMISSION, DJANGO_SURVEY_SUBMISSION = 2 / 5.7, 2 / 27  # seconds of a core
# So many floors may a page, and a page with its answer, take.
PAGE_GOAL = LIME_GET / 50 / FLOOR_GET
ANSWER_GOAL = min(LIME_SUBMISSION / 60, DJANGO_SURVEY_SUBMISSION / 12) / (FLOOR_GET + FLOOR_POST)

FILL = """
INSERT INTO {table} (organization_id, ask_id, item, item_version, version, number, choice, text, valid_at, recorded_at)
SELECT 1000000, n / 10, 'item' || n %% 10, 1, 1, n %% 100, '', '', %(at)s, %(at)s FROM generate_series(1, %(rows)s) n
"""
BARE = "INSERT INTO floor_answer (who, given, recorded_at) VALUES (%s, %s, %s)"


def measure_both(size: int, rounds: int, seconds: float) -> tuple[Measured, list[str], list[str], int]:
    """A page, and a page with its answer, among `size` answers of before and among a tenth."""
    now = datetime.now(UTC)
    for schema, rows in ((MANY, size), (FEW, size // 10)):
        make_like(Answer, schema, FILL, {"rows": rows, "at": now})
        wall_in(Answer, schema)
        vacuum(f"{schema}.surveys_answer")
    with as_owner():
        run(
            "CREATE TABLE floor_answer (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
            " who bigint, given text, recorded_at timestamptz)"
        )
        run("GRANT ALL ON floor_answer TO app_user; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO app_user")
    with stack() as application:
        made = company("surveyed", people=PEOPLE)
        with made.inside():
            actions.open_wave(program=made.program, kind=WaveKind.BASELINE, at=now)
            asks = {one.person: one.pk for one in Ask.objects.select_related("person__organization")}
        use(MANY)
        everybody = visitors(application, made, actions.SURVEY, asks)
        shown = everybody[0][0].get(everybody[0][1]).body
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', shown.decode()))
        hidden.pop("csrfmiddlewaretoken")
        turns = cycle([(who, page, minutes) for minutes in (30, 45, 60) for who, page in everybody])

        def page() -> None:
            visitor, address, _ = next(turns)
            assert visitor.get(address).status == 200

        def answered() -> None:
            visitor, address, minutes = next(turns)
            assert visitor.get(address).status == 200
            given = {"how": "template", "minutes": str(minutes), "times": "3", "with_ai": "2", "timed": "estimated"}
            assert visitor.post(address, **hidden, send="1", **given).status == 302

        def bare_page(request: WSGIRequest) -> HttpResponse:
            with connection.cursor() as cursor:
                cursor.execute("SELECT who, given FROM floor_answer WHERE id = %s", [1])
                cursor.fetchone()
            return HttpResponse(shown.replace(b"csrfmiddlewaretoken", get_token(request).encode(), 1))

        def bare_answer(request: WSGIRequest) -> HttpResponse:
            with connection.cursor() as cursor:
                cursor.execute(BARE, [1, str(request.POST.dict()), datetime.now(UTC)])
            return HttpResponseRedirect("/?done")

        reader, writer = Visitor(stripped(bare_page)), Visitor(stripped(bare_answer))

        def floor() -> None:
            assert reader.get("/").status == 200

        def floor_answered() -> None:
            floor()
            assert writer.post("/", how="template", minutes="30", times="3", with_ai="2").status == 302

        for call in (page, answered, floor, floor_answered):
            call()
        statements, writes = counted(page), counted(answered)
        measured = compare(
            {
                "floor": Contestant(floor),
                "page": Contestant(page, lambda: use(MANY)),
                "floor, answered": Contestant(floor_answered),
                "answered": Contestant(answered, lambda: use(MANY)),
                "answered among few": Contestant(answered, lambda: use(FEW)),
            },
            rounds=rounds,
            slice_seconds=seconds,
        )
        return measured, statements, list(islice(writes, len(statements), None)), len(shown)
