/* The refresh scheduler. While the page has a region marked [data-live="3"] (seconds), it sends the event "refresh" to the body
   after that many seconds; regions ask with hx-trigger="refresh from:body". One round at a time: the next is timed when all
   answers of this one are in. It rests while the person has paused it, text is selected, or a dialog or menu is open; in a
   hidden tab too, unless the root element has data-awaited (see notify.js), when it asks slowly. After a failure it waits
   longer each time and says so in #connection. Answers may carry the event "quayside:looked" {age: seconds since the
   sources were looked at; tries: {source: seconds until it is tried again}}, also with status 204. What was swapped in may
   name the window's title in data-title, and say of a source in data-try-in when it is tried again. */

const SLOWEST = 60;
const HIDDEN = 30;
const PAUSED = "quayside.paused";
const state = { timer: 0, dueAt: 0, inFlight: 0, failures: 0, problem: "", goodAt: new Date(), lookedAt: Date.now() };

let tries = new Map();

const one = (selector) => document.querySelector(selector);
const region = () => one("[data-live]");
const interval = () => Math.min(...[...document.querySelectorAll("[data-live]")].map((each) => Number(each.dataset.live) || 3));
const isPaused = () => remembered() === "yes";
const isAwaited = () => "awaited" in document.documentElement.dataset;
const isResting = () => document.hidden && !isAwaited();
const isPoll = (event) => event.detail?.ctx?.sourceEvent?.type === "refresh";

function remembered() {
  try { return localStorage.getItem(PAUSED); } catch { return null; }
}

function remember(value) {
  try { localStorage.setItem(PAUSED, value); } catch { /* private mode: the choice lasts as long as the page */ }
}

function delay() {
  const least = document.hidden ? HIDDEN : 0;
  if (!state.failures) return Math.max(least, interval());
  const grown = Math.min(SLOWEST, interval() * 2 ** state.failures);
  return Math.max(least, grown * (0.75 + Math.random() / 2));
}

function isHeld() {
  if (one("dialog[open], details.menu[open], [aria-expanded=true][data-suggest]")) return true;
  const selection = getSelection();
  if (selection && !selection.isCollapsed && selection.anchorNode?.parentElement?.closest("main")) return true;
  const active = document.activeElement;
  return Boolean(active?.closest("[data-live]") && active.matches("input:not([type=checkbox]), textarea, select"));
}

function schedule(seconds) {
  clearTimeout(state.timer);
  if (!region() || isPaused() || isResting()) return;
  state.dueAt = Date.now() + seconds * 1000;
  state.timer = setTimeout(fire, seconds * 1000);
}

function fire() {
  if (!region() || isResting()) return;
  if (state.inFlight) return;
  if (!document.hidden && isHeld()) { schedule(0.5); return; }
  document.body.dispatchEvent(new CustomEvent("refresh"));
  if (!state.inFlight) setTimeout(() => state.inFlight || schedule(delay()), 50);
}

function refreshNow() {
  clearTimeout(state.timer);
  fire();
}

/* Requests */
let roundFailed = false;

document.addEventListener("htmx:config:request", (event) => {
  if (!isPoll(event)) return;
  event.detail.ctx.request.timeout = Math.round(1000 * Math.min(10, Math.max(2.5, interval() * 0.9)));
});

document.addEventListener("htmx:before:request", (event) => {
  if (isPoll(event)) state.inFlight += 1;
});

document.addEventListener("htmx:response:error", (event) => {
  if (isPoll(event)) fail(`the server answered ${event.detail.ctx.response.status}`);
});

document.addEventListener("htmx:error", (event) => {
  if (isPoll(event)) fail(navigator.onLine ? "no answer from the server" : "this device is offline");
});

document.addEventListener("htmx:finally:request", (event) => {
  if (!isPoll(event)) return;
  state.inFlight = Math.max(0, state.inFlight - 1);
  if (state.inFlight) return;
  if (!roundFailed) succeed();
  else state.failures += 1;
  roundFailed = false;
  schedule(delay());
  show();
});

document.addEventListener("quayside:looked", (event) => {
  const age = Number(event.detail?.age ?? event.detail?.value);
  if (Number.isFinite(age)) setAge(age);
  if (event.detail?.tries) tries = new Map(Object.entries(event.detail.tries).map(([source, wait]) => [source, Date.now() + wait * 1000]));
  show();
});

/* Every "as of" on the page is as fresh as the last answer, without anything being swapped. */
function setAge(age) {
  state.lookedAt = Date.now() - age * 1000;
  for (const time of document.querySelectorAll("[data-as-of] time")) time.dateTime = new Date(state.lookedAt).toISOString();
}

function fail(problem) {
  roundFailed = true;
  state.problem = problem;
}

function succeed() {
  state.failures = 0;
  state.problem = "";
  state.goodAt = new Date();
}

