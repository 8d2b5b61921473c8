"""The programme floor's pages, one room a subject."""

from adoption.programs.views.programs import baseline_open, comparison, launch, program, program_new, programs
from adoption.programs.views.waiting import waiting_programs

__all__ = ["baseline_open", "comparison", "launch", "program", "program_new", "programs", "waiting_programs"]
