"""Reading what machines send: JSON in UTF-8, each member once."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser


class StrictJSONParser(BaseParser):
    """JSON as RFC 8259 has it between systems: UTF-8, no NaN, no member twice."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        encoding = (parser_context or {}).get("encoding", "utf-8")
        if codecs.lookup(encoding).name != "utf-8":
            raise UnsupportedMediaType(media_type or "")
        try:
            return json.loads(stream.read().decode("utf-8"), object_pairs_hook=_each_once, parse_constant=_not_json)
        except UnicodeDecodeError as error:
            raise ParseError(_("The body is not UTF-8 at byte %(at)d.") % {"at": error.start}) from error
        except json.JSONDecodeError as error:
            place = {"line": error.lineno, "column": error.colno}
            raise ParseError(_("The body is not JSON at line %(line)d, column %(column)d.") % place) from error
        except RecursionError as error:
            raise ParseError(_("The body is nested too deeply.")) from error
        except ValueError as error:  # a whole number of thousands of digits
            raise ParseError(_("The body holds a number that is too long.")) from error


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ParseError(_("The body names %(name)s twice.") % {"name": f"“{twice[:80]}”"})
    return found


def _not_json(constant: str) -> NoReturn:
    raise ParseError(_("%(constant)s is not JSON.") % {"constant": constant})