/* What the person sees */
function ago(seconds) {
  if (seconds < 2) return "just now";
  if (seconds < 90) return `${Math.round(seconds)} s ago`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`;
  return `${Math.round(seconds / 3600)} h ago`;
}

function show() {
  countDown();
  const button = one("[data-live-toggle]");
  if (!button) return;
  button.hidden = !region();
  if (button.hidden) { showConnection(); return; }
  const paused = isPaused();
  button.setAttribute("aria-pressed", String(!paused));
  button.dataset.state = state.failures ? "failing" : "";
  button.title = paused ? "Paused: the page does not change by itself" : "The page keeps itself up to date; press to pause";
  const age = button.querySelector("[data-live-age]");
  const text = `${paused ? "paused, " : ""}updated ${ago((Date.now() - state.lookedAt) / 1000)}`;
  if (age && age.textContent !== text) age.textContent = text;
  showConnection();
}

function showConnection() {
  const place = one("#connection");
  if (!place) return;
  if (!state.failures) { place.replaceChildren(); return; }
  if (!place.firstChild) place.append(banner());
  const time = state.goodAt.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const wait = Math.max(0, Math.round((state.dueAt - Date.now()) / 1000));
  place.querySelector("span").textContent = `Showing what was there at ${time}; ${state.problem}.`;
  place.querySelector("[aria-hidden]").textContent = isPaused() ? "Paused." : wait ? `Trying again in ${wait} s.` : "Trying again …";
}

function banner() {
  const box = make("div", "banner");
  box.dataset.state = "warn";
  const words = make("p", "banner-text");
  const wait = make("span", "muted");
  wait.setAttribute("aria-hidden", "true");
  const now = make("button", "", "Try now");
  now.type = "button";
  now.addEventListener("click", refreshNow);
  words.append(make("strong", "", "Connection lost"), make("span"));
  box.append(words, wait, now);
  return box;
}

function make(tag, name = "", text = "") {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.textContent = text;
  return element;
}

/* When a source that fails is tried again: counted down from what the last answer said, or else from what the page says. */
function countDown() {
  for (const place of document.querySelectorAll("[data-try]")) {
    const { try: source, tryIn, tryWords } = place.dataset;
    if (!tries.has(source)) tries.set(source, Date.now() + Number(tryIn) * 1000);
    const wait = Math.round((tries.get(source) - Date.now()) / 1000);
    const text = wait > 0 ? `${tryWords} in ${wait < 90 ? `${wait} s` : `${Math.round(wait / 60)} min`}` : "asking again";
    if (place.textContent !== text) place.textContent = text;
  }
}

/* Starting, pausing, coming back */
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-live-toggle]")) return;
  remember(isPaused() ? "no" : "yes");
  if (isPaused()) clearTimeout(state.timer);
  else refreshNow();
  show();
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) { if (!isPaused()) refreshNow(); return; }
  clearTimeout(state.timer);
  schedule(delay());
});

document.addEventListener("quayside:refresh", refreshNow);
addEventListener("online", () => state.failures && refreshNow());
document.addEventListener("htmx:after:swap", () => {
  const title = one("[data-title]")?.dataset.title;
  if (title) document.title = title;
  show();
});

const first = region();
if (first?.dataset.looked) state.lookedAt = Date.now() - Number(first.dataset.looked) * 1000;
schedule(region() ? delay() : SLOWEST);
setInterval(() => {
  if (isResting()) return;
  show();
  if (region() && !isPaused() && !state.inFlight && Date.now() > state.dueAt + 2000) schedule(delay());
}, 1000);
show();

/* Stars change at once; the server is told, and if it does not agree they change back. Without this file the form is sent and the page comes anew. */
{
  const pressed = new Map();

  function set(button, isOn) {
    button.setAttribute("aria-pressed", String(isOn));
    button.name = isOn ? "unstar" : "star";
  }

  /* Every star of the same thing on the page: a row that was swapped meanwhile is another element. */
  const same = (value) => document.querySelectorAll(`[data-star][value="${CSS.escape(value)}"]`);

  document.addEventListener("htmx:before:request", ({ target, detail }) => {
    const button = detail?.ctx?.sourceEvent?.submitter;
    if (!target.closest?.("[data-stars]") || !button?.matches("[data-star]")) return;
    const isOn = button.getAttribute("aria-pressed") !== "true";
    pressed.set(detail.ctx, { value: button.value, was: !isOn });
    for (const each of same(button.value)) set(each, isOn);
  });

  function undo({ detail }) {
    const known = pressed.get(detail?.ctx);
    if (known) for (const each of same(known.value)) set(each, known.was);
  }
  document.addEventListener("htmx:response:error", undo);
  document.addEventListener("htmx:error", undo);
  document.addEventListener("htmx:finally:request", ({ detail }) => pressed.delete(detail?.ctx));
}
