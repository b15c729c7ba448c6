/* Find in a viewer, by keyboard: Enter and Shift+Enter in its field go to the next and the previous place and stay in the field,
   n and N and F3 do from anywhere, and Esc ends the search before it leads anywhere else. The places are links: data-find-next … */

const KEPT = "quayside.finding";
const SWITCHES = ["find", "regex", "case"];

const field = document.querySelector("main form[role=search] input[name=find]");
const asked = () => new URLSearchParams(location.search);
const isFinding = () => Boolean(asked().get("find"));
const link = (name) => document.querySelector(`main [data-find-${name}]`);

function remembered(value) {
  try {
    const before = sessionStorage.getItem(KEPT);
    if (value) sessionStorage.setItem(KEPT, value); else sessionStorage.removeItem(KEPT);
    return before;
  } catch { return null; }
}

const isOff = () => { if (document.documentElement.dataset.keys === "off") return true; try { return localStorage.getItem("quayside.shortcuts-off") === "yes"; } catch { return false; } };
const isOver = () => Boolean(document.querySelector("dialog[open], details.menu[open]") || document.fullscreenElement);

function isSame() {
  const given = new FormData(field.form);
  return isFinding() && SWITCHES.every((name) => (given.get(name) ?? "") === (asked().get(name) ?? ""));
}

/* After the last comes the first. The page that comes puts one back into the field if one was there. */
function go(isBack) {
  const goal = isBack ? link("previous") ?? link("last") : link("next") ?? link("first");
  stay();
  goal?.click();
  return Boolean(goal);
}

function stay() {
  if (document.activeElement === field) remembered(location.pathname);
}

function resume() {
  field.focus({ preventScroll: true });
  if (document.activeElement === field) field.select();
}

function close() {
  const goal = link("close");
  if (goal) { goal.click(); return; }
  const address = new URL(location.href);
  for (const name of [...SWITCHES, "hit", "since"]) address.searchParams.delete(name);
  location.assign(address);
}

function pressedWithin(event) {
  if (event.key === "Escape" && isFinding() && !isOver()) close();
  else if (event.key !== "Enter" || !event.shiftKey) return;
  else if (isSame()) go(true);
  else field.form.requestSubmit();
  event.preventDefault();
}

function pressed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !isFinding() || isOver()) return;
  const isTyping = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (event.key === "F3") { if (!go(event.shiftKey)) return; }
  else if (isTyping || isOff()) return;
  else if (event.key === "Escape") close();
  else if (!/^n$/i.test(event.key) || !go(event.key === "N")) return;
  event.preventDefault();
}

if (field) {
  if (remembered("") === location.pathname) {
    resume();
    /* Where the address names a place, browser and viewer go there, and take the focus along. */
    addEventListener("load", () => setTimeout(resume));
  }
  field.addEventListener("keydown", pressedWithin);
  field.form.addEventListener("submit", (event) => {
    stay();
    if (isSame() && go(false)) event.preventDefault();
  });
  document.addEventListener("keydown", pressed);
}
