/* The form that shares begins in the zone of the device, where one's preferences name none: <select data-usual data-longest
   data-longest-words>, the moments that the fields and the words beside them tell in UTC. Without this file they stay in UTC. */
const field = document.querySelector("select[data-usual]");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

function written(moment) {
  const parts = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: zone };
  return new Intl.DateTimeFormat("sv-SE", parts).format(Date.parse(moment));
}

if (field && [...field.options].some((option) => option.value === zone)) {
  const [day, time] = written(field.dataset.usual).split(" ");
  const { form } = field;
  field.value = zone;
  form.elements.day.value = day;
  form.elements.time.value = time.slice(0, 5);
  const help = document.querySelector("#id_day_helptext");
  help.textContent = help.textContent.replace(field.dataset.longestWords, `${written(field.dataset.longest)} ${zone.replaceAll("_", " ")}`);
}
