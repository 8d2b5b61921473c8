// People are dragged between pods with a mouse, with a finger by the grip, or with the keys. What is dropped is posted to the
// address of the form and answered with the pods as they are. Without this file the boxes and the button do the same.
const form = document.getElementById("seating");
const words = form.dataset;
const FAR_ENOUGH = 5; // pixels, until a press is a drag
const EDGE = { top: 70, bar: 30 }; // so near to the top, and to the bar below, the page goes along
const STEP = 12;

let pressed = null; // a pointer is down on somebody
let held = null; // somebody is taken up
let waiting = false; // a drop has no answer yet
let slid = false; // the click that ends a drag is none

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const hear = (text, values = {}) => {
  document.getElementById("seats-heard").textContent = fill(text, values);
};
const tell = (text) => {
  const line = document.createElement("p");
  line.textContent = text;
  document.getElementById("seats-said").replaceChildren(line);
};
const podOf = (element) => element?.closest("#seating [data-pod]") ?? null;
const grip = (row) => row.querySelector(".mm-grip");

function over(pod) {
  held.over?.classList.remove("mm-over");
  held.over = pod;
  pod?.classList.add("mm-over");
}

function take(row, byKey) {
  const from = podOf(row);
  held = { row, from, over: null, byKey };
  row.classList.add("mm-taken");
  grip(row).setAttribute("aria-pressed", "true");
  over(from);
  hear(words.taken, { name: row.dataset.name, pod: from.dataset.name });
}

function letGo() {
  const { row } = held;
  over(null);
  row.classList.remove("mm-taken", "mm-dragged");
  row.style.transform = "";
  grip(row).setAttribute("aria-pressed", "false");
  held = null;
}

function leave() {
  const { row, from } = held;
  letGo();
  hear(words.left, { name: row.dataset.name, pod: from.dataset.name });
}

// Stands there at once; whatever the answer is comes instead, and without one everything is as it was.
function drop(pod) {
  if (!pod || pod === held.from) return leave();
  const { row, from, byKey } = held;
  letGo();
  const next = row.nextSibling;
  const ticked = [...form.querySelectorAll("[name=member]:checked")].map((box) => box.value);
  waiting = true;
  form.setAttribute("aria-busy", "true");
  row.classList.add("mm-waiting");
  pod.querySelector("[data-people]")?.append(row);
  hear(words.moving, { name: row.dataset.name, pod: pod.dataset.name });
  const answered = () => {
    waiting = false;
    form.removeAttribute("aria-busy");
    if (row.isConnected) {
      row.classList.remove("mm-waiting");
      from.querySelector("[data-people]").insertBefore(row, next);
    }
    for (const box of form.querySelectorAll("[name=member]")) box.checked = ticked.includes(box.value);
    if (byKey) form.querySelector(`[data-person="${row.dataset.person}"] .mm-grip`)?.focus();
  };
  const values = { drop: "1", member: row.dataset.person, from: from.dataset.pod, to: pod.dataset.pod };
  htmx.ajax("POST", form.getAttribute("hx-post"), { source: form, target: "#seats", swap: "outerHTML", values }).then(answered, answered);
}

// ---------- pointer ----------
form.addEventListener("pointerdown", (event) => {
  slid = false;
  const row = event.target.closest("[data-person]");
  if (!row || event.button || waiting || held || event.target.closest("input")) return;
  // A finger elsewhere scrolls.
  if (event.pointerType !== "mouse" && !event.target.closest(".mm-grip")) return;
  pressed = { row, id: event.pointerId, x: event.clientX, y: event.clientY, scrolled: scrollY };
});

function follow() {
  if (!pressed?.at || !held) return;
  const { at, row, x, y, scrolled } = pressed;
  row.style.transform = `translate(${at.x - x}px, ${at.y - y + scrollY - scrolled}px)`;
  const pod = podOf(document.elementFromPoint(at.x, at.y));
  if (pod !== held.over) {
    over(pod);
    if (pod) hear(pod.dataset.name);
  }
}

function glide() {
  if (!pressed?.at || !held) return;
  const { y } = pressed.at;
  if (y < EDGE.top) scrollBy(0, -STEP);
  else if (y > form.querySelector(".mm-sticky").getBoundingClientRect().top - EDGE.bar && !held.over?.matches("button")) scrollBy(0, STEP);
  follow();
  requestAnimationFrame(glide);
}

document.addEventListener("pointermove", (event) => {
  if (event.pointerId !== pressed?.id) return;
  const begins = !pressed.at;
  if (begins && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < FAR_ENOUGH) return;
  pressed.at = { x: event.clientX, y: event.clientY };
  if (begins) {
    pressed.row.setPointerCapture(pressed.id);
    take(pressed.row, false);
    pressed.row.classList.add("mm-dragged");
    requestAnimationFrame(glide);
  }
  follow();
});

document.addEventListener("pointerup", (event) => {
  if (event.pointerId !== pressed?.id) return;
  slid = Boolean(pressed.at);
  pressed = null;
  if (slid && held) drop(held.over);
});

document.addEventListener("pointercancel", (event) => {
  if (event.pointerId !== pressed?.id) return;
  pressed = null;
  if (held) leave();
});

// ---------- keys, and a tap on the grip and then on the pod ----------
form.addEventListener(
  "click",
  (event) => {
    if (slid && event.detail) {
      slid = false;
      event.preventDefault();
      return;
    }
    const row = event.target.closest(".mm-grip")?.closest("[data-person]");
    if (held) {
      event.preventDefault();
      event.stopPropagation();
      drop(row === held.row ? held.over : podOf(event.target));
    } else if (row && !waiting) take(row, !event.detail);
  },
  { capture: true },
);

document.addEventListener("keydown", (event) => {
  if (!held) return;
  const way = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (way) {
    event.preventDefault();
    const pods = [...form.querySelectorAll("[data-pod]")];
    const place = (pods.indexOf(held.over) + way + pods.length) % pods.length;
    over(pods[place]);
    held.over.scrollIntoView({ block: "nearest" });
    hear(words.over, { pod: held.over.dataset.name, number: place + 1, all: pods.length });
  } else if (event.key === "Escape" || event.key === "Tab") {
    pressed = null;
    leave();
  }
});

// Nothing is swallowed: where no answer came, it is said beside the pods and not far above them.
for (const failed of ["htmx:sendError", "htmx:timeout"]) {
  form.addEventListener(failed, (event) => {
    event.stopPropagation();
    tell(navigator.onLine ? words.lost : words.offline);
  });
}
form.addEventListener("htmx:responseError", (event) => {
  event.stopPropagation();
  tell(words.refused);
});
