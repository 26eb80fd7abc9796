// Shows only the rows of the Evidence page that hold every word of the filter.
const filter = document.getElementById("evidence-filter");
const rows = [...document.querySelectorAll(".evidence tbody tr")];
const show = () => {
  const words = filter.value.toLowerCase().split(/\s+/);
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
  }
};
filter.addEventListener("input", show);
filter.closest("p").hidden = false;
