"""Hands that never leave the keyboard: Tab, Enter, Space, arrows and letters. The focus must be visible wherever it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

Name = str | re.Pattern[str]

# What has the focus: what a screen reader would call it, what it is, whether it is checked, and whether the eye finds it.
_HERE = """() => {
  const at = document.activeElement;
  const clean = (text) => (text ?? "").replace(/\\s+/g, " ").trim();
  const style = getComputedStyle(at);
  const label = at.labels?.length ? at.labels[0].innerText : "";
  const shown = (at.type === "file" ? getComputedStyle(at) : style);
  return {
    name: clean(at.getAttribute("aria-label")) || clean(label) || clean(at.textContent.length < 400 ? at.textContent : ""),
    tag: at.tagName.toLowerCase(),
    type: at.type ?? "",
    group: at.name ?? "",
    checked: at.checked === true,
    chosen: at.tagName === "SELECT" ? clean(at.selectedOptions[0]?.textContent) : "",
    visible: shown.outlineStyle !== "none" || shown.boxShadow !== "none",
  };
}"""
MOST_STOPS = 160


@dataclass
class Keyboard:
    """Somebody at a desk without a mouse."""

    page: Page

    def __post_init__(self) -> None:
        # From the first listener on the browser hands its windows for files over. One that opens before that is lost, so
        # there is one from the beginning.
        self.page.on("filechooser", lambda _chooser: None)

    def to(self, name: Name, *, tag: str = "") -> dict[str, str]:
        """Go from stop to stop until one has this name. Fails where it cannot be reached, or where the focus cannot be seen."""
        passed = []
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            here = self._here()
            # Tab comes to neither: a page that has only just arrived begins there.
            if here["tag"] in {"body", "main"}:
                continue
            assert here["visible"], f"the focus cannot be seen on {here['tag']} {here['name']!r} of {self.page.url}"
            if (not tag or here["tag"] == tag) and _is(here["name"], name):
                return here
            passed.append(here["name"][:60])
        raise AssertionError(f"the keyboard never comes to {name!r} on {self.page.url}, only to {passed}")

    def press(self, name: Name) -> None:
        """Go to a button or link, and press it."""
        here = self.to(name)
        assert here["tag"] in {"a", "button", "summary"}, here
        self.page.keyboard.press("Enter")

    def type(self, label: Name, text: str) -> None:
        """Write into a field, over what stands there."""
        self.to(label)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def pick(self, label: Name, option: str) -> None:
        """Choose from a list by the first letters, as lists take them."""
        self.to(label, tag="select")
        self.page.keyboard.type(option)
        assert self._here()["chosen"].startswith(option), f"{label!r} stands on {self._here()['chosen']!r}"

    def choose(self, option: Name) -> None:
        """Choose one of several circles: Tab comes to the group, the arrows go through it."""
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            here = self._here()
            if here["type"] != "radio":
                continue
            for _ in range(8):
                if _is(here["name"], option):
                    self.page.keyboard.press("Space")
                    assert self._here()["checked"], option
                    return
                self.page.keyboard.press("ArrowDown")
                here = self._here()
        raise AssertionError(f"no circle is called {option!r} on {self.page.url}")

    def tick(self, name: Name) -> None:
        """Tick a box."""
        here = self.to(name)
        assert here["type"] == "checkbox", here
        if not here["checked"]:
            self.page.keyboard.press("Space")
        assert self._here()["checked"], name

    def give(self, label: Name, file: Path) -> None:
        """Choose a file: the keyboard opens the system's own window, which is not ours."""
        here = self.to(label)
        assert here["type"] == "file", here
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files(file)

    def skip(self) -> None:
        """The first stop of every page leads past its navigation."""
        self.press("Skip to content")
        expect(self.page.locator("#main")).to_be_focused()

    def _here(self) -> dict[str, str]:
        here: dict[str, str] = self.page.evaluate(_HERE)
        return here


def _is(said: str, name: Name) -> bool:
    return said == name if isinstance(name, str) else name.search(said) is not None
