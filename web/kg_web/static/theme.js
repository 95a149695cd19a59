/* The button for light and dark. Without this script the device decides, and there is no button.
   This runs before the page is drawn, so that a choice made earlier never flashes. */
"use strict";

(() => {
  const root = document.documentElement;
  const KEY = "theme";

  function kept() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // a browser that keeps nothing
    }
  }

  function show(choice) {
    if (choice === "light" || choice === "dark") root.dataset.theme = choice;
    else delete root.dataset.theme;
  }

  root.classList.add("scripted"); // so that a style sheet can keep room for what a script adds
  show(kept());

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("button.theme");
    const device = matchMedia("(prefers-color-scheme: dark)");
    const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : device.matches);
    const tell = () => button.setAttribute("aria-pressed", String(dark()));

    button.hidden = false;
    tell();
    device.addEventListener("change", tell);
    button.addEventListener("click", () => {
      const chosen = dark() ? "light" : "dark";
      const same = (chosen === "dark") === device.matches; // then the device may go on deciding
      show(same ? null : chosen);
      try {
        if (same) localStorage.removeItem(KEY);
        else localStorage.setItem(KEY, chosen);
      } catch {
        // it then holds for this page
      }
      tell();
    });
  });
})();
