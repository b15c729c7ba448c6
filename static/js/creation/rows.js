/* Forms of what is created: one row more of the same, and a list that gets shorter as one types. Works without it: the button
   then asks the server for the row. */
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/* The last row once more, empty, under the next number; nothing is sent, so that values of secrets stay typed. */
function add(prefix) {
  const rows = all(`[data-row="${prefix}"]`);
  const count = document.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
  const row = rows.at(-1)?.cloneNode(true);
  if (!row || !count) return false;
  const renamed = (text) => text.replaceAll(`${prefix}-${rows.length - 1}-`, `${prefix}-${rows.length}-`);
  for (const element of [row, ...all("*", row)]) {
    for (const { name, value } of [...element.attributes]) if (/^(id|name|for|aria-describedby)$/.test(name)) element.setAttribute(name, renamed(value));
    element.removeAttribute("aria-invalid");
    element.removeAttribute("autofocus");
    if (element.matches("input")) { element.removeAttribute("value"); element.value = ""; }
    if (element.matches(".field-errors")) element.remove();
    if (element.matches("[data-number]")) element.textContent = rows.length + 1;
  }
  rows.at(-1).after(row);
  count.value = rows.length + 1;
  row.querySelector("input")?.focus();
  return true;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-another]");
  if (button && add(button.dataset.another)) event.preventDefault();
});

document.addEventListener("input", (event) => {
  const list = event.target.dataset?.narrow && document.getElementById(event.target.dataset.narrow);
  if (!list) return;
  const words = event.target.value.toLowerCase().split(/\s+/);
  for (const item of list.children) item.hidden = !words.every((word) => item.textContent.toLowerCase().includes(word));
});

document.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.dataset?.narrow) event.preventDefault(); });
