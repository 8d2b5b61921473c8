"""Who may be shown figures about how many people: audiences and the thresholds frozen at launch."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

LEAST_GROUP = 5
LEAST_EXECUTIVE = 10
LEAST_FREE_TEXT = 10
LEAST_RESPONSE = 5
LEAST_BAND = 3


class Audience(StrEnum):
    """A kind of reader. Managers and system owners read the employee's table."""

    LEAD = "lead"
    EXECUTIVE = "executive"
    CHAMPION = "champion"
    EMPLOYEE = "employee"


# These readers are themselves counted: each knows one value in advance, so one more person is needed.
COUNTED = frozenset({Audience.CHAMPION, Audience.EMPLOYEE})


class ThresholdLowered(ValueError):
    """A tenant may raise a threshold, never lower it."""


class Promises(Protocol):
    """An organisation, as far as it is asked for its thresholds."""

    smallest_group: int
    smallest_group_executive: int


@dataclass(frozen=True, slots=True)
class Thresholds:
    """People needed before a figure is shown. Created at launch, frozen with the programme.

    `group`: contributors behind any figure (lead). `executive`: the same for executives.
    `free_text`: replies before texts are shown, and only when `free_text_allowed`. `response`: people
    invited before a response rate is shown. `band`: fewer than this many on either side of a yes-no figure
    is said in words. `counted`: audiences that contain contributors and therefore need one more.
    Raises ThresholdLowered for anything weaker than the defaults.
    """

    group: int = LEAST_GROUP
    executive: int = LEAST_EXECUTIVE
    free_text: int = LEAST_FREE_TEXT
    response: int = LEAST_RESPONSE
    band: int = LEAST_BAND
    free_text_allowed: bool = False
    counted: frozenset[Audience] = COUNTED

    def __post_init__(self) -> None:
        floors = {
            "group": LEAST_GROUP,
            "executive": max(LEAST_EXECUTIVE, self.group),
            "free_text": LEAST_FREE_TEXT,
            "response": LEAST_RESPONSE,
            "band": LEAST_BAND,
        }
        for name, least in floors.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise ThresholdLowered(f"{name} must be a whole number of at least {least}")
        if not self.counted >= COUNTED:
            raise ThresholdLowered("champions and employees are always counted among the contributors")

    @classmethod
    def promised_by(cls, company: Promises) -> Thresholds:
        """Those that an organisation has promised its people."""
        return cls(group=company.smallest_group, executive=company.smallest_group_executive)

    def people(self, audience: Audience) -> int:
        """Contributors needed before this audience sees a figure."""
        least = self.executive if audience is Audience.EXECUTIVE else self.group
        return least + (1 if audience in self.counted else 0)

    def as_dict(self) -> dict[str, object]:
        """Plain values for a snapshot's parameters; `Thresholds.from_dict` reads them back."""
        return {
            "group": self.group,
            "executive": self.executive,
            "free_text": self.free_text,
            "response": self.response,
            "band": self.band,
            "free_text_allowed": self.free_text_allowed,
            "counted": sorted(self.counted),
        }

    @classmethod
    def from_dict(cls, stored: dict[str, object]) -> Thresholds:
        """Inverse of `as_dict`. Raises TypeError for unknown names, ThresholdLowered for weak values."""
        values = dict(stored)
        counted = values.pop("counted", sorted(COUNTED))
        if not isinstance(counted, list):
            raise TypeError("counted must be a list of audiences")
        return cls(counted=frozenset(Audience(name) for name in counted), **values)  # type: ignore[arg-type]
