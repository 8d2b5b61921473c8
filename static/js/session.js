// A session planned or logged: the form follows its kind, and minutes can be slid. Everything also works without this file.
const session = document.querySelector("[data-one-at-a-time]");
const minutes = document.querySelector("[data-minutes]");

// Minutes by a slider and by a number, whichever comes easier; what they come to is said as it changes.
const sliders = [...(minutes?.querySelectorAll("[data-slides]") ?? [])];
const numberOf = (slider) => document.getElementById(slider.dataset.slides);

const say = () => {
  const [doing, explaining] = sliders.map((slider) => (numberOf(slider).value === "" ? NaN : Number(numberOf(slider).value)));
  const { least, enough, less, doingAlone } = minutes.dataset;
  // Cut, not rounded: what is below the aim does not read as if it were not.
  const ratio = Math.floor((doing / explaining) * 10) / 10;
  const words = ratio >= Number(least) ? enough : less;
  const said = words.replace("{ratio}", ratio.toLocaleString(document.documentElement.lang));
  minutes.querySelector("output").textContent = Number.isNaN(ratio) ? "" : explaining === 0 ? doingAlone : said;
};
const slide = () => {
  for (const slider of sliders) slider.value = numberOf(slider).value || 0;
  if (minutes) say();
};
minutes?.addEventListener("input", ({ target }) => {
  if (target.dataset.slides) numberOf(target).value = target.value;
  slide();
});

// As long as its kind usually is, where nothing stands yet; with a change of kind also where nobody said otherwise.
const takeAsLong = ({ anew }) => {
  const { kind, minutes: length, doing_minutes: doing, explaining_minutes: explaining } = session.elements;
  const usual = Object.fromEntries(session.dataset.usual.split(", ").map((line) => [line.split(" ")[0], line.split(" ").slice(1)]));
  (length ? [length] : [doing, explaining]).forEach((field, place) => {
    const spans = anew ? Object.values(usual).map((one) => one[place]) : [];
    if (usual[kind.value] && ["", ...spans].includes(field.value)) field.value = usual[kind.value][place];
  });
  slide();
};

// A one-to-one has one person, and takes longer: choosing it asks for the one; going back brings everybody back.
let group = [];
session?.addEventListener("change", ({ target }) => {
  const people = [...session.querySelectorAll("[name=people]")];
  const alone = session.elements.kind.value === session.dataset.oneAtATime;
  if (target.name === "people" && target.checked && alone) {
    for (const other of people) other.checked = other === target;
  }
  if (target.name !== "kind") return;
  const ticked = people.filter((one) => one.checked);
  if (alone && ticked.length > 1) {
    group = ticked;
    for (const one of group) one.checked = false;
  } else if (!alone) {
    for (const one of group) one.checked = true;
    group = [];
  }
  takeAsLong({ anew: true });
});
if (session) takeAsLong({ anew: false });
else slide();
