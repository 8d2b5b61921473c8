"""The readable page about the API: made from the same document that programs read, on the server, without a script."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.renderers import StaticHTMLRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from adoption.tenancy.api import pagination, schema
from adoption.tenancy.api.errors import KINDS

Node = dict[str, Any]


class Reference(APIView):
    """Addresses, fields, examples and problems. For everybody."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    renderer_classes = (StaticHTMLRenderer,)
    schema = None

    def get(self, request: Request) -> HttpResponse:
        return render(request._request, "api/reference.html", _facts(get_language() or "en-gb"))


@cache
def _facts(language: str) -> Node:
    """What the page shows, in the language of the moment."""
    document = schema.document()
    return {
        "about": document["info"]["description"],
        "operations": [_operation(document, one) for one in schema.operations(document)],
        "problems": list(KINDS.values()),
        "first_call": _curl("get", "/api/v1/o/ORG/people/", None),
        "rates": settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"],
        "limit": pagination.LIMIT,
        "most": pagination.MOST,
    }


def _operation(document: Node, operation: Node) -> Node:
    value = operation["value"]
    body = value.get("requestBody", {}).get("content", {}).get("application/json", {})
    sample = next((one["value"] for one in body.get("examples", {}).values()), None)
    path = operation["path"].replace("{org}", "ORG").replace("{person}", "PERSON").replace("{starts_on}", "2026-08-03")
    return {
        "anchor": slugify(value["operationId"]),
        "method": operation["method"].upper(),
        "path": operation["path"],
        "summary": value["summary"],
        "description": value.get("description", ""),
        "parameters": [_parameter(document, one) for one in value.get("parameters", []) if one["name"] != "org"],
        "fields": _fields(document, body.get("schema", {})),
        "curl": _curl(operation["method"], path, sample),
        "answers": [_answer(document, status, one) for status, one in value["responses"].items() if status < "4"],
        "refusals": [status for status in value["responses"] if status >= "4"],
    }


def _parameter(document: Node, parameter: Node) -> Node:
    return {
        "name": parameter["name"],
        "where": {"path": _("in the address"), "query": _("query"), "header": _("header")}[parameter["in"]],
        "required": parameter.get("required", False),
        "type": _type(document, parameter["schema"]),
        "description": parameter.get("description", ""),
    }


def _answer(document: Node, status: str, answer: Node) -> Node:
    content = answer.get("content", {}).get("application/json", {})
    sample = next((one["value"] for one in content.get("examples", {}).values()), None)
    return {
        "status": status,
        "fields": _fields(document, content.get("schema", {})),
        "sample": None if sample is None else json.dumps(sample, indent=2, ensure_ascii=False),
    }


def _fields(document: Node, node: Node) -> list[Node]:
    node = _resolved(document, node)
    required = node.get("required", [])
    return [
        {
            "name": name,
            "required": name in required,
            "type": _type(document, inner),
            "description": inner.get("description", ""),
        }
        for name, inner in node.get("properties", {}).items()
    ]


def _type(document: Node, node: Node) -> str:
    """A type in words: 'text, at most 120 characters', 'a day, or null'."""
    resolved = _resolved(document, node)
    kinds = resolved.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    choices = resolved.get("enum")
    words = []
    if choices:
        words.append(" | ".join(str(choice) for choice in choices if choice is not None))
    elif "array" in kinds:
        words.append(_("list of: %(what)s") % {"what": _type(document, resolved["items"])})
    elif "$ref" in node:
        words.append(node["$ref"].rpartition("/")[2])
    elif resolved.get("format") in {"uuid", "date"}:
        words.append({"uuid": "UUID", "date": "YYYY-MM-DD"}[resolved["format"]])
    else:
        plain = {"string": _("text"), "integer": _("whole number"), "number": _("number"), "boolean": "true | false"}
        words += [plain[kind] for kind in kinds if kind in plain]
    if "maxLength" in resolved:
        words.append(_("at most %(length)d characters") % {"length": resolved["maxLength"]})
    if "maximum" in resolved:
        lowest = resolved.get("minimum", resolved.get("exclusiveMinimum", 0))
        words.append(_("%(low)s to %(high)g") % {"low": lowest, "high": resolved["maximum"]})
    if "null" in kinds:
        words.append(_("or null"))
    return ", ".join(words)


def _resolved(document: Node, node: Node) -> Node:
    for inner in node.get("allOf", []) + node.get("oneOf", []):
        if "$ref" in inner:
            node = inner
    if "$ref" not in node:
        return node
    found: Node = document["components"]["schemas"][node["$ref"].rpartition("/")[2]]
    return found


def _curl(method: str, path: str, sample: Node | None) -> str:
    lines = [f"curl {'' if method == 'get' else f'-X {method.upper()} '}{settings.BASE_URL}{path}"]
    lines.append('-H "Authorization: Bearer $TOKEN"')
    if method == "patch":
        lines.append("-H 'If-Match: \"3\"'")
    if method != "get":
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    if sample is not None:
        lines.append('-H "Content-Type: application/json"')
        lines.append(f"-d '{json.dumps(sample, indent=2, ensure_ascii=False)}'")
    return " \\\n  ".join(lines)
