/* The log viewer's conveniences; every one of them has a link that works without.
   Lines before and after come in place as one scrolls near them; new ones are followed until one scrolls up; a click on a line's
   number marks it in the address, with Shift a range; how lines look is switched at once and remembered in a cookie. */

const MOST_LINES = 20_000;
const NEAR = 1200;
const AT_END = 40;
const QUIET = 10_000;

const viewer = document.querySelector("[data-log]");
const pane = () => viewer?.querySelector(".log-pane");
const one = (selector, root = viewer) => root?.querySelector(selector);
const all = (selector, root = viewer) => [...(root?.querySelectorAll(selector) ?? [])];
const line = (number) => document.getElementById(`L${number}`);

let isFollowing = false;
let unseen = 0;
let spokenAt = 0;
let unspoken = 0;
let anchor = null;

/* The address: #L120 and #L120-L140 become the query form, so that the server opens the window they are in ------------- */
const asked = () => new URLSearchParams(location.search);

function rangeOf(text) {
  const match = /^#?L?(\d+)(?:-L?(\d+))?$/.exec(text ?? "");
  if (!match) return null;
  const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
  return [Math.min(first, last), Math.max(first, last)];
}

function followFragment() {
  const range = location.hash.startsWith("#L") && rangeOf(location.hash);
  if (!range) return false;
  const text = range[0] === range[1] ? `${range[0]}` : `${range[0]}-${range[1]}`;
  const named = rangeOf(asked().get("line"));
  if (named && named[0] <= range[0] && range[1] <= named[1]) return false;
  if (line(range[0])) { mark(range); return false; }
  if (asked().get("line") === text) return false;
  location.replace(addressOf(text, range[0]));
  return true;
}

function addressOf(text, first) {
  const query = asked();
  for (const name of ["at", "to", "find", "hit", "regex", "case", "errors", "part"]) query.delete(name);
  query.set("line", text);
  return `${location.pathname}?${query}#L${first}`;
}

function mark([first, last]) {
  for (const each of all(".is-marked")) each.classList.remove("is-marked");
  for (let number = first; number <= Math.min(last, first + MOST_LINES); number += 1) line(number)?.classList.add("is-marked");
}

function choose(number, isRange) {
  const range = isRange && anchor ? [Math.min(anchor, number), Math.max(anchor, number)] : [number, number];
  if (!isRange) anchor = number;
  mark(range);
  const text = range[0] === range[1] ? `${number}` : `${range[0]}-${range[1]}`;
  history.replaceState(history.state, "", addressOf(text, range[0]));
  say(range[0] === range[1] ? `Line ${number} is in the address` : `Lines ${range[0]} to ${range[1]} are in the address`, true);
}

/* Saying: one polite sentence at most every ten seconds, unless a person did something ----------------------------------- */
function say(text, isAnswer = false) {
  const place = one("[data-log-status]");
  if (!place || (!isAnswer && Date.now() - spokenAt < QUIET)) return;
  spokenAt = Date.now();
  place.textContent = text;
}

/* Where one is --------------------------------------------------------------------------------------------------------- */
const below = () => { const box = pane(); return box ? box.scrollHeight - box.clientHeight - box.scrollTop : 0; };
const toEnd = () => { const box = pane(); if (box) box.scrollTop = box.scrollHeight; };

