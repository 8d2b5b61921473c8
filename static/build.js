// Builds static/dist/, which is all that is ever served: one style sheet, two small scripts for every page and one for each of two, four font files, the icons and the birds.
// Run by `npm run build`; needs nothing but what `npm ci --ignore-scripts` installed.
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import postcss from "postcss";
import subsetFont from "subset-font";
import { drift, sky } from "./birds.js";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const require = createRequire(import.meta.url);
const SHEETS = ["tokens", "ground", "shell", "controls", "surfaces", "figures", "answers", "pods", "kit", "matrix", "entrance"];
const BROWSERS = ["chrome111", "edge111", "firefox121", "safari16.4"];

// ---------- fonts: Latin-1 and punctuation for every page, the rest of Latin Extended-A only for pages whose names need it ----------
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const text = (...codes) => String.fromCodePoint(...codes.flat());
const LATIN = text(
  range(0x20, 0x7e), range(0xa0, 0xff), 0x131, 0x152, 0x153, 0x2009, range(0x2010, 0x2014), range(0x2018, 0x201e), 0x2020, 0x2022, 0x2026,
  0x202f, 0x2030, 0x2032, 0x2033, 0x2039, 0x203a, 0x20ac, 0x2122, 0x2190, 0x2192, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265,
);
const EXTENDED = text(range(0x100, 0x17f), range(0x218, 0x21b), 0x1e9e);
const BASIC = ["kern", "mark", "mkmk", "ccmp", "locl"];
const INTER = { variationAxes: { wght: { min: 400, max: 650 } } };
const SERIF = { variationAxes: { wght: { min: 400, max: 600 }, opsz: 36 } };
const FONTS = {
  inter: ["inter/files/inter-latin-wght-normal.woff2", LATIN, { ...INTER, keepFeatures: [...BASIC, "calt", "tnum", "cv05", "cv11"] }],
  "inter-ext": ["inter/files/inter-latin-ext-wght-normal.woff2", EXTENDED, { ...INTER, keepFeatures: BASIC }],
  serif: ["source-serif-4/files/source-serif-4-latin-opsz-normal.woff2", LATIN, { ...SERIF, keepFeatures: [...BASIC, "lnum", "tnum"] }],
  "serif-ext": ["source-serif-4/files/source-serif-4-latin-ext-opsz-normal.woff2", EXTENDED, { ...SERIF, keepFeatures: BASIC }],
};

async function fonts() {
  await mkdir(join(dist, "fonts"), { recursive: true });
  for (const [name, [file, letters, options]] of Object.entries(FONTS)) {
    const whole = await readFile(require.resolve(`@fontsource-variable/${file}`));
    await writeFile(join(dist, "fonts", `${name}.woff2`), await subsetFont(whole, letters, { targetFormat: "woff2", noHinting: true, ...options }));
  }
}

// ---------- style: the parts of Tabler that css/tabler.json names, then our own sheets ----------
// Tabler has a second sheet for right-to-left; logical properties make one sheet serve both.
const LOGICAL = {
  "margin-left": "margin-inline-start", "margin-right": "margin-inline-end",
  "padding-left": "padding-inline-start", "padding-right": "padding-inline-end",
  "border-left": "border-inline-start", "border-right": "border-inline-end",
  "border-top-left-radius": "border-start-start-radius", "border-top-right-radius": "border-start-end-radius",
  "border-bottom-left-radius": "border-end-start-radius", "border-bottom-right-radius": "border-end-end-radius",
  left: "inset-inline-start", right: "inset-inline-end",
};

