/* A link that is shown once: selected already, and a button that copies it. */
const button = document.querySelector("[data-copies]");
const field = button && document.getElementById(button.dataset.copies);
const said = button?.parentElement.querySelector("[role=status]");

if (field) {
  button.hidden = false;
  field.focus();
  field.select();
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = "Copied";
    } catch {
      field.select();
      said.textContent = "Copying is not allowed here. The link is selected.";
    }
  });
}
