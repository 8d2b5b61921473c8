"""The peer moment: what members offer to show their pod."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.fields import StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.rules import Permission
from champions.api.kit import read, shown
from pods import rules
from pods.actions import showings as actions
from pods.api.names import POD, NameOut
from pods.models import Pod, Seat, Showing


@extend_schema_serializer(component_name="Showing")
class ShowingOut(serializers.Serializer[Showing]):
    """Two minutes that a member offers to show the pod."""

    person = NameOut()
    task = serializers.CharField()
    minutes_now = serializers.IntegerField(allow_null=True)
    minutes_before = serializers.IntegerField(allow_null=True)
    offered_at = serializers.DateTimeField()


@extend_schema_serializer(component_name="ShowingPage")
class ShowingsOut(serializers.Serializer[Any]):
    """Some offers, in the order in which they were made."""

    items = ShowingOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("The address of the next page; null after the last."))


@extend_schema_serializer(component_name="NewShowing")
class ShowingIn(StrictSerializer):
    """What one would show, and how long it takes now and took before."""

    task = Text(max_length=rules.FINISHED_LENGTH)
    minutes_now = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=rules.MOST_MINUTES
    )
    minutes_before = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=rules.MOST_MINUTES
    )


class Showings(Address):
    """What is offered to be shown in a pod one leads or sits in; one's own offer in a pod one sits in."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER
    query = PageQuery

    @extend_schema(
        operation_id="listShowings",
        summary=_("List what members offer to show"),
        description=_("Of a pod you lead or sit in: what waits for its next reflection."),
        parameters=[POD, PageQuery],
        responses=ShowingsOut,
    )
    def get(self, request: Inside, org: str, pod: UUID) -> Response:
        mine = Pod.objects.led_by(request.person).values("pk")
        found: Pod = get_object_or_404(Pod.objects.filter(Q(pk__in=mine) | _sits(request)), public_id=pod)
        rows = Showing.objects.offered().filter(pod=found).select_related("person")
        page = page_of(rows, self.asked, request)
        return Response({"items": shown(ShowingOut, page.rows), "next": page.next})

    @extend_schema(
        operation_id="offerShowing",
        summary=_("Offer to show something"),
        description=_("To a pod you sit in. Offered again before it was shown, the newest words count."),
        parameters=[POD],
        request=ShowingIn,
        responses=ShowingOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, pod: UUID) -> Response:
        found = _own(request, pod)
        values = read(ShowingIn(data=request.data))
        made = actions.offer_showing(pod=found, person=request.person, at=request.at, **values)
        return Response(ShowingOut(made).data)

    @extend_schema(
        operation_id="withdrawShowing",
        summary=_("Take an offer back, or say not now"),
        description=_("Nobody asks again, and nobody is told."),
        parameters=[POD],
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Inside, org: str, pod: UUID) -> Response:
        found = _own(request, pod)
        actions.withdraw_showing(pod=found, person=request.person, at=request.at)
        actions.decline_showing(pod=found, person=request.person, at=request.at)
        return Response(status=204)


def _sits(request: Inside) -> Exists:
    return Exists(Seat.objects.current().filter(pod=OuterRef("pk"), person=request.person))


def _own(request: Inside, pod: UUID) -> Pod:
    found: Pod = get_object_or_404(Pod.objects.filter(_sits(request), program__ended_at__isnull=True), public_id=pod)
    return found
