"""Exports that are not read here, recognised so that the refusal can name them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from adoption.tenancy.rules import people_file
from adoption.tenancy.rules.people_file import Field, Shape
from adoption.tenancy.rules.sheets import normal_name

M365, VIVA, PURVIEW, GITHUB, CLAUDE, GEMINI, PEOPLE = "m365 viva purview github claude gemini people".split()
NAMES = (M365, VIVA, PURVIEW, GITHUB, CLAUDE, GEMINI, PEOPLE)

# Whose a header is that has all of the first columns, and one of the second where there are any.
_COLUMNS: tuple[tuple[str, frozenset[str], frozenset[str]], ...] = tuple(
    (name, frozenset(every.split()), frozenset(one.split()))
    for name, every, one in (
        (VIVA, "personid", "metricdate totalcopilotactionstaken totalcopilotactivedays totalcopilotenableddays"),
        (PURVIEW, "auditdata", "operation recordtype creationdate"),
        (GITHUB, "userlogin", "userinitiatedinteractioncount codegenerationactivitycount usedagent usedchat"),
        (GITHUB, "login", "lastactivityat lastsurfaceused lastauthenticatedat"),
        (CLAUDE, "", "chatmetricsmessagecount claudecodemetrics totalprompttokens"),
    )
)
_IN_JSON: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    (GITHUB, (b'"user_login"', b'"last_activity_editor"')),
    (M365, (b"copilotchatlastactivitydate", b"copilotactivityuserdetails")),
    (CLAUDE, (b'"chat_metrics"', b'"claude_code_metrics"')),
    (GEMINI, (b"gemini_in_workspace_apps",)),
    (PURVIEW, (b"copilotinteraction",)),
)
_HEAD = 8 * 1024


def in_header(header: Sequence[str]) -> str:
    """The name of whose table this is, or ""."""
    names = {normal_name(name) for name in header}
    # Every application of Microsoft's has a column of its own, and new ones come.
    if "userprincipalname" in names and _some(names, "copilot"):
        return M365
    for name, every, one in _COLUMNS:
        if every <= names and names & one:
            return name
    if "personid" in names and _some(names, "copilot"):
        return VIVA
    for name, word in ((CLAUDE, "claude"), (GEMINI, "gemini"), (GEMINI, "uniquequalifier")):
        if _some(names, word):
            return name
    proposal = people_file.propose(header)
    is_people = proposal.shape is not Shape.OTHER or {Field.NAME, Field.MAIL} <= proposal.mapping.keys()
    return PEOPLE if is_people else ""


def in_json(content: bytes) -> str:
    """The name of whose JSON this is, or ""."""
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not head.startswith((b"{", b"[")):
        return ""
    return next((name for name, marks in _IN_JSON if any(mark in head for mark in marks)), "")


def _some(names: Collection[str], word: str) -> bool:
    return any(word in name for name in names)
