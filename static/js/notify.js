/* A notification of the browser's when a run ends that somebody waits for: <button data-notify="run">. Permission is asked for
   when the button is pressed and at no other time. What was wished for is kept for this tab and run; while it is, the root
   element has data-awaited, so that live.js goes on asking in a hidden tab. The end is read from [data-run][data-ended]. */

const key = (run) => `quayside.notify.${run}`;
const isPossible = "Notification" in window && window.isSecureContext;
const button = () => document.querySelector("[data-notify]");

function wish(run, isWanted) {
  try {
    if (isWanted) sessionStorage.setItem(key(run), "yes");
    else sessionStorage.removeItem(key(run));
  } catch { /* storage is off: the wish lasts as long as the page */ }
  document.documentElement.toggleAttribute("data-awaited", isWanted);
}

function isWished(run) {
  if (document.documentElement.hasAttribute("data-awaited")) return true;
  try { return sessionStorage.getItem(key(run)) === "yes"; } catch { return false; }
}

function show() {
  const place = button();
  if (!place || !isPossible) return;
  const isOn = document.documentElement.hasAttribute("data-awaited");
  place.hidden = false;
  place.setAttribute("aria-pressed", String(isOn));
  place.disabled = Notification.permission === "denied";
  place.textContent = place.disabled ? "This browser blocks notifications" : isOn ? "You are notified when it ends" : "Notify me when it ends";
}

async function press(run) {
  const isWanted = !isWished(run);
  if (isWanted && Notification.permission !== "granted") await Notification.requestPermission();
  wish(run, isWanted && Notification.permission === "granted");
  show();
}

function tell(head) {
  const { run, ended, title } = head.dataset;
  if (!isWished(run)) return;
  wish(run, false);
  const told = new Notification(title, { body: ended, tag: key(run) });
  told.addEventListener("click", () => { window.focus(); told.close(); });
}

document.addEventListener("click", (event) => {
  const pressed = event.target.closest?.("[data-notify]");
  if (pressed) press(pressed.dataset.notify);
});

document.addEventListener("htmx:after:swap", () => {
  const head = document.querySelector("[data-run][data-ended]");
  if (head && isPossible) tell(head);
  show();
});

const place = button();
if (place && isPossible && Notification.permission === "granted" && isWished(place.dataset.notify)) wish(place.dataset.notify, true);
show();
