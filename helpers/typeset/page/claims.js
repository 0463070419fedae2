// The filters of the claims: choices stand in the address, so that a view can be sent to others.
(function () {
  "use strict";
  const form = document.getElementById("filters");
  const count = document.getElementById("count");
  const rows = Array.from(document.querySelectorAll("tbody tr"));
  const plain = (words) => words.toLowerCase().replaceAll("\u2212", "-");  // a minus as typed
  const text = new Map(rows.map((row) => [row, plain(row.textContent)]));
  const names = ["verdict", "section", "words"];

  function show() {
    const wanted = names.map((name) => form.elements[name].value.trim());
    const [verdict, section] = wanted;
    const words = plain(wanted[2]).split(/[\s,]+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      row.hidden = !(
        (!verdict || row.dataset.verdict === verdict) &&
        (!section || row.dataset.section === section) &&
        words.every((word) => text.get(row).includes(word)));
      shown += row.hidden ? 0 : 1;
    }
    count.textContent = shown === rows.length
      ? rows.length + " claims" : shown + " of " + rows.length + " claims";
  }

  function remember() {
    const query = new URLSearchParams();
    for (const name of names) {
      if (form.elements[name].value) query.set(name, form.elements[name].value);
    }
    const at = location.pathname + (query.size ? "?" + query : "");
    try { history.replaceState(null, "", at); } catch { /* a file's address may not change */ }
  }

  function reveal() {  // a claim that is asked for by its address is never filtered away
    const row = rows.find((each) => "#" + each.id === location.hash);
    if (!row) return;
    if (row.hidden) {
      for (const name of names) form.elements[name].value = "";
      show();
    }
    row.scrollIntoView();
  }

  const asked = new URLSearchParams(location.search);
  for (const name of names) {
    const choice = form.elements[name];
    choice.value = asked.get(name) || "";
    if (choice.selectedIndex === -1) choice.value = "";
  }
  form.hidden = false;
  form.addEventListener("input", () => { show(); remember(); });
  form.addEventListener("reset", () => setTimeout(() => { show(); remember(); }));
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", reveal);
  show();
  reveal();
})();
