// Runs before the first paint, so that nobody sees a flash of the other theme.
const root = document.documentElement;
let chosen = null;
try {
  chosen = localStorage.getItem("mm-theme");
} catch {
  // Storage may be forbidden; the system's wish decides then.
}
root.dataset.bsTheme = chosen ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
root.dataset.js = "";
