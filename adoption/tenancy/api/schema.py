"""The OpenAPI document: made from the code once a process, the same for every organisation, and therefore public."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.utils import OpenApiParameter
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from adoption.tenancy import rules
from adoption.tenancy.api.authentication import SignedIn, TokenAuthentication
from adoption.tenancy.api.errors import EXPLAINED_AT, KINDS, MEDIA_TYPE
from adoption.tenancy.api.idempotency import HEADER, REPEATED

# Which kinds of problem each address answers with, beside those its own parameters bring.
_ALWAYS = ("invalid", "unauthenticated", "forbidden", "not-found", "not-acceptable", "too-many-requests")
_WHEN_WRITING = ("unreadable", "conflict", "key-reused", "in-progress", "too-large", "unsupported-media-type")
_WITH_PRECONDITION = ("stale", "precondition-required")


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Tokens, as the document describes them."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": f"{rules.TOKEN_PREFIX}…",
            "description": str(
                _("A token for one organisation. It may do what its scopes name and its member may do today.")
            ),
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Sessions, as the document describes them."""

    target_class = SignedIn
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": str(
                _("The session of somebody signed in to the application. Writing also needs the X-CSRFToken header.")
            ),
        }


class AddressSchema(AutoSchema):
    """Adds what every address shares: the organisation in the path, and the idempotency key of writes."""

    def get_override_parameters(self) -> list[Any]:
        org = OpenApiParameter(
            "org", str, OpenApiParameter.PATH, description=_("The organisation's short name, as in its address.")
        )
        if self.method == "GET":
            return [org]
        said = _("A random key of your own: the same request is carried out once, its answer given again for 24 hours.")
        key = OpenApiParameter(
            HEADER, {"type": "string", "pattern": "^[!-~]{1,200}$"}, OpenApiParameter.HEADER, description=said
        )
        given_again = _("Present when the answer is the one kept from an earlier request.")
        again = OpenApiParameter(
            REPEATED,
            {"type": "string", "enum": ["true"]},
            OpenApiParameter.HEADER,
            response=[200, 201, 204],
            description=given_again,
        )
        return [org, key, again]


def add_problems(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Post-processing: every refusal of every address, and bodies that take no other members than those named."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = _problem_schema()
    for operation in operations(result):
        kinds = [*_ALWAYS, *(_WHEN_WRITING if operation["method"] != "get" else ())]
        parameters = operation["value"].get("parameters", [])
        if any(parameter["name"] == "If-Match" for parameter in parameters):
            kinds += _WITH_PRECONDITION
        statuses: dict[int, list[str]] = {}
        for kind in kinds:
            statuses.setdefault(KINDS[kind].status, []).append(kind)
        for status, names in sorted(statuses.items()):
            operation["value"]["responses"][str(status)] = _problem_response(status, names)
        body = (
            operation["value"].get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        )
        if "$ref" in body:
            # What comes in is closed; what goes out may grow.
            schemas[body["$ref"].rpartition("/")[2]]["additionalProperties"] = False
    return result


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Every address and method of the document: path, method, value."""
    return [
        {"path": path, "method": method, "value": value}
        for path, methods in document["paths"].items()
        for method, value in methods.items()
        if method in {"get", "post", "put", "patch", "delete"}
    ]


def _problem_response(status: int, names: list[str]) -> dict[str, Any]:
    headers = {}
    if status == 401:
        headers["WWW-Authenticate"] = {"schema": {"type": "string"}, "required": True}
    if status == 429:
        headers["Retry-After"] = {"schema": {"type": "string", "pattern": "^[0-9]+$"}, "required": True}
    return {
        "description": " · ".join(str(KINDS[name].title) for name in names),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        **({"headers": headers} if headers else {}),
    }


def _problem_schema() -> dict[str, Any]:
    error = {
        "type": "object",
        "properties": {
            "in": {"type": "string", "enum": ["body", "query", "header"]},
            "field": {"type": "string", "description": str(_("Empty when the body as a whole is meant."))},
            "code": {"type": "string", "description": str(_("For programs: `required`, `unknown`, `mail_taken` …"))},
            "detail": {"type": "string", "description": str(_("For people."))},
        },
        "required": ["in", "field", "code", "detail"],
    }
    return {
        "type": "object",
        "description": str(_("What went wrong (RFC 9457).")),
        "properties": {
            "type": {
                "type": "string",
                "format": "uri-reference",
                "description": str(_("Where the kind of problem is explained.")),
            },
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "code": {
                "type": "string",
                "enum": list(KINDS),
                "description": str(_("The kind of problem, for programs.")),
            },
            "errors": {"type": "array", "items": error, "description": str(_("What to mend, field by field."))},
            "permissions": {
                "type": "array",
                "items": {"type": "string"},
                "description": str(_("With `forbidden`: what is missing.")),
            },
        },
        "required": ["type", "title", "status", "detail", "code"],
        "examples": [
            {
                "type": EXPLAINED_AT + "conflict",
                "title": str(KINDS["conflict"].title),
                "status": 409,
                "detail": str(KINDS["conflict"].meaning),
                "code": "conflict",
                "errors": [
                    {
                        "in": "body",
                        "field": "mail",
                        "code": "mail_taken",
                        "detail": str(_("Somebody else already has this address.")),
                    }
                ],
            }
        ],
    }


def document() -> dict[str, Any]:
    """The OpenAPI document in the language of the moment. To be read, not changed."""
    return _document(get_language() or "en-gb")


@cache
def _document(language: str) -> dict[str, Any]:
    with override(language):
        made = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
        # Lazy words become text, in this language.
        plain: dict[str, Any] = json.loads(json.dumps(made, default=str))
    return plain


class _Json(BaseRenderer):
    media_type, format = "application/json", "json"


class _OpenApiJson(BaseRenderer):
    media_type, format = "application/vnd.oai.openapi+json", "json"


class _Yaml(BaseRenderer):
    media_type, format = "application/yaml", "yaml"


class _OpenApiYaml(BaseRenderer):
    media_type, format = "application/vnd.oai.openapi", "yaml"


class _ByAddress(DefaultContentNegotiation):
    """`?format=yaml` beside the Accept header, at this one address."""

    class settings:  # noqa: N801 - the framework's name
        URL_FORMAT_OVERRIDE = "format"


@cache
def _written(language: str, form: str) -> bytes:
    found = _document(language)
    if form == "yaml":
        return bytes(OpenApiYamlRenderer().render(found))  # type: ignore[no-untyped-call]
    return json.dumps(found, ensure_ascii=False, indent=1).encode()


class Schema(APIView):
    """The OpenAPI document as JSON or YAML. For everybody."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    renderer_classes = (_Json, _OpenApiJson, _Yaml, _OpenApiYaml)
    content_negotiation_class = _ByAddress
    schema = None

    def get(self, request: Request) -> HttpResponse:
        renderer = request.accepted_renderer
        content = _written(get_language() or "en-gb", renderer.format)
        tag = hashlib.sha256(content).hexdigest()[:32]
        headers = {"ETag": f'"{tag}"', "Cache-Control": "public, max-age=300"}
        return HttpResponse(content, content_type=f"{renderer.media_type}; charset=utf-8", headers=headers)
