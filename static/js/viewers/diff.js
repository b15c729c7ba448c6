/* Patches: what one has viewed, a filter over the files, links to lines that are not here yet, keys between files.
   All of it can be read without: files are <details>, lines have ids, whatever is not here has an address. */

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const VIEWED = "quayside.diff-viewed";
const MOST_VIEWED = 2000;

/* What was viewed, by the digest of the file's part of the patch: it is new again when that changes ------------- */
function viewed() {
  try {
    const kept = JSON.parse(localStorage.getItem(VIEWED));
    return Array.isArray(kept) ? kept : [];
  } catch { return []; }
}

function remember(digest, is) {
  const rest = viewed().filter((each) => each !== digest);
  try {
    localStorage.setItem(VIEWED, JSON.stringify((is ? [...rest, digest] : rest).slice(-MOST_VIEWED)));
  } catch { /* storage is off: it is forgotten with the page */ }
}

function count() {
  const boxes = all("[data-viewed]");
  const place = document.querySelector("[data-viewed-sum]");
  if (!place) return;
  const n = boxes.filter((box) => box.checked).length;
  place.hidden = !n;
  place.textContent = `${n} of ${boxes.length} viewed`;
}

const leaf = (file) => document.querySelector(`.diff-tree a[href="#${file.id}"]`);

function mark(file, is) {
  file.querySelector("[data-viewed]").checked = is;
  leaf(file)?.classList.toggle("is-viewed", is);
}

function begin() {
  const known = new Set(viewed());
  for (const file of all("[data-digest]:not([data-begun])")) {
    file.dataset.begun = "";
    if (!known.has(file.dataset.digest)) continue;
    mark(file, true);
    file.querySelector("details").open = false;
  }
  count();
}

document.addEventListener("change", ({ target }) => {
  if (!target.matches?.("[data-viewed]")) return;
  const file = target.closest("[data-digest]");
  remember(file.dataset.digest, target.checked);
  mark(file, target.checked);
  file.querySelector("details").open = !target.checked;
  count();
});

/* The filter: the tree and the files, by what their paths hold -------------------------------------------------- */
document.addEventListener("input", ({ target }) => {
  if (!target.matches?.("[data-diff-filter]")) return;
  const words = target.value.toLowerCase().split(/\s+/);
  const holds = (element) => words.every((word) => element.dataset.path.toLowerCase().includes(word));
  for (const element of all(".diff-tree [data-path], .diff-file")) element.hidden = !holds(element);
  for (const folder of all(".diff-tree li:has(> details)")) folder.hidden = !folder.querySelector("[data-path]:not([hidden])");
  const n = all(".diff-file:not([hidden])").length;
  document.querySelector("[data-diff-none]").hidden = n > 0;
  document.dispatchEvent(new CustomEvent("quayside:announce", { detail: { text: `${n} files` } }));
});

/* Open and close all; how one reads is remembered on this device ------------------------------------------------- */
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-fold-all]");
  if (button) {
    const folds = all(".diff-file > details");
    const opens = !folds.some((fold) => fold.open);
    for (const fold of folds) fold.open = opens;
    button.textContent = opens ? "Close all" : "Open all";
  }
  const view = event.target.closest?.("[data-view]");
  if (view) document.cookie = `diff-view=${view.dataset.view}; path=/; max-age=31536000; samesite=lax`;
});

/* Links to files and lines: #f3, #f3-R42, #f3-R42-R50 ------------------------------------------------------------- */
const LINE = /^#f(\d+)-([LR]\d+)(?:-([LR]\d+))?$/;

function land({ scrolls = true } = {}) {
  for (const row of all(".diff-table .is-target")) row.classList.remove("is-target");
  const file = /^#f\d+$/.test(location.hash) && document.querySelector(location.hash);
  if (file) file.querySelector("details").open = true;
  const match = LINE.exec(location.hash);
  if (!match || !document.querySelector("[data-diff]")) return;
  const [, number, first, last] = match;
  const start = document.getElementById(`f${number}-${first}`);
  if (!start) return fetchLine(number, first);
  for (let fold = start.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  for (const row of between(start, last && document.getElementById(`f${number}-${last}`))) row.classList.add("is-target");
  if (scrolls) start.scrollIntoView({ block: "center" });
}

/* All rows from one to another, whichever is first; of the row that an id is in, or is. */
function between(start, end) {
  const [a, b] = [start.closest("tr"), (end ?? start).closest("tr")];
  const rows = all("tr", start.closest(".diff-file"));
  const [from, to] = [rows.indexOf(a), rows.indexOf(b)].sort((x, y) => x - y);
  return from < 0 ? [a] : rows.slice(from, to + 1);
}

/* A line that is not on this page: the page that has it, once. */
function fetchLine(number, line) {
  const url = new URL(location.href);
  if (url.searchParams.get("open") === number && url.searchParams.get("line") === line) return;
  for (const name of ["at", "from", "part"]) url.searchParams.delete(name);
  url.searchParams.set("open", number);
  url.searchParams.set("line", line);
  location.replace(url);
}

/* Shift and a click on a number: from the line that is marked to this one. */
document.addEventListener("click", (event) => {
  const link = event.shiftKey && event.target.closest?.(".diff-table .n > a");
  const [, number, first] = (link && LINE.exec(location.hash)) || [];
  const clicked = link && LINE.exec(link.getAttribute("href"));
  if (!clicked || clicked[1] !== number) return;
  event.preventDefault();
  getSelection()?.removeAllRanges();
  history.replaceState(history.state, "", `#f${number}-${first}-${clicked[2]}`);
  land({ scrolls: false });
});

addEventListener("hashchange", () => land({ scrolls: Boolean(LINE.exec(location.hash)?.[3]) || !document.querySelector(":target") }));

/* Keys: j or n, k or p go between files that are shown, v marks one as viewed. They come before the page's own. ----- */
const SHORTCUTS_OFF = "quayside.shortcuts-off";

function areOff() {
  if (document.documentElement.dataset.keys === "off") return true;
  try { return localStorage.getItem(SHORTCUTS_OFF) === "yes"; } catch { return false; }
}

function current() {
  const files = all(".diff-file:not([hidden])");
  const focused = document.activeElement?.closest(".diff-file");
  const edge = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 60;
  const seen = files.findLastIndex((file) => file.getBoundingClientRect().top <= edge);
  return { files, at: focused ? files.indexOf(focused) : seen };
}

function go(step) {
  const { files, at } = current();
  const file = files[Math.min(files.length - 1, Math.max(0, at + step))];
  if (!file) return;
  file.querySelector("summary").focus({ preventScroll: true });
  file.scrollIntoView({ block: "start" });
}

function toggleViewed() {
  const { files, at } = current();
  files[Math.max(0, at)]?.querySelector("[data-viewed]").click();
}

const keys = { j: () => go(1), k: () => go(-1), n: () => go(1), p: () => go(-1), v: toggleViewed };

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || areOff() || !document.querySelector("[data-diff]")) return;
  if (event.target.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
  if (!Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  keys[event.key]();
}, true);

/* Beginning ---------------------------------------------------------------------------------------------------------- */
if (matchMedia("(max-width: 999px)").matches) for (const side of all(".diff-side")) side.open = false;
begin();
land();
document.addEventListener("htmx:after:swap", begin);
