// Small helps. Everything also works without this file.
const root = document.documentElement;

document.addEventListener("click", (event) => {
  const target = event.target;
  if (target.closest("[data-theme-toggle]")) {
    root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("mm-theme", root.dataset.bsTheme);
    } catch {
      // Then the choice lasts for this page.
    }
    document.dispatchEvent(new Event("mm:theme"));
  }
  const copier = target.closest("[data-copy]");
  if (copier) {
    navigator.clipboard?.writeText(document.getElementById(copier.dataset.copy).textContent.trim()).then(() => {
      copier.textContent = copier.dataset.copied;
    });
  }
  for (const menu of document.querySelectorAll("details.mm-menu[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.mm-menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// After a refused form the eye and the screen reader start at the summary; whoever is already in a field stays in it.
if (document.activeElement === document.body) document.querySelector("[data-focus]")?.focus();

// The whole well takes a dropped file, not only the field in it.
for (const well of document.querySelectorAll("[data-drop]")) {
  const field = well.querySelector("input[type=file]");
  for (const name of ["dragenter", "dragover"]) {
    well.addEventListener(name, (event) => {
      event.preventDefault();
      well.classList.add("mm-over");
    });
  }
  for (const name of ["dragleave", "drop"]) well.addEventListener(name, () => well.classList.remove("mm-over"));
  well.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// A question that an answer leaves out goes away at once; without this file the next page leaves it out.
const survey = document.querySelector("[data-survey]");
survey?.addEventListener("change", () => {
  for (const question of survey.querySelectorAll("[data-left-out-after]")) {
    question.hidden = question.dataset.leftOutAfter.split(" ").some((pair) => {
      const [name, answer] = pair.split("=");
      const given = document.getElementById(`q-${name}`).hidden ? "" : survey.elements[name].value.trim();
      return given === answer;
    });
  }
});

// An answer that is still on its way arrives before the form does: overtaken, it would stand over what was said after it.
for (const kept of document.querySelectorAll("form[data-keeps]")) {
  kept.addEventListener("submit", (event) => {
    if (!kept.classList.contains("htmx-request")) return;
    event.preventDefault();
    kept.addEventListener("htmx:afterRequest", () => kept.requestSubmit(event.submitter), { once: true });
  });
  kept.addEventListener("htmx:afterRequest", ({ detail }) => {
    // Nobody knows whether it arrived, so that everything on this page counts when it is sent again.
    if (!detail.xhr.status && kept.elements.before) kept.elements.before.value = "";
  });
}

// A fragment that could not be fetched says so, where the page speaks; nothing is swallowed.
const say = (id) => {
  const place = document.getElementById("mm-said");
  const words = document.getElementById(id);
  if (place && words) place.replaceChildren(words.content.cloneNode(true));
};
for (const failed of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(failed, () => say("mm-offline"));
document.addEventListener("htmx:responseError", () => say("mm-refused"));
document.addEventListener("htmx:beforeSwap", () => document.getElementById("mm-said")?.replaceChildren());
