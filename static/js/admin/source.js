/* The form of a source: of the groups of fields only those of the chosen kind, and what a test of the connection finds wrong
   at the fields it is about. Without it all groups stand there, each with words that say what it is for. */
const kind = document.querySelector("[name=kind]");
const form = kind?.form;

/* What is hidden is not sent; what is wrong is shown, whatever the kind. */
function settle() {
  for (const group of form.querySelectorAll("fieldset.for-kind")) {
    const isOwn = group.classList.contains(`kind-${kind.value}`) || group.querySelector(".errors");
    group.hidden = group.disabled = !isOwn;
  }
}

function forget() {
  for (const one of form.querySelectorAll(".errorlist, .errornote")) one.remove();
  for (const row of form.querySelectorAll(".errors")) row.classList.remove("errors");
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

function mark(fault) {
  const field = document.getElementById(fault.dataset.place);
  const row = field?.closest(".form-row");
  if (!row) return null;
  const list = document.createElement("ul");
  list.className = "errorlist";
  list.id = `${field.id}_error`;
  list.append(document.createElement("li"));
  list.firstChild.textContent = fault.querySelector("span").textContent;
  row.classList.add("errors");
  row.prepend(list);
  const told = (field.getAttribute("aria-describedby") ?? "").split(" ");
  field.setAttribute("aria-describedby", [...new Set([...told, list.id])].join(" ").trim());
  field.setAttribute("aria-invalid", "true");
  return field;
}

if (form) {
  settle();
  kind.addEventListener("change", settle);
  document.addEventListener("htmx:after:swap", () => {
    forget();
    const marked = [...form.querySelectorAll(".faults > [data-place]")].map(mark).filter(Boolean);
    settle();
    marked[0]?.focus();
  });
}