function arrive() {
  const box = pane();
  if (!box) return;
  const goal = one("mark.is-current") ?? document.getElementById("here")?.parentElement ?? (location.hash.startsWith("#L") ? document.getElementById(location.hash.slice(1)) : null);
  if (goal) {
    for (let fold = goal.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    const [place, frame] = [goal.getBoundingClientRect(), box.getBoundingClientRect()];
    box.scrollTop += place.top - frame.top - (box.clientHeight - Math.min(place.height, box.clientHeight)) / 2;
    showPane();
  } else if ("atEnd" in viewer.dataset || asked().has("to")) toEnd();
}

/* The pane scrolls to what is opened; the page around it only if the address asks for a place, and as far as that has to be seen. */
function showPane() {
  scrollTo(0, 0);
  const isAsked = location.hash.startsWith("#L") || ["line", "find", "at", "to"].some((name) => asked().get(name));
  if (isAsked && pane().getBoundingClientRect().bottom > innerHeight) pane().scrollIntoView({ block: "end" });
}

function fit() {
  const box = pane();
  if (!box || document.fullscreenElement) return;
  const above = box.getBoundingClientRect().top + scrollY;
  box.style.setProperty("--log-above", `${Math.max(120, Math.min(Math.round(above) + 56, innerHeight - 320))}px`);
}

/* More lines ------------------------------------------------------------------------------------------------------------- */
function reach() {
  const box = pane();
  if (!box) return;
  const down = one("[data-edge=later]");
  if (down && below() < NEAR) fetchMore(down);
  const up = one("[data-edge=earlier]");
  if (up && box.scrollTop < NEAR / 2) fetchMore(up);
}

/* By itself a page asks for so much; a person who scrolls may have more. */
let unasked = 20;

function fetchMore(link) {
  if (link.getAttribute("aria-busy") === "true" || !("htmxPowered" in link.dataset) || unasked <= 0) return;
  unasked -= 1;
  link.setAttribute("aria-busy", "true");
  link.click();
}

/* What comes or goes above must not push what is being read: the line at the top of the pane stays where it is. */
function topLine() {
  const box = pane().getBoundingClientRect();
  for (let y = box.top + 4; y < box.bottom; y += 18) {
    const item = document.elementFromPoint(box.left + 40, y)?.closest(".log-lines li");
    if (item) return { item, top: item.getBoundingClientRect().top };
  }
  return null;
}

function hold(held) {
  if (held?.item.isConnected) pane().scrollTop += held.item.getBoundingClientRect().top - held.top;
}

let held = null;
document.addEventListener("htmx:before:swap", (event) => {
  const target = event.detail?.ctx?.target;
  held = null;
  if (!viewer?.contains(target)) return;
  if (target.dataset?.edge === "earlier") held = topLine();
  if (target.classList?.contains("log-tail")) before = all(".log-lines li").length;
});
let before = null;

document.addEventListener("htmx:after:swap", () => {
  if (!viewer) return;
  number();
  if (before !== null) { arrived(all(".log-lines li").length - before); before = null; }
  join();
  if (held) { hold(held); held = null; }
  prune();
  viewLink();
  reach();
});

document.addEventListener("htmx:response:error", () => { for (const link of all(".log-more[aria-busy]")) link.removeAttribute("aria-busy"); });
document.addEventListener("htmx:error", () => { for (const link of all(".log-more[aria-busy]")) link.removeAttribute("aria-busy"); });

/* Small lists that follow one another become one. */
function join() {
  for (const list of all(".log-pane > .log-lines + .log-lines")) {
    const previous = list.previousElementSibling;
    if (previous.children.length + list.children.length > 600) continue;
    previous.append(...list.childNodes);
    previous.dataset.end = list.dataset.end;
    list.remove();
  }
}

/* Only so many lines stay: those farthest from what is read go, and a link leads back to them. */
function prune() {
  const lists = all(".log-pane > .log-lines[data-start]");
  let count = all(".log-lines li").length;
  if (count <= MOST_LINES) return;
  const fromTop = below() < pane().scrollTop;
  const kept = topLine();
  while (count > MOST_LINES && lists.length > 2) {
    const list = fromTop ? lists.shift() : lists.pop();
    count -= list.querySelectorAll("li").length;
    const beyond = fromTop ? "previousElementSibling" : "nextElementSibling";
    while (list[beyond]) list[beyond].remove();
    list.replaceWith(fromTop ? way("earlier", "Earlier lines", { to: list.dataset.end }) : way("later", "Later lines", { at: list.dataset.start }));
  }
  for (const link of all(".log-more[data-edge]:not([data-htmx-powered])")) window.htmx?.process(link);
  hold(kept);
}

function way(edge, text, place) {
  const link = document.createElement("a");
  link.className = "log-more";
  link.dataset.edge = edge;
  link.textContent = text;
  const query = asked();
  for (const name of ["line", "at", "to", "hit"]) query.delete(name);
  for (const [name, value] of Object.entries(place)) query.set(name, value);
  link.href = `${location.pathname}?${query}`;
  query.set("part", "chunk");
  link.setAttribute("hx-get", `${location.pathname}?${query}`);
  link.setAttribute("hx-swap", "outerHTML");
  link.setAttribute("hx-target", "this");
  return link;
}

/* Following -------------------------------------------------------------------------------------------------------------- */
function arrived(count) {
  if (count > 0) { unspoken += count; }
  if (isFollowing) { toEnd(); unseen = 0; } else if (count > 0) unseen += count;
  if (unspoken && Date.now() - spokenAt >= QUIET) { say(`${unspoken} new lines`); unspoken = 0; }
  showFollowing();
}

function showFollowing() {
  const button = one("[data-log-follow]");
  button?.setAttribute("aria-pressed", String(isFollowing));
  const jump = one("[data-log-jump]");
  if (!jump) return;
  const isAway = below() > AT_END && "growing" in viewer.dataset;
  jump.hidden = !isAway;
  const text = unseen ? `Jump to end (${unseen.toLocaleString("en-GB")} new ${unseen === 1 ? "line" : "lines"})` : "Jump to end";
  if (jump.lastElementChild.textContent !== text) jump.lastElementChild.textContent = text;
}

function follow(isOn) {
  isFollowing = isOn;
  if (isOn) { unseen = 0; toEnd(); }
  showFollowing();
}

let lastTop = 0;
function scrolled() {
  const box = pane();
  const isUp = box.scrollTop < lastTop - 2;
  lastTop = box.scrollTop;
  const hasTail = Boolean(one(".log-tail"));
  if (isFollowing && isUp && below() > AT_END) { isFollowing = false; say("Following is paused", true); }
  else if (!isFollowing && hasTail && "growing" in viewer.dataset && below() <= AT_END && !isUp) { isFollowing = true; unseen = 0; }
  showFollowing();
  reach();
}

/* Numbers that were counted after the lines were shown ------------------------------------------------------------------------ */
function number() {
  const count = one("[data-log-count][data-first]");
  const list = one(`.log-lines[data-unnumbered][data-start="${count?.dataset.at}"]`);
  if (!list) return;
  const first = Number(count.dataset.first);
  for (const item of list.querySelectorAll("li[data-nth]")) {
    const own = first + Number(item.dataset.nth);
    item.id = `L${own}`;
    const link = item.querySelector(":scope > a");
    link.textContent = String(own);
    link.href = addressOf(String(own), own);
  }
  delete list.dataset.unnumbered;
}

/* How lines look ------------------------------------------------------------------------------------------------------------- */
function remember(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
  const query = asked();
  for (const each of ["wrap", "show"]) query.delete(each);
  history.replaceState(history.state, "", `${location.pathname}${query.size ? `?${query}` : ""}${location.hash}`);
}

function wrap(link) {
  const isWrapped = pane().classList.toggle("is-wrapped");
  pane().toggleAttribute("data-arrows", !isWrapped);
  link.setAttribute("aria-pressed", String(isWrapped));
  link.value = isWrapped ? "0" : "1";
  remember("log-wrap", isWrapped ? 1 : 0);
}

function stamps(link) {
  pane().dataset.stamps = link.dataset.logStamps;
  for (const each of all("[data-log-stamps]")) each.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  remember("log-stamps", link.dataset.logStamps || "written");
}

/* What is shown: to copy, to keep ------------------------------------------------------------------------------------------------ */
function viewLink() {
  const link = one("[data-log-view]");
  const lists = all(".log-pane > .log-lines[data-start]");
  if (!link || !lists.length) return;
  const address = new URL(link.href);
  address.searchParams.set("at", lists[0].dataset.start);
  address.searchParams.set("to", lists.at(-1).dataset.end);
  link.href = address.href;
}

async function copy() {
  const text = all(".log-lines li").map((item) => item.querySelector(":scope > span, :scope > details > summary > span")?.textContent ?? "").join("\n");
  try {
    await navigator.clipboard.writeText(`${text}\n`);
    say("Copied", true);
  } catch {
    say("Copying is not allowed here", true);
  }
}

/* Everything one can press -------------------------------------------------------------------------------------------------------- */
viewer?.addEventListener("click", (event) => {
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!isPlain) return;
  const own = event.target.closest("a, button");
  if (!own) return;
  const item = own.matches(".log-lines li > a") ? own.closest("li[id]") : null;
  if (item && !asked().has("errors")) { event.preventDefault(); reached = Number(item.id.slice(1)); choose(reached, event.shiftKey); }
  else if (own.matches("[data-log-wrap]")) { event.preventDefault(); wrap(own); }
  else if (own.matches("[data-log-stamps]")) { event.preventDefault(); stamps(own); own.closest("details").open = false; }
  else if (own.matches("[data-log-copy]")) { copy(); own.closest("details").open = false; }
  else if (own.matches("[data-log-full]")) { own.closest("details").open = false; (document.fullscreenElement ? document.exitFullscreen() : viewer.requestFullscreen()).catch(() => say("The browser does not allow it", true)); }
  else if (own.matches("[data-log-follow]")) follow(!isFollowing);
  else if (own.matches("[data-log-jump]") && one(".log-tail")) { event.preventDefault(); follow("growing" in viewer.dataset); toEnd(); }
});

