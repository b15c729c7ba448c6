/* What a page does by itself, in small independent parts; everything works, less conveniently, without it.
   Times, copying, dialogs and menus, tabs, keyboard, suggestions, busy state, actions, selection, focus after swaps. */

/* Shared */
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

function announce(text) {
  const place = document.querySelector("#announcements");
  if (!place) return;
  place.textContent = "";
  setTimeout(() => { place.textContent = text; }, 50);
}
document.addEventListener("quayside:announce", (event) => announce(event.detail?.text ?? event.detail?.value ?? ""));

function store(key, value) {
  try {
    if (value === undefined) return localStorage.getItem(key);
    localStorage.setItem(key, value);
  } catch { /* storage is off: nothing is remembered */ }
  return null;
}

/* Markup: htmx alone makes elements of text, of our own server's answers; no script in them runs. Trusted Types refuse all else. */
globalThis.htmx?.registerExtension("trusted-types", {
  init: (api) => { if (globalThis.trustedTypes) api.initSecurity(trustedTypes.createPolicy("htmx", { createHTML: (text) => text })); },
});

/* Times: <time datetime data-relative>, to come: data-ahead; running durations <time datetime data-since> */
{
  const rough = (s) => (s < 60 ? `${Math.floor(s)} s` : s < 3600 ? `${Math.floor(s / 60)} min` : s < 86400 ? `${Math.floor(s / 3600)} h` : `${Math.floor(s / 86400)} d`);

  const relative = (seconds) => {
    /* What was is never said to come: where it seems so, two clocks differ. */
    const s = Math.max(0, seconds);
    return s < 5 ? "just now" : `${rough(s)} ago`;
  };

  /* What is to come; once its time is past, whoever does it looks every few seconds. */
  const ahead = (seconds) => (seconds < 5 ? "in a moment" : `in ${rough(seconds)}`);

  const two = (large, unit, small, part) => (small ? `${large} ${unit} ${small} ${part}` : `${large} ${unit}`);

  const duration = (seconds) => {
    const s = Math.max(0, Math.floor(seconds));
    if (s < 60) return `${s} s`;
    if (s < 3600) return two(Math.floor(s / 60), "min", s % 60, "s");
    if (s < 86400) return two(Math.floor(s / 3600), "h", Math.floor((s % 3600) / 60), "min");
    return two(Math.floor(s / 86400), "d", Math.floor((s % 86400) / 3600), "h");
  };

  const put = (element, text) => { if (element.textContent !== text) element.textContent = text; };

  function tick() {
    const now = Date.now();
    for (const time of all("html:not([data-times]) time[data-relative]")) {
      const at = Date.parse(time.dateTime);
      if (Number.isFinite(at)) put(time, now - at < 28 * 86_400_000 ? relative((now - at) / 1000) : time.dateTime.slice(0, 10));
    }
    for (const time of all("html:not([data-times]) time[data-ahead]")) {
      const at = Date.parse(time.dateTime);
      if (Number.isFinite(at)) put(time, ahead((at - now) / 1000));
    }
    for (const running of all("[data-since]")) {
      const since = Date.parse(running.dataset.since || running.dateTime);
      if (Number.isFinite(since)) put(running, duration((now - since) / 1000));
    }
  }

  const isReading = () => { const s = getSelection(); return s && !s.isCollapsed; };
  tick();
  document.addEventListener("htmx:after:swap", tick);
  setInterval(() => { if (!document.hidden && !isReading()) tick(); }, 1000);
}

/* Copying */
{
  async function copy(button) {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      announce("Copying is not allowed here");
      return;
    }
    const use = button.querySelector("use");
    const before = use?.getAttribute("href");
    use?.setAttribute("href", before.replace(/#.*/, "#check"));
    button.classList.add("is-done");
    announce("Copied");
    setTimeout(() => { use?.setAttribute("href", before); button.classList.remove("is-done"); }, 1500);
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (button) copy(button);
  });
}

