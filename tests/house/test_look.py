"""What no page may carry, and what every colour must reach: read from the sources, without a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
CSS = ROOT / "static" / "css"
# A mail carries its styles in its lines, because mail programs read no sheet; it is no page and knows no policy.
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if path.relative_to(TEMPLATES).parts[0] != "mail")

TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
COMMENT = re.compile(r"\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
VALUE = r"(?:\{%.*?%\}|\{\{.*?\}\}|[^\"])*"
CLASS = re.compile(rf'class="({VALUE})"', re.DOTALL)
ELEMENT = re.compile(rf"<([a-z][\w-]*)((?:\{{%.*?%\}}|\{{\{{.*?\}}\}}|\"{VALUE}\"|'[^']*'|[^>\"'{{])*)>", re.DOTALL)
FORM = re.compile(
    r'<form\b(?:(?!</form>).)*?method="(?:post|\{\{ attrs\.method \}\})".*?</form>', re.DOTALL | re.IGNORECASE
)
SPOKEN = re.compile(r'\{% translate "([^"]*)"|\{% blocktranslate.*?%\}(.*?)\{% endblocktranslate %\}', re.DOTALL)


def each_page() -> Iterator[tuple[str, str]]:
    for path in PAGES:
        yield path.relative_to(TEMPLATES).as_posix(), COMMENT.sub("", path.read_text())


def elements() -> Iterator[tuple[str, str, str]]:
    """Every opening tag of every page: the page's name, the element and the text of its attributes."""
    for name, page in each_page():
        for found in ELEMENT.finditer(page):
            yield name, found[1], found[2]


def test_pages_are_found() -> None:
    names = {name for name, _ in each_page()}
    assert {"base.html", "shell.html", "plain.html", "404.html", "parts/navigation.html", "account/login.html"} <= names


def test_no_inline_style() -> None:
    assert not [
        f"{name}: <{element}>"
        for name, element, attributes in elements()
        if element == "style" or re.search(r"\sstyle\s*=", TAG.sub("", attributes))
    ]


def test_no_inline_script_and_no_handler() -> None:
    assert not [
        f"{name}: <{element}>"
        for name, element, attributes in elements()
        if (element == "script" and "src=" not in attributes and 'type="application/json"' not in attributes)
        or re.search(r"\s(on\w+|hx-on[\w:-]*)\s*=|javascript:", TAG.sub("", attributes))
    ]


def test_pages_load_from_no_other_host() -> None:
    assert not [
        f"{name}: {address}"
        for name, element, attributes in elements()
        if element in {"script", "link", "img", "use", "iframe", "source"}
        for address in re.findall(r'(?:src|href)="((?:https?:)?//[^"]+)"', attributes)
    ]


def test_every_fragment_has_an_address_that_works_without_script() -> None:
    assert not [
        f"{name}: <{element}> has hx-get without an address of its own"
        for name, element, attributes in elements()
        if "hx-get=" in attributes
        and "href=" not in attributes
        and not (element == "form" and "action=" in attributes)
        # A region that renews itself is no link; what it shows is already there.
        and not re.search(r'hx-trigger="[^"]*(load|every|from:body)', attributes)
    ]


def test_only_forms_and_buttons_write() -> None:
    assert not [
        f"{name}: <{element}>"
        for name, element, attributes in elements()
        if re.search(r"\bhx-(post|put|patch|delete)=", attributes) and element not in {"form", "button"}
    ]


def test_every_posting_form_carries_its_token() -> None:
    assert not [
        name
        for name, page in each_page()
        for form in FORM.findall(page)
        # allauth's own element takes the token from the page that fills its slot.
        if "{% csrf_token %}" not in form and "{% slot body %}" not in form
    ]


def test_every_icon_is_drawn() -> None:
    sheet = ET.parse(ROOT / "static" / "images" / "icons.svg")
    drawn = {symbol.attrib["id"] for symbol in sheet.iter("{http://www.w3.org/2000/svg}symbol")}
    used = {
        (name, icon)
        for name, page in each_page()
        for found in re.findall(r'\bicon="([^"]+)"|icons\.svg" %\}#([\w-]+)"', page)
        for icon in found
        if icon
    }
    assert used
    assert not [f"{name}: {icon}" for name, icon in sorted(used) if icon not in drawn]


def test_every_class_is_defined_somewhere() -> None:
    sheets = re.sub(r"/\*.*?\*/", "", "\n".join(path.read_text() for path in CSS.glob("*.css")), flags=re.DOTALL)
    ours = set(re.findall(r"\.(-?[_a-zA-Z][\w-]*)", sheets))
    tabler = [re.compile(pattern) for pattern in json.loads((CSS / "tabler.json").read_text())["classes"]]
    assert not {
        f"{name}: {word} is neither in static/css nor in static/css/tabler.json"
        for name, page in each_page()
        for value in CLASS.findall(page)
        for word in TAG.sub(" ", value).split()
        if word not in ours and not any(pattern.search(word) for pattern in tabler)
    }


def test_words_are_plain() -> None:
    assert not [
        f"{name}: {text.strip()}"
        for name, page in each_page()
        for found in SPOKEN.findall(page)
        for text in [TAG.sub("", "".join(found))]
        if re.search(r"\b(users?|click here|please note)\b|!", text, re.IGNORECASE)
    ]


def test_colours_are_written_only_among_the_tokens() -> None:
    # Two whites must stay white: under a code for scanners, and paper.
    white = re.compile(r"\.mm-qr|body \{ background: #fff")
    assert not [
        f"{path.name}: {line.strip()}"
        for path in CSS.glob("*.css")
        if path.name != "tokens.css"
        for line in path.read_text().splitlines()
        if re.search(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(", line) and not white.search(line)
    ]


def test_the_lock_names_no_host() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text()


def tokens(theme: str) -> dict[str, str]:
    """The colours of a theme, by name without the prefix."""
    sheet = (CSS / "tokens.css").read_text()
    start = re.search(rf"^[^\n]*\[data-bs-theme={theme}\] \{{", sheet, re.MULTILINE)
    assert start
    return dict(re.findall(r"--mm-([\w-]+): (#[0-9a-f]{6});", sheet[start.end() : sheet.index("\n}", start.end())]))


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_the_guidelines_do() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


INKS = ["ink", "ink-2", "ink-3", "accent", "accent-hover", "compare", "notice", "error"]
GROUNDS = ["paper", "surface", "sunken"]
TEXTS = [
    *[(ink, ground) for ink in INKS for ground in GROUNDS],
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    *[(ink, "accent-soft") for ink in ("ink", "ink-2", "accent")],
    *[(ink, "notice-soft") for ink in ("ink", "ink-2", "notice")],
    *[(ink, "error-soft") for ink in ("ink", "ink-2", "error")],
    *[(ink, sky) for ink in ("ink", "ink-2") for sky in ("sky-1", "sky-2", "sky-3")],
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXTS)
def test_text_can_be_read(theme: str, ink: str, ground: str) -> None:
    colours = tokens(theme)
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("edge", ["line-strong", "accent", "error"])
@pytest.mark.parametrize("ground", ["paper", "surface"])
def test_edges_of_fields_can_be_seen(theme: str, edge: str, ground: str) -> None:
    colours = tokens(theme)
    assert contrast(colours[edge], colours[ground]) >= 3


def test_both_themes_name_the_same_colours() -> None:
    assert tokens("light").keys() == tokens("dark").keys()