/* j and k mark the next and the previous line, J and K as many more, y copies the link to them ------------------------------------- */
const isOff = () => { if (document.documentElement.dataset.keys === "off") return true; try { return localStorage.getItem("quayside.shortcuts-off") === "yes"; } catch { return false; } };

function firstInSight() {
  const top = pane().getBoundingClientRect().top;
  return all(".log-lines li[id]").find((item) => item.getBoundingClientRect().bottom > top + 1);
}

let reached = 0;
function walk(step, isRange) {
  const from = line(reached || anchor);
  const items = from ? all(".log-lines li[id]") : [];
  const item = from ? items[items.indexOf(from) + step] : firstInSight();
  if (!item) return false;
  for (let fold = item.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  reached = Number(item.id.slice(1));
  choose(reached, isRange);
  item.scrollIntoView({ block: "nearest" });
  return true;
}

async function copyLink() {
  try {
    await navigator.clipboard.writeText(location.href);
    say("The link to what is marked is copied", true);
  } catch {
    say("Copying is not allowed here; the address of this page is the link", true);
  }
}

const keys = { j: () => walk(1, false), k: () => walk(-1, false), J: () => walk(1, true), K: () => walk(-1, true), y: () => { copyLink(); return true; } };

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isOff() || !pane() || asked().has("errors")) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable], [data-rows]") || document.querySelector("dialog[open]")) return;
  if (Object.hasOwn(keys, event.key) && keys[event.key]()) event.preventDefault();
});

if (viewer && !followFragment()) {
  fit();
  const range = rangeOf(asked().get("line"));
  if (range) [anchor, reached] = range;
  arrive();
  lastTop = pane()?.scrollTop ?? 0;
  isFollowing = "growing" in viewer.dataset && "atEnd" in viewer.dataset;
  showFollowing();
  number();
  pane()?.addEventListener("scroll", scrolled, { passive: true });
  for (const kind of ["wheel", "keydown", "pointerdown", "touchmove"]) viewer.addEventListener(kind, () => { unasked = 20; }, { passive: true });
  addEventListener("resize", fit);
  /* By now htmx is there, and the browser has gone to the fragment in its own way. */
  addEventListener("load", () => { fit(); arrive(); setTimeout(reach, 100); });
  addEventListener("hashchange", followFragment);
}