/* Dialogs and menus */
{
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog) {
      event.preventDefault();
      opener.closest("details.menu")?.removeAttribute("open");
      dialog.showModal();
    }
    if (event.target.matches?.("dialog.dialog")) event.target.close();
    for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of all("details.menu[open]")) {
      event.preventDefault();
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  document.addEventListener("focusout", (event) => {
    const menu = event.target.closest?.("details.menu[open]");
    if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });

  /* Whether a panel is open is remembered in a cookie, so that the server renders it so. */
  document.addEventListener("click", (event) => {
    const panel = event.target.closest?.("details[data-cookie] > summary")?.parentElement;
    if (panel) document.cookie = `${encodeURIComponent(panel.dataset.cookie)}=${panel.open ? 0 : 1}; path=/; max-age=31536000; samesite=lax`;
  });

  for (const panel of all(".facets")) {
    if (matchMedia("(max-width: 999px)").matches) panel.open = false;
    panel.dataset.settled = "";
  }
}

/* Tabs: the one that one is on can be seen, however narrow the window is */
for (const tabs of all(".tabs")) {
  const current = tabs.querySelector("[aria-current]");
  if (current && tabs.scrollWidth > tabs.clientWidth) tabs.scrollLeft = current.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2;
}

/* Tables: one that fits needs no scrolling region, and then its head can stay at the top of the window */
{
  const fit = (region) => {
    const table = region.firstElementChild;
    const { paddingInlineStart, paddingInlineEnd } = getComputedStyle(region);
    const room = region.clientWidth - parseFloat(paddingInlineStart) - parseFloat(paddingInlineEnd);
    const fits = Boolean(table) && table.scrollWidth <= room + 1;
    region.classList.toggle("is-fitting", fits);
    region.tabIndex = fits ? -1 : 0;
  };
  const sizes = new ResizeObserver((entries) => entries.forEach((entry) => fit(entry.target)));
  const watch = () => { for (const region of all(".table-region")) { fit(region); sizes.observe(region); } };
  watch();
  document.addEventListener("htmx:after:swap", watch);
}

/* Keyboard */
{
  const OFF = "quayside.shortcuts-off";
  const isOff = () => "keys" in document.documentElement.dataset || store(OFF) === "yes";
  const isTyping = (target) => target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(checkbox|radio|button|submit)$/.test(target.type);

  function focusOn(selector) {
    const field = document.querySelector(selector);
    field?.focus();
    field?.select?.();
    return Boolean(field);
  }

  function move(step) {
    const links = all("[data-rows] > *").map((row) => row.querySelector("[data-row-link], th a, a")).filter(Boolean);
    if (!links.length) return false;
    const row = document.activeElement?.closest("[data-rows] > *");
    const at = row ? links.findIndex((link) => row.contains(link)) : -1;
    const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + step))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  /* Scrolls or moves something by the arrows itself. */
  const OWN_ARROWS = "audio, video, iframe, .table-region, pre, [role=slider], [role=listbox], [role=tree], [data-arrows]";

  /* Among the trials of a list and the tabs of a trial one goes about by keys in place of the page: Back leads to the list. */
  function replaceBy(link) {
    if (link) location.replace(link.href);
    return Boolean(link);
  }

  function turn(step) {
    const links = all("[data-tabs] a[href]");
    const at = links.findIndex((link) => link.getAttribute("aria-current") === "page");
    return at >= 0 && replaceBy(links[(at + step + links.length) % links.length]);
  }

  const isTrial = () => Boolean(document.querySelector("[data-tabs]"));
  const flip = (way) => isTrial() && replaceBy(document.querySelector(`#trial-page .page-head a[rel=${way}]`));

  function press(selector) {
    const element = document.querySelector(selector);
    element?.click();
    return Boolean(element);
  }

  const keys = {
    "/": () => focusOn("main input[name=find]") || (isTrial() && focusOn("main [data-filter]")) || focusOn("[data-search]"),
    f: () => focusOn("[data-filter]"),
    j: () => move(1),
    k: () => move(-1),
    x: () => { const box = document.activeElement?.closest("[data-rows] > *")?.querySelector("[data-select]"); box?.click(); return Boolean(box); },
    "[": () => turn(-1) || press("main a[rel=prev]"),
    "]": () => turn(1) || press("main a[rel=next]"),
    ArrowLeft: () => flip("prev"),
    ArrowRight: () => flip("next"),
    Escape: () => press("main a[data-up]"),
    r: () => { document.dispatchEvent(new CustomEvent("quayside:refresh")); announce("Refreshing"); return true; },
    "?": () => { document.getElementById("shortcuts")?.showModal(); return true; },
  };
  const withAlt = { ArrowLeft: () => turn(-1), ArrowRight: () => turn(1) };

  /* On window: whatever else listens on the page comes first, and says so by preventing the default. */
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || isOff()) return;
    if (isTyping(event.target) && event.key === "Escape") event.target.blur();
    if (isTyping(event.target) || document.querySelector("dialog[open]") || document.fullscreenElement) return;
    if (event.key.startsWith("Arrow") && (event.shiftKey || (!event.altKey && event.target.closest?.(OWN_ARROWS)))) return;
    const known = event.altKey ? withAlt : keys;
    if (Object.hasOwn(known, event.key) && known[event.key]()) event.preventDefault();
  });

  for (const box of all("[data-shortcuts]")) {
    box.checked = !isOff();
    box.addEventListener("change", () => store(OFF, box.checked ? "no" : "yes"));
  }
}

