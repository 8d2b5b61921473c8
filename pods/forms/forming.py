"""How a lead forms a pod."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from pods import rules
from pods.forms.refusals import said


class PodForm(forms.Form):
    """A pod's name. Its members are boxes beside it."""

    name = forms.CharField(label=_("Name of the pod"), max_length=rules.NAME_LENGTH)

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field that it is about."""
        self.add_error("name" if code == "pod_name_taken" else None, said(code))
