/* The trajectory viewer: a bare #s115 becomes the page with step 115, the outline follows what one reads, links that change
   what is shown keep the place, what was found is coloured, and new steps are put below those there are if one is at the end. */

const viewer = document.querySelector(".trajectory");
const all = (selector, root = viewer) => [...root.querySelectorAll(selector)];
const NEAR = 240;

/* Places: an anchor of a step that is on another page ------------------------------------------------------ */
function follow() {
  const number = /^#s(\d{1,9})$/.exec(location.hash)?.[1];
  if (!number || document.getElementById(`s${number}`)) return;
  const address = new URL(location.href);
  if (address.searchParams.get("step") === number) return;
  address.searchParams.set("step", number);
  address.searchParams.delete("hit");
  location.replace(address);
}

/* A form sends no anchor: the step that was asked for is brought into view all the same. From it j and k go on. */
function land() {
  const number = viewer.dataset.jump;
  if (!number || (location.hash && location.hash !== `#s${number}`)) return;
  const step = document.getElementById(`s${number}`);
  step?.querySelector("[data-row-link]")?.focus({ preventScroll: true });
  if (step) stay(step, 8);
}

/* Steps are laid out when they come into view, and taller than was guessed: the last of a page would rest halfway down. */
function stay(step, frames) {
  step.scrollIntoView();
  if (frames) requestAnimationFrame(() => stay(step, frames - 1));
}

/* The step that one reads: the one whose head sticks to the top ---------------------------------------------- */
const BAR = parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--bar")) || 0;

function reading() {
  const steps = all("#trajectory-steps > .step");
  let [low, high] = [0, steps.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (steps[middle].getBoundingClientRect().top <= BAR + NEAR / 2) low = middle; else high = middle - 1;
  }
  return steps[low]?.id.slice(1);
}

let marked = "";
function mark() {
  const outline = document.getElementById("trajectory-outline");
  const number = reading();
  const row = outline?.querySelector(`[data-number="${number}"]`);
  if (!row || (number === marked && row.hasAttribute("aria-current"))) return;
  outline.querySelector("[aria-current]")?.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  marked = number;
  const [place, frame] = [row.getBoundingClientRect(), outline.getBoundingClientRect()];
  if (place.top < frame.top + 40 || place.bottom > frame.bottom - 40) outline.scrollTop += place.top - frame.top - frame.height / 2;
}

let waiting = false;
addEventListener("scroll", () => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; mark(); });
}, { passive: true });

/* Changing what is shown keeps the place. */
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-keep-step]");
  const number = link && reading();
  if (!number || scrollY < NEAR) return;
  const address = new URL(link.href);
  address.searchParams.set("step", number);
  address.hash = `s${number}`;
  link.href = address;
});

/* Keys: j below the last step and k above the first go on to the page there ---------- */
const isOff = () => { if (document.documentElement.dataset.keys === "off") return true; try { return localStorage.getItem("quayside.shortcuts-off") === "yes"; } catch { return false; } };

function goal(key) {
  const step = document.activeElement?.closest("#trajectory-steps > .step");
  if (key === "j" && step && !step.nextElementSibling) return "[data-steps-next]";
  if (key === "k" && step && !step.previousElementSibling) return "[data-steps-previous]";
  return "";
}

function press(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isOff()) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
  const selector = goal(event.key);
  const link = selector && viewer.querySelector(selector);
  if (!link) return;
  event.preventDefault();
  link.click();
}

/* What was found, in colour; nothing in the page changes for it ----------------------------------------------- */
function pattern() {
  const { find, findCase, findRegex } = viewer.dataset;
  if (!find) return null;
  const source = findRegex === undefined ? find.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") : find;
  try { return new RegExp(source, findCase === undefined ? "giu" : "gu"); } catch { return null; }
}

const MOST = 500;
const LONGEST = 20_000;
function ranges(expression) {
  const found = [];
  /* An expression of one's own might take for ever in a long text: those are left alone. */
  const longest = viewer.dataset.findRegex === undefined ? Infinity : LONGEST;
  for (const step of all("#trajectory-steps > .step.is-hit")) {
    const walker = document.createTreeWalker(step, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node && found.length < MOST; node = walker.nextNode()) {
      if (node.data.length > longest) continue;
      for (const match of node.data.matchAll(expression)) {
        if (!match[0] || found.length >= MOST) break;
        const range = new Range();
        range.setStart(node, match.index);
        range.setEnd(node, match.index + match[0].length);
        found.push(range);
      }
    }
  }
  return found;
}

function colour() {
  const expression = CSS.highlights && pattern();
  if (expression) CSS.highlights.set("found", new Highlight(...ranges(expression)));
}

/* New steps: at the end of the last page they are put there; elsewhere they are only told of ---------------------- */
const MOST_STEPS = 150;
let taken = "";
function isAtEnd() {
  return scrollY + innerHeight > document.documentElement.scrollHeight - NEAR;
}

function takeNews() {
  const link = document.querySelector("#trajectory-news > [data-new-steps]");
  if (!link) return;
  if (all("#trajectory-steps > .step").length >= MOST_STEPS) {
    for (const name of ["hx-get", "hx-target", "hx-swap", "data-new-steps"]) link.removeAttribute(name);
  } else if (isAtEnd() && taken !== link.getAttribute("hx-get")) {
    /* The link is told anew while its steps are on their way: they are the same ones. */
    taken = link.getAttribute("hx-get");
    link.click();
  }
}

function settle() {
  for (const outline of all("details.outline:not([data-settled])")) {
    if (matchMedia("(max-width: 999px)").matches) outline.open = false;
    outline.dataset.settled = "";
  }
}

if (viewer) {
  follow();
  settle();
  land();
  colour();
  mark();
  document.addEventListener("keydown", press);
  addEventListener("hashchange", () => { follow(); mark(); });
  document.addEventListener("htmx:after:swap", () => { takeNews(); colour(); mark(); });
}
