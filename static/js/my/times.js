/* Moments as the reader chose to have them written: in a zone (data-times="local", data-zone or the device's) or in UTC. Of pages of those who chose so. */
const { times, zone } = document.documentElement.dataset;
const parts = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

function writer() {
  for (const timeZone of [times === "utc" ? "UTC" : zone, undefined]) {
    try { return new Intl.DateTimeFormat("sv-SE", { ...parts, timeZone }); } catch { /* a zone that this browser does not know */ }
  }
  return new Intl.DateTimeFormat("sv-SE", parts);
}

const written = writer();

function write() {
  for (const time of document.querySelectorAll(`time[data-relative], time[data-ahead]${times === "local" ? ", time[data-moment]" : ""}`)) {
    const at = Date.parse(time.dateTime);
    const text = Number.isFinite(at) ? `${written.format(at)}${times === "utc" ? " UTC" : ""}` : time.textContent;
    if (time.textContent !== text) time.textContent = text;
  }
}

write();
document.addEventListener("htmx:after:swap", write);
setInterval(() => { const s = getSelection(); if (!document.hidden && (!s || s.isCollapsed)) write(); }, 1000);
