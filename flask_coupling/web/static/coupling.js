// What pages gain with JavaScript: dialogs in place, a selection that is counted, forms that are sent once.
// Everything works without it; there is no state here that the server does not have.
(() => {
  "use strict";

  if (window.htmx) {
    htmx.config.allowEval = false;
    htmx.config.includeIndicatorStyles = false;
    htmx.config.historyCacheSize = 0; // pages show customers' data: none of it stays in the browser's storage
    htmx.config.refreshOnHistoryMiss = true;
    htmx.config.responseHandling = [
      { code: "204", swap: false },
      { code: "[2345]..", swap: true },
    ];
  }

  const dialog = () => document.getElementById("coupling-dialog");

  // --- an answer that comes while a person is at work: nothing is lost by it, and no press misses its button ------

  let pressed = null; // what the pointer or a key is down on
  let left = {}; // what the part that is swapped was left with
  const ticks = new Map(); // boxes of a list that are not as the server knows them
  const late = new Set(); // who has to ask again, because the answer was not shown

  const press = (event) => (pressed = event.target);
  const release = () =>
    setTimeout(() => {
      pressed = null; // after the click that belongs to it
      for (const element of late) htmx.trigger(element, "cpl-again");
      late.clear();
    });
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, press, true);
  for (const kind of ["pointerup", "pointercancel", "keyup"]) document.addEventListener(kind, release, true);
  window.addEventListener("blur", release);

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, requestConfig } = event.detail;
    if (target.contains(pressed) || target.querySelector("[data-cpl-sent]")) {
      event.detail.shouldSwap = false;
      late.add(requestConfig.elt);
      return;
    }
    const focused = target.contains(document.activeElement) ? document.activeElement : null;
    left = { focused, choice: target.id === "cpl-candidates" ? target.querySelector("input:checked")?.closest("label") : null };
    for (const box of target.querySelectorAll('input[type="checkbox"][name="pick"]:enabled')) {
      if (box.checked === box.defaultChecked) ticks.delete(box.value);
      else ticks.set(box.value, box.checked);
    }
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    const part = document.getElementById(event.detail.target.id);
    if (!part) return;
    if (left.choice) keepChoice(part, left.choice);
    if (part.matches("[data-cpl-selection]")) keepTicks(part);
    const { focused } = left;
    left = {};
    if (!focused || focused.isConnected || focused.id) return;
    [...part.querySelectorAll(focused.tagName)].find((each) => each.isEqualNode(focused))?.focus({ preventScroll: true });
  });

  // the record chosen stays chosen, and in sight, whatever was searched for since
  function keepChoice(candidates, label) {
    const { value } = label.querySelector("input");
    const same = [...candidates.querySelectorAll("input")].find((each) => each.value === value);
    if (!same) candidates.prepend(label);
    (same || label.querySelector("input")).checked = true;
  }

  // what is ticked in a list stays so when a search leads elsewhere: in its box, or unseen
  function keepTicks(list) {
    const boxes = new Map([...list.querySelectorAll('input[name="pick"]')].map((box) => [box.value, box]));
    for (const [value, checked] of ticks) {
      if (boxes.has(value)) boxes.get(value).checked = checked;
      else for (const name of checked ? ["shown", "pick"] : ["shown"]) list.append(hiddenField(name, value));
    }
  }

  function hiddenField(name, value) {
    return Object.assign(document.createElement("input"), { type: "hidden", name, value });
  }

  function tellUnreachable(is) {
    document.getElementById("cpl-unreachable")?.remove();
    const messages = document.querySelector("[data-cpl-unreachable]");
    if (!is || !messages) return;
    const told = Object.assign(document.createElement("p"), { id: "cpl-unreachable", className: "cpl-notice cpl-tone-bad" });
    told.textContent = messages.dataset.cplUnreachable;
    (dialog()?.open ? dialog() : messages).prepend(told);
  }
  document.addEventListener("htmx:sendError", () => tellUnreachable(true));
  document.addEventListener("htmx:beforeOnLoad", () => tellUnreachable(false));

  // --- dialogs -------------------------------------------------------------------------------------------------

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "coupling-dialog-body" && dialog()) {
      if (!dialog().open) dialog().showModal();
      dialog().querySelector("#cpl-dialog-title")?.focus();
    }
  });

  document.addEventListener("click", (event) => {
    const closing = event.target.closest("[data-cpl-close]");
    if ((closing && closing.closest("dialog")) || (event.target === dialog() && !insideOf(dialog(), event))) {
      event.preventDefault();
      dialog().close();
    }
  });

  function insideOf(element, event) {
    const box = element.getBoundingClientRect();
    return event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  }

  // --- selection: an action is offered while a record is selected that it applies to ------------------------------

  function countSelection(list) {
    const boxes = [...list.querySelectorAll('input[type="checkbox"][name="pick"]')];
    const picked = boxes.filter((box) => box.checked);
    const count = list.querySelector("[data-cpl-count]");
    const { cplOthers = 0, cplOthersCoupled = 0, cplEverything } = count ? count.dataset : {};
    const here = new Set(boxes.map((box) => box.value));
    const moved = [...ticks].filter(([value]) => !here.has(value));
    const sum = (some) => some.reduce((number, [, checked]) => number + (checked ? 1 : -1), 0);
    const unseen = Number(cplOthers) + sum(moved);
    const total = picked.length + unseen;
    const isCoupled = (value) => value.includes("~");
    const coupled =
      picked.filter((box) => isCoupled(box.value)).length +
      Number(cplOthersCoupled) +
      sum(moved.filter(([value]) => isCoupled(value)));
    const fitting = { coupled, uncoupled: total - coupled, one: total === 1 };
    for (const button of list.querySelectorAll("[data-cpl-needs]")) {
      const needs = button.dataset.cplNeeds;
      button.disabled = cplEverything === undefined ? !fitting[needs] : !cplEverything.split(" ").includes(needs);
    }
    if (count && cplEverything === undefined) {
      count.textContent = total ? count.dataset.cplCount.replace("0", total) : "";
      const elsewhere = list.querySelector("[data-cpl-elsewhere]");
      elsewhere.textContent = unseen > 0 ? elsewhere.dataset.cplElsewhere.replace("0", unseen) : "";
    }
    const all = list.querySelector("[data-cpl-all]");
    if (all) {
      all.hidden = boxes.some((box) => box.disabled);
      all.checked = picked.length > 0 && picked.length === boxes.length;
      all.indeterminate = picked.length > 0 && picked.length < boxes.length;
    }
  }

  document.addEventListener("change", (event) => {
    const list = event.target.closest("[data-cpl-selection]");
    if (!list) return;
    if (event.target.matches("[data-cpl-all]")) {
      for (const box of list.querySelectorAll('input[name="pick"]')) box.checked = event.target.checked;
    }
    countSelection(list);
  });

  function countAll() {
    document.querySelectorAll("[data-cpl-selection]").forEach(countSelection);
  }

  // --- forms: sent once, a list's action opens as a dialog ---------------------------------------------------------

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    if (!form.closest(".cpl")) return;
    if (button && button.hasAttribute("data-cpl-search") && window.htmx) {
      event.preventDefault();
      htmx.trigger(form.querySelector(button.dataset.cplSearch), "cpl-again");
      return;
    }
    if (button && button.hasAttribute("data-cpl-dialog") && window.htmx && dialog()) {
      event.preventDefault();
      const values = new FormData(form);
      values.set(button.name, button.value);
      htmx.ajax("POST", form.action, { target: "#coupling-dialog-body", source: button, values });
      return;
    }
    if (form.hasAttribute("data-cpl-takes-address")) takeAddress(form);
    if (form.method === "post") {
      if (form.dataset.cplSent) {
        event.preventDefault();
        return;
      }
      form.dataset.cplSent = "yes";
      form.setAttribute("aria-busy", "true");
    }
  });

  // searching while typing changes the address, but not the form that keeps it; and the answer may still be under way
  function takeAddress(form) {
    for (const kept of form.querySelectorAll("[data-cpl-kept]")) kept.remove();
    const shown = new URLSearchParams(location.search);
    const asked = new FormData(document.getElementById("cpl-filters"));
    for (const name of ["q", "state"]) shown.set(name, asked.get(name));
    for (const name of ["cursor", "back"]) shown.delete(name);
    for (const [name, value] of shown) {
      if (["q", "state", "sort", "col"].includes(name) && value) form.append(hiddenField(name, value));
    }
    form.elements.next.value = `${location.pathname}?${shown}`;
  }

  function allowAgain() {
    for (const form of document.querySelectorAll("[data-cpl-sent]")) {
      delete form.dataset.cplSent;
      form.removeAttribute("aria-busy");
    }
  }

  // a page taken from the browser's memory by the back button may send its forms again
  window.addEventListener("pageshow", () => {
    allowAgain();
    countAll();
  });
  document.addEventListener("htmx:afterSettle", countAll);
  document.addEventListener("htmx:beforeHistorySave", () => dialog()?.open && dialog().close());
  // on a phone the places are a strip: bring the present one into sight
  // (only sideways: where the places are a column, the page must not move)
  const present = document.querySelector(".cpl-nav [aria-current]");
  const strip = present?.closest(".cpl-nav");
  if (strip && strip.scrollWidth > strip.clientWidth) {
    const [place, frame] = [present.getBoundingClientRect(), strip.getBoundingClientRect()];
    strip.scrollLeft += place.left - frame.left - (frame.width - place.width) / 2;
  }
  document.documentElement.classList.add("cpl-js");
})();
