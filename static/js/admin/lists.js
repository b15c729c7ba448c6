/* What each cell of a list is called, for small screens, where a row is a card without a head above it. */
const table = document.querySelector("#result_list");
const heads = [...(table?.querySelectorAll("thead th") ?? [])].map((head) => head.querySelector(".text")?.textContent.trim() ?? "");

for (const row of table?.querySelectorAll("tbody tr") ?? []) {
  [...row.cells].forEach((cell, number) => {
    if (cell.tagName !== "TD" || cell.classList.contains("action-checkbox")) return;
    if (heads[number]) cell.dataset.label = heads[number];
    const isDrawn = cell.querySelector("img, svg");
    cell.classList.toggle("is-empty", !isDrawn && ["", "–"].includes(cell.textContent.trim()));
  });
}
