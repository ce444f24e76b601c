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
    const boxes = [...list.querySelectorAll('input[name="pick"]')];
    const picked = boxes.filter((box) => box.checked);
    const count = list.querySelector("[data-cpl-count]");
    const { cplOthers = 0, cplOthersCoupled = 0, cplEverything } = count ? count.dataset : {};
    const total = picked.length + Number(cplOthers);
    const coupled = picked.filter((box) => box.value.includes("~")).length + Number(cplOthersCoupled);
    const fitting = { coupled, uncoupled: total - coupled, one: total === 1 };
    for (const button of list.querySelectorAll("[data-cpl-needs]")) {
      const needs = button.dataset.cplNeeds;
      button.disabled = cplEverything === undefined ? !fitting[needs] : !cplEverything.split(" ").includes(needs);
    }
    if (count && cplEverything === undefined) {
      count.textContent = total ? count.dataset.cplCount.replace("0", total) : "";
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

  // searching while typing changes the address, but not the form that keeps it
  function takeAddress(form) {
    for (const kept of form.querySelectorAll("[data-cpl-kept]")) kept.remove();
    for (const [name, value] of new URLSearchParams(location.search)) {
      if (!["q", "state", "sort", "col"].includes(name) || !value) continue;
      const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
      form.append(field);
    }
    form.elements.next.value = location.pathname + location.search;
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