function tablerParts(css, wanted) {
  const sheet = postcss.parse(css);
  const kept = (selector) => {
    const names = selector.replace(/:not\([^)]*\)/g, "").matchAll(/\.(-?[_a-zA-Z](?:[\w-]|\\.)*)/g);
    return [...names].every(([, name]) => wanted.some((pattern) => pattern.test(name)));
  };
  sheet.walkComments((comment) => comment.remove());
  sheet.walkAtRules("font-face", (rule) => rule.remove());
  sheet.walkRules((rule) => {
    if (rule.parent.type === "atrule" && rule.parent.name.endsWith("keyframes")) return;
    const selectors = rule.selectors.filter(kept);
    if (selectors.length === 0) rule.remove();
    else rule.selectors = selectors;
  });
  sheet.walkDecls((decl) => {
    // Pictures drawn in data: addresses are replaced by gradients and native marks.
    if (decl.value.includes("data:")) decl.remove();
    else if (LOGICAL[decl.prop]) decl.prop = LOGICAL[decl.prop];
    else if (decl.prop === "text-align" && ["left", "right"].includes(decl.value)) decl.value = decl.value === "left" ? "start" : "end";
  });
  // Variables that nothing reads any more, until none is left.
  const ours = /var\(\s*(--[\w-]+)/g;
  for (let removed = 1; removed > 0; ) {
    removed = 0;
    const read = new Set(["--tblr-body-bg"]);
    sheet.walkDecls((decl) => [...decl.value.matchAll(ours)].forEach(([, name]) => read.add(name)));
    sheet.walkDecls(/^--/, (decl) => {
      if (!read.has(decl.prop)) {
        decl.remove();
        removed += 1;
      }
    });
  }
  const animated = new Set();
  sheet.walkDecls(/^animation/, (decl) => decl.value.split(/[\s,]+/).forEach((word) => animated.add(word)));
  sheet.walkAtRules(/keyframes$/, (rule) => animated.has(rule.params) || rule.remove());
  sheet.walkRules((rule) => rule.nodes.length || rule.remove());
  for (let empty = 1; empty > 0; ) {
    empty = 0;
    sheet.walkAtRules((rule) => {
      if (rule.nodes && rule.nodes.length === 0) {
        rule.remove();
        empty += 1;
      }
    });
  }
  return sheet.toString();
}

// Without JavaScript nobody sets data-bs-theme; the system's wish then decides.
function darkWithoutScript(css) {
  const sheet = postcss.parse(css);
  sheet.walkRules((rule) => {
    if (rule.parent.type !== "root" || !rule.selectors.some((selector) => selector.includes("[data-bs-theme=dark]"))) return;
    const twin = rule.clone({
      selectors: rule.selectors
        .filter((selector) => selector.includes("[data-bs-theme=dark]"))
        .map((selector) => selector.replace("[data-bs-theme=dark]", ":root:not([data-bs-theme])")),
    });
    rule.after(postcss.atRule({ name: "media", params: "(prefers-color-scheme: dark)", nodes: [twin] }));
  });
  return sheet.toString();
}

async function style() {
  const { classes } = JSON.parse(await readFile(join(here, "css", "tabler.json"), "utf8"));
  const tabler = await readFile(require.resolve("@tabler/core/dist/css/tabler.css"), "utf8");
  const sheets = await Promise.all(SHEETS.map((name) => readFile(join(here, "css", `${name}.css`), "utf8")));
  const parts = tablerParts(tabler, classes.map((pattern) => new RegExp(pattern)));
  const whole = darkWithoutScript([parts, ...sheets].join("\n"));
  const { code } = await transform(whole, { loader: "css", minify: true, target: BROWSERS });
  await writeFile(join(dist, "murmuration.css"), code);
}

await mkdir(dist, { recursive: true });
for (const name of await readdir(dist)) {
  if (name !== ".gitignore") await rm(join(dist, name), { recursive: true });
}
await Promise.all([
  fonts(),
  style(),
  build({ entryPoints: ["theme", "app", "seats", "session"].map((name) => join(here, "js", `${name}.js`)), outdir: dist, bundle: true, format: "iife", minify: true, target: BROWSERS }),
  cp(join(here, "images"), dist, { recursive: true }),
  writeFile(join(dist, "sky.svg"), sky()),
  writeFile(join(dist, "drift.svg"), drift()),
]);
