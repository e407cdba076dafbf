// What a page can do more where scripts run; without this, everything can be read and reached.

import { tellLastRun } from "./last_run.js";

tellLastRun();

/** Narrow a list of links to those that hold what is typed. */
for (const box of document.querySelectorAll("input[data-narrows]")) {
  if (!(box instanceof HTMLInputElement)) continue;
  const list = document.getElementById(box.dataset.narrows ?? "");
  const told = document.getElementById(`${box.id}-found`);
  if (!list) continue;
  const wrapper = box.closest("[hidden]");
  if (wrapper instanceof HTMLElement) wrapper.hidden = false;
  const items = [...list.querySelectorAll("li[data-name]")];
  box.addEventListener("input", () => {
    const words = box.value.trim().toLowerCase();
    let found = 0;
    for (const item of items) {
      if (!(item instanceof HTMLElement)) continue;
      item.hidden = !(item.dataset.name ?? "").includes(words);
      found += item.hidden ? 0 : 1;
    }
    for (const group of list.querySelectorAll("[data-group]")) {
      if (group instanceof HTMLElement) group.hidden = !group.querySelector("li:not([hidden])");
    }
    if (told) told.textContent = words ? `${found} found` : "";
  });
}

/** What stands in a box can be copied, where the page came by HTTPS: browsers allow it there alone. */
for (const box of navigator.clipboard ? document.querySelectorAll(".cite pre") : []) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(box.textContent ?? "");
    button.textContent = "Copied";
  });
  box.after(button);
}

/** The citations of a page lead to the finding that was asked for, and hold its words. */
async function citeFinding() {
  const id = location.hash.slice(1); // `f-` and the end of the finding's own
  const section = document.getElementById(id)?.closest("[data-address]");
  const finding = id.startsWith("f-") && section?.querySelector(`a[href^="../#"][href$="${CSS.escape(id.slice(1))}"]`);
  if (!finding || !(section instanceof HTMLElement)) return;
  const address = section.dataset.address ?? "";
  for (const form of section.querySelectorAll("pre")) {
    form.dataset.ofPage ??= form.textContent ?? "";
    if (form.className === "sentence") continue;
    // In an entry for BibTeX the sign has a stroke before it.
    const its = (finding.textContent ?? "").replace("#", form.dataset.ofPage.startsWith("@") ? "\\#" : "#");
    form.textContent = form.dataset.ofPage.replace(address, () => its);
  }
  for (const one of section.querySelectorAll("li")) one.classList.toggle("cited", one.contains(finding));
  const heading = section.querySelector("h2");
  if (heading) {
    heading.dataset.ofPage ??= heading.textContent ?? "";
    heading.textContent = `${heading.dataset.ofPage}: ${finding.closest("li")?.firstChild?.textContent}`;
  }
  const sentence = /** @type {HTMLElement} */ (section.querySelector(".sentence"));
  const words = await wordsOf(finding.getAttribute("href")?.slice("../#".length) ?? "");
  if (words) sentence.textContent = `“${words}” ${sentence.dataset.ofPage}`;
  if (words && sentence.parentElement) sentence.parentElement.hidden = false;
  section.scrollIntoView({ behavior: "instant" }); // what was put into the page has moved it
}

/** The words of a finding, which stand whole on the page of its visit; none where that cannot be had. @param {string} id */
async function wordsOf(id) {
  const answer = await fetch("../");
  const visit = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
  return visit && visit.getElementById(id)?.querySelector("p")?.textContent;
}
addEventListener("hashchange", citeFinding);
citeFinding();
