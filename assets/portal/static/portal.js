// What a page can do more where scripts run; without this, everything can be read and reached.

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

/** In a long document, each finding gets the link that others have already. */
for (const finding of document.querySelectorAll(".findings > li")) {
  const meta = finding.querySelector(".meta");
  if (!meta || meta.querySelector('a[href^="#"], a[href*="points/"]')) continue;
  const link = document.createElement("a");
  link.href = `#${finding.id}`;
  link.textContent = "Link";
  meta.append(" · ", link);
}

/** A citation says which finding it is of: the one that was asked for, or is led to. */
const citing = document.getElementById("cite-finding");
if (citing) {
  const forms = [...citing.querySelectorAll("pre[data-form]")];
  const report = document.querySelector("a[data-report]");
  const tell = () => {
    const found = document.getElementById(location.hash.slice(1));
    const page = found?.querySelector(".meta")?.textContent?.match(/p\. (\d+)/)?.[1];
    if (!found || !page) return;
    for (const form of forms) {
      if (!(form instanceof HTMLElement)) continue;
      form.textContent = (form.dataset.form ?? "")
        .replaceAll("{page}", page)
        .replaceAll("{id}", found.id);
    }
    if (report instanceof HTMLAnchorElement) {
      report.href = (report.dataset.report ?? "").replaceAll("{id}", encodeURIComponent(found.id));
    }
  };
  addEventListener("hashchange", tell);
  tell();
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
