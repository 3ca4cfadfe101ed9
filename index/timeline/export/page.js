"use strict";
(() => {
  const form = document.getElementById("the-filter");
  const fields = [...form.querySelectorAll("select, input")];
  const status = document.getElementById("the-count");
  const empty = document.getElementById("no-events");
  const groups = [...document.querySelectorAll(".year")].map((section) => ({
    section,
    entries: [...section.querySelectorAll(".entry")],
  }));
  const entries = groups.flatMap((group) => group.entries);
  const marks = [...document.querySelectorAll("[data-e]")];
  const links = [...document.querySelectorAll(".years li")];
  const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const number = (count) => count.toLocaleString("en");
  let texts = null;

  const wanted = () => Object.fromEntries(fields.map((field) => [field.name, field.value.trim()]));

  const fits = (entry, place, asked, words) => {
    if (asked.document && entry.dataset.d !== asked.document) return false;
    if (asked.actor && !(entry.dataset.a || "").split(" ").includes(asked.actor)) return false;
    if (asked.surely && entry.dataset.o === "possible") return false;
    return words.every((word) => texts[place].includes(word));
  };

  const apply = () => {
    const asked = wanted();
    const words = fold(asked.words).split(/\s+/).filter(Boolean);
    if (words.length) texts ??= entries.map((entry) => fold(entry.querySelector(".what").textContent + " "
      + entry.querySelector(".when").textContent));
    let count = 0;
    let place = 0;
    for (const group of groups) {
      let shown = 0;
      for (const entry of group.entries) {
        entry.hidden = !fits(entry, place++, asked, words);
        if (!entry.hidden) shown++;
      }
      group.section.hidden = shown === 0;
      count += shown;
    }
    for (const mark of marks) {
      const entry = document.getElementById(mark.dataset.e);
      mark.classList.toggle("off", entry !== null && entry.hidden);
    }
    for (const link of links) {
      const held = link.dataset.g.split(" ").map((id) => document.getElementById(id));
      link.hidden = held.every((section) => section.hidden);
    }
    const all = entries.length;
    const noun = all === 1 ? "event" : "events";
    status.textContent = count === all ? `${number(all)} ${noun}` : `${number(count)} of ${number(all)} ${noun}`;
    empty.hidden = count > 0 || all === 0;
    return asked;
  };

  const remember = (asked) => {
    const given = Object.entries(asked).filter(([, value]) => value);
    const query = given.length ? "?" + new URLSearchParams(given) : location.pathname;
    try {
      history.replaceState(null, "", query + location.hash);
    } catch {
      // some browsers keep the address of a file as it is
    }
  };

  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => remember(apply()), 150);
  };
  const clear = () => {
    for (const field of fields) field.value = "";
    remember(apply());
  };
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target || !target.classList.contains("entry") || !target.hidden) return;
    clear();
    target.scrollIntoView();
  };

  form.addEventListener("input", soon);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    remember(apply());
  });
  form.querySelector("button[type=button]").addEventListener("click", () => {
    clear();
    fields.at(-1).focus();
  });
  document.querySelector(".overview")?.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-e]");
    if (mark) location.hash = mark.dataset.e;
  });
  addEventListener("hashchange", reveal);

  const given = new URLSearchParams(location.search);
  for (const field of fields) {
    const value = given.get(field.name) ?? "";
    if (field.tagName === "INPUT" || [...field.options].some((option) => option.value === value)) field.value = value;
  }
  form.hidden = false;
  apply();
  reveal();
})();