/* Suggestions in a query box: <input data-suggest='{"status": ["failed", …], "after": []}'> */
{
  const ENOUGH = 2;
  let list = null;
  let input = null;

  const word = (field) => /[^\s]*$/.exec(field.value.slice(0, field.selectionStart))[0];
  /* As dashboard/domain/query_tokens.py writes a value: what would end it, or begin something else, stands in quotes. */
  const quoted = (value) => (/[\s,"()\\]/.test(value) ? `"${value.replace(/["\\]/g, "\\$&")}"` : value);

  function choices(field) {
    const fields = JSON.parse(field.dataset.suggest);
    const typed = word(field);
    const [name, value] = typed.split(/:(.*)/s);
    if (value === undefined) return matching(Object.keys(fields), name).map((each) => ({ text: `${each}:`, note: fields[each].slice(0, 3).join(", ") }));
    return matching(Object.hasOwn(fields, name) ? fields[name] : [], value).filter((each) => each !== value).slice(0, 20)
      .map((each) => ({ text: `${name}:${quoted(each)} `, shown: each }));
  }

  /* Those that begin with what is typed, then those that hold it. */
  function matching(texts, typed) {
    const part = typed.toLowerCase();
    const begins = (text) => text.toLowerCase().startsWith(part);
    return texts.filter((text) => text.toLowerCase().includes(part)).sort((a, b) => begins(b) - begins(a));
  }

  /* The first is meant as soon as enough of it is typed, unless that is a whole value already. */
  function isMeant(field, { text, shown = text }) {
    const [name, value = name] = word(field).split(/:(.*)/s);
    const known = Object.entries(JSON.parse(field.dataset.suggest)).find(([each]) => each === name)?.[1] ?? [];
    return value.length >= ENOUGH && shown.toLowerCase().startsWith(value.toLowerCase()) && !known.includes(value);
  }

  function close() {
    list?.remove();
    list = null;
    input?.setAttribute("aria-expanded", "false");
    input?.removeAttribute("aria-activedescendant");
  }

  function open(field) {
    close();
    const found = choices(field);
    if (!found.length) return;
    input = field;
    list = document.createElement("ul");
    list.className = "suggestions";
    list.id = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Suggestions");
    found.forEach((choice, index) => list.append(item(choice, index)));
    field.after(list);
    field.setAttribute("aria-expanded", "true");
    field.setAttribute("aria-controls", "suggestions");
    if (isMeant(field, found[0])) highlight(list.firstElementChild);
  }

  function item({ text, shown = text, note = "" }, index) {
    const element = document.createElement("li");
    element.setAttribute("role", "option");
    element.setAttribute("aria-selected", "false");
    element.id = `suggestion-${index}`;
    element.dataset.text = text;
    element.textContent = shown;
    const aside = document.createElement("span");
    aside.textContent = note;
    if (note) element.append(aside);
    return element;
  }

  function accept(element) {
    const end = input.selectionStart;
    const start = end - word(input).length;
    input.setRangeText(element.dataset.text, start, end, "end");
    input.focus();
    if (element.dataset.text.endsWith(":")) open(input); else close();
  }

  /* A free word may begin as a field does ("error"): there Enter filters, unless one has walked to a suggestion. */
  const isWanted = () => list.dataset.walked === "yes" || word(input).includes(":");

  function go(step) {
    list.dataset.walked = "yes";
    const items = [...list.children];
    const at = items.findIndex((each) => each.getAttribute("aria-selected") === "true");
    items[at]?.setAttribute("aria-selected", "false");
    highlight(items[(at + step + items.length + (at < 0 && step < 0 ? 1 : 0)) % items.length]);
  }

  function highlight(element) {
    element.setAttribute("aria-selected", "true");
    element.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", element.id);
  }

  for (const field of all("[data-suggest]")) {
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-expanded", "false");
    field.autocomplete = "off";
  }

  document.addEventListener("input", (event) => { if (event.target.matches?.("[data-suggest]")) open(event.target); });
  document.addEventListener("focusout", (event) => { if (event.target === input) close(); });
  document.addEventListener("mousedown", (event) => {
    const element = event.target.closest?.(".suggestions > li");
    if (element) { event.preventDefault(); accept(element); }
  });
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches?.("[data-suggest]")) return;
    if (!list) { if (event.key === "ArrowDown") { event.preventDefault(); open(event.target); } return; }
    const chosen = list.querySelector("[aria-selected=true]");
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown") go(1);
    else if (event.key === "ArrowUp") go(-1);
    else if (chosen && (event.key === "Tab" || (event.key === "Enter" && isWanted()))) accept(chosen);
    else return;
    event.preventDefault();
  });
}

/* Busy state: something shows as soon as a person has asked for something */
{
  const root = document.documentElement;
  let pending = 0;
  const isPoll = (event) => event.detail?.ctx?.sourceEvent?.type === "refresh";
  const busy = (change) => { pending = Math.max(0, pending + change); root.classList.toggle("is-busy", pending > 0); };

  document.addEventListener("htmx:before:request", (event) => { if (!isPoll(event)) busy(1); });
  document.addEventListener("htmx:finally:request", (event) => { if (!isPoll(event)) busy(-1); });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog" || form.matches("[data-download]") || event.submitter?.matches("[data-download]")) return;
    event.submitter?.setAttribute("aria-busy", "true");
    root.classList.add("is-busy");
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    const plain = link && !event.defaultPrevented && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!plain || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
    root.classList.add("is-busy");
    if (link.matches("#trial-page .page-head a[rel]")) { event.preventDefault(); location.replace(link.href); } // as the keys do
    setTimeout(() => { if (!pending) root.classList.remove("is-busy"); }, 8000);
  });

  addEventListener("pageshow", () => {
    pending = 0;
    root.classList.remove("is-busy");
    for (const button of all("[aria-busy=true]")) button.removeAttribute("aria-busy");
  });

  /* A form that htmx sends: only one press counts, and a failure is said. */
  document.addEventListener("htmx:response:error", (event) => { if (!isPoll(event)) failed(`The server answered ${event.detail.ctx.response.status}.`); });
  document.addEventListener("htmx:error", (event) => { if (!isPoll(event) && event.detail.ctx) failed("There was no answer from the server."); });

  function failed(why) {
    const place = document.querySelector("#connection");
    const box = document.createElement("div");
    box.className = "banner";
    box.dataset.state = "error";
    const text = document.createElement("p");
    text.className = "banner-text";
    text.textContent = `That did not work. ${why} Nothing on this page was lost; try again.`;
    box.append(text);
    place?.replaceChildren(box);
    setTimeout(() => box.remove(), 12_000);
  }
}

/* How far an archive is: each download gets an id of its own, by which the line below the form asks */
document.addEventListener("submit", (event) => {
  const address = event.target.dataset?.progress;
  if (!address || event.defaultPrevented) return;
  const id = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const field = event.target.elements.namedItem("download");
  field.value = id;
  field.disabled = false;
  htmx.ajax("GET", `${address}?download=${id}`, { target: "#archive-progress", swap: "outerHTML" });
});

/* Actions: a form is sent once; the question about an action shows over the page */
{
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches("[data-download], [hx-post]")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  }, true);
  addEventListener("pageshow", () => { for (const form of all("form[data-sent]")) delete form.dataset.sent; });

  document.addEventListener("htmx:after:swap", () => document.querySelector("#dialogs > dialog:not([open], [data-asked])")?.showModal());
  document.addEventListener("close", (event) => { if (event.target.matches?.("#dialogs > dialog")) event.target.dataset.asked = "yes"; }, true);
}

/* Selection: <input type="checkbox" data-select> in rows, one for the page, one for all that match; it outlives swaps - */
{
  const boxes = () => all("[data-select]");
  const ticked = new Set();

  function show() {
    const page = document.querySelector("[data-select-page]");
    const n = boxes().filter((box) => box.checked).length;
    if (page) {
      page.checked = n > 0 && n === boxes().length;
      page.indeterminate = n > 0 && !page.checked;
    }
    const text = document.querySelector("[data-select-all]")?.checked ? "All selected" : `${n} selected`;
    const count = document.querySelector("[data-selected]");
    if (count && count.textContent !== text) count.textContent = text;
  }

  function note(box) {
    if (box.checked) ticked.add(box.value);
    else ticked.delete(box.value);
  }

  document.addEventListener("change", ({ target }) => {
    if (target.matches?.("[data-select]")) note(target);
    else if (target.matches?.("[data-select-page]")) for (const box of boxes()) { box.checked = target.checked; note(box); }
    else if (!target.matches?.("[data-select-all]")) return;
    show();
  });

  /* Shift and a click tick, or untick, all between this box and the last. */
  let last = null;
  document.addEventListener("click", ({ target, shiftKey }) => {
    if (!target.matches?.("[data-select]")) return;
    const [from, to] = [boxes().indexOf(last), boxes().indexOf(target)].sort((a, b) => a - b);
    if (shiftKey && from >= 0) for (const box of boxes().slice(from, to + 1)) { box.checked = target.checked; note(box); }
    last = target;
  });

  document.addEventListener("reset", (event) => {
    if (event.target.id === "selection") setTimeout(() => { ticked.clear(); show(); });
  });

  document.addEventListener("htmx:after:swap", () => {
    for (const box of boxes()) box.checked = ticked.has(box.value);
    show();
  });

  /* What the browser restored when one came back. */
  addEventListener("pageshow", () => { boxes().forEach(note); show(); });
}

/* Focus after a swap */
{
  let last = null;

  document.addEventListener("htmx:before:swap", () => {
    const element = document.activeElement;
    last = element && element !== document.body ? { id: element.id, href: element.getAttribute("href"), label: element.textContent.trim() } : null;
  });

  document.addEventListener("htmx:after:swap", (event) => {
    const lost = !document.activeElement || document.activeElement === document.body;
    if (lost && last) again(last)?.focus({ preventScroll: true });
    if (event.detail?.ctx?.push && event.detail.ctx.sourceEvent?.type !== "refresh") {
      const summary = document.querySelector("[data-announce]");
      if (summary) announce(summary.textContent.trim());
    }
  });

  function again({ id, href, label }) {
    if (id && document.getElementById(id)) return document.getElementById(id);
    const links = href ? all("main a[href]") : [];
    return links.find((link) => link.getAttribute("href") === href) ?? links.find((link) => label && link.textContent.trim() === label) ?? document.querySelector("#main");
  }
}

/* Appearance: at once, then the form tells the server */
document.addEventListener("submit", (event) => {
  if (!event.target.matches?.("[data-appearance]") || !event.submitter) return;
  const { name, value } = event.submitter;
  if (value) document.documentElement.dataset[name] = value;
  else delete document.documentElement.dataset[name];
});
