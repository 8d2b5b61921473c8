"""What a replacement is called."""

from __future__ import annotations

from itertools import chain, count

from django.utils.translation import gettext as _

from adoption.programs.models import Program
from adoption.programs.rules import slug

LONGEST = 60


def replacement_name(program: Program) -> str:
    """A name for the replacement of a programme whose address no other programme has; numbered where one was made before."""
    taken = set(Program.objects.values_list("slug", flat=True))
    # Translators: the name of a programme that replaces another one, such as "Again: Client reports".
    name = _("Again: %(name)s") % {"name": program.name}
    numbered = (f"{name[: LONGEST - 4]} {number}" for number in count(2))
    return next(one for one in chain([name[:LONGEST]], numbered) if slug(one) not in taken)
