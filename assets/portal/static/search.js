// The search page: what is typed and chosen is in the address, and what the index says of it on the page.

import { tellLastRun } from "./last_run.js";
import { element, fetchPacked, lasting, link, numbered, save, spelled } from "./page.js";
import { facetsOf, isKnown, match, narrow, nearest, placesIn } from "./search/find.js";
import { form, readIndex, singular, textOf } from "./search/index.js";
import { QueryError, parse, wanted } from "./search/query.js";
import { csv, workbook } from "./search/sheets.js";

/**
 * @typedef {import("./search/index.js").Index} Index
 * @typedef {{index: Index, facets: import("./search/find.js").Facet[]}} Part
 * @typedef {{address: string, years: string, size: string}} File
 * @typedef {{part: Part, finding: number}} Result
 * @typedef {{part: Part} & ReturnType<typeof narrow>} Found what a part of the index has
 */

const FIRST = 10; // results: what is seen first is drawn first
const STEP = 20; // more of them
const MANY = 12; // values of a facet; more can be narrowed by typing
const NEAREST = 3;
const DAY_AT = 2; // the column of the first day
const OPEN = ["valence", "point", "kind"];
/** @type {Record<string, string>} */
const NAMES = {
  valence: "Strength or concern",
  point: "Asked to improve",
  later: "What became of the point",
  kind: "Kind",
  year: "Year",
  topic: "Topic",
  theme: "Theme of the visit",
  region: "Region",
  authority: "Council",
};
/** @type {Record<string, string>} */
const LABELS = {
  strength: "Strength",
  concern: "Concern",
  mixed: "Strength and concern",
  context: "Neither",
  improvement: "Points to improve",
  priority_action: "Areas for priority action",
};

const page = /** @type {HTMLElement} */ (document.getElementById("search-page"));
const search = /** @type {HTMLFormElement} */ (document.getElementById("search"));
const box = /** @type {HTMLInputElement} */ (document.getElementById("q"));
const status = /** @type {HTMLElement} */ (document.getElementById("search-status"));
const hints = /** @type {HTMLElement} */ (document.getElementById("search-hints"));
const list = /** @type {HTMLElement} */ (document.getElementById("search-results"));
const narrowing = /** @type {HTMLElement} */ (document.getElementById("search-facets"));
const actions = /** @type {HTMLElement} */ (document.getElementById("search-actions"));
const saving = /** @type {HTMLElement} */ (document.getElementById("search-files"));
const choices = /** @type {HTMLDetailsElement} */ (document.getElementById("search-narrowing"));
/** @type {File[]} */
const files = JSON.parse(page.dataset.files ?? "[]");
const root = page.dataset.root ?? "";

/** @type {Part[]} */
const parts = [];

async function loadNext() {
  const index = readIndex(await fetchPacked([root + files[parts.length].address]));
  parts.push({ index, facets: facetsOf(index) });
}

/** Fetch the next part of the index, and look in it too. */
async function begin() {
  try {
    await loadNext();
    show();
  } catch (error) {
    status.textContent = `The words cannot be had: ${error instanceof Error ? error.message : error}. Load the page again.`;
  }
}

/** What the address asks for. */
function asked() {
  const given = new URLSearchParams(location.search);
  const within = given.get("within");
  /** @type {import("./search/find.js").Chosen} */
  const chosen = Object.fromEntries(Object.keys(NAMES).map((name) => [name, new Set(given.getAll(name))]));
  return {
    typed: given.get("q") ?? "",
    within: /** @type {import("./search/find.js").Within} */ (
      within === "paragraph" || within === "letter" ? within : "finding"
    ),
    chosen,
    shown: Math.max(FIRST, Number(given.get("show")) || 0),
  };
}

/** @param {Record<string, string[]>} changes the values of each name; none takes it out */
function go(changes) {
  const given = new URLSearchParams(location.search);
  given.delete("show");
  for (const [name, values] of Object.entries(changes)) {
    given.delete(name);
    for (const value of values) given.append(name, value);
  }
  history.pushState(null, "", `${given}` ? `?${given}` : location.pathname);
  show();
}

function show() {
  if (!parts.length) return; // the index is on its way
  const { typed, within, chosen, shown } = asked();
  box.value = typed;
  for (const one of search.querySelectorAll("input[name=within]")) {
    if (one instanceof HTMLInputElement) one.checked = one.value === within;
  }
  let query;
  try {
    query = parse(typed);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    status.textContent = error.message;
    for (const one of [hints, list, actions, saving]) one.replaceChildren();
    return;
  }
  /** @type {Found[]} */
  const found = parts.map((part) => ({ part, ...narrow(part.index, part.facets, match(part.index, query, within), chosen) }));
  const count = found.reduce((sum, { findings }) => sum + findings.length, 0);
  tell(found, count);
  hint(typed, within, count, wanted(query).flat());
  list.replaceChildren(...resultsOf(found, shown).map((one) => quotation(one, wanted(query))));
  offer(found, chosen);
  act(found, count, shown);
}

/**
 * @param {Found[]} found
 * @param {number} count
 */
function tell(found, count) {
  const visits = found.flatMap(({ part, ofVisits }) => part.index.visits.filter((_, visit) => ofVisits[visit]));
  const councils = new Set(found.flatMap(({ part: { index }, ofVisits }) =>
    index.visits.flatMap(({ authority }, visit) => (ofVisits[visit] ? [index.lists.authority[authority][0]] : [])),
  ));
  status.textContent = count
    ? `${numbered(count, "finding")} in ${numbered(visits.length, "visit")} to ${numbered(councils.size, "council")}`
    : "Nothing was found.";
}

/**
 * @param {Found[]} found
 * @param {number} [most]
 * @returns {Result[]} the first of what was found
 */
function resultsOf(found, most = Infinity) {
  return found.flatMap(({ part, findings }) => Array.from(findings.subarray(0, most), (finding) => ({ part, finding }))).slice(0, most);
}

/**
 * What else may help: topics that the words lead to, and wider ways to ask.
 * @param {string} typed
 * @param {string} within
 * @param {number} count
 * @param {string[]} looked the words that are looked for, as `query.js` gives them
 */
function hint(typed, within, count, looked) {
  const words = new Set(typed.split(/\s+/).map((word) => singular(form(word.replace(/["“”()*]/g, "")))));
  const { lists, subjects } = parts[0].index;
  const topics = new Set(
    subjects.filter(([subject]) => subject.every((word) => words.has(word))).map(([, at]) => at),
  );
  /** @type {(string | Node)[]} */
  const told = [];
  for (const word of looked) {
    if (parts.some(({ index }) => isKnown(index, word))) continue;
    const plain = word.replace("~", "");
    told.push(`No finding here has “${plain}”`);
    const near = word.endsWith("*") ? [] : [...new Set(parts.flatMap(({ index }) => nearest(index, plain)))];
    near.slice(0, NEAREST).forEach((one, number) => {
      told.push(number ? ", " : ". Look for: ", asking({ q: [typed.replace(new RegExp(plain, "iu"), one)] }, one));
    });
    told.push(". ");
  }
  if (topics.size) {
    told.push("On this there ", topics.size > 1 ? "are topics: " : "is a topic: ");
    [...topics].forEach((at, number) => {
      const [code, label] = lists.topic[at];
      told.push(number ? ", " : "", link(`${root}topics/${code}/`, label));
    });
    told.push(". ");
  }
  const bare = typed.trim().split(/\s+/);
  const isPlain = bare.length > 1 && !/["“”()*]|\b(AND|OR|NOT)\b/.test(typed);
  if (!count && isPlain) {
    if (within !== "letter") told.push("No ", within, " has all words: look ", asking({ within: ["letter"] }, "within whole letters"), ", or ");
    else told.push("Look ");
    told.push(asking({ q: [bare.join(" OR ")] }, "for any of them"), ".");
  }
  hints.replaceChildren(...told);
}

/**
 * A link that asks another way.
 * @param {Record<string, string[]>} changes
 * @param {string} text
 */
function asking(changes, text) {
  const given = new URLSearchParams(location.search);
  for (const [name, [value]] of Object.entries(changes)) given.set(name, value);
  const to = link(`?${given}`, text);
  to.addEventListener("click", (event) => {
    event.preventDefault();
    go(changes);
  });
  return to;
}

/**
 * @param {Index} index
 * @param {number} finding
 */
function visitOf(index, finding) {
  return index.visits[index.visitOf[finding]];
}

/**
 * @param {Index} index
 * @param {number} finding
 */
function council(index, finding) {
  return index.lists.authority[visitOf(index, finding).authority];
}

/**
 * @param {Result} result
 * @param {string[][]} leaves what is marked
 */
function quotation({ part: { index }, finding }, leaves) {
  const visit = visitOf(index, finding);
  const [slug, name] = council(index, finding);
  const valence = ["strength", "concern", "mixed", "context"][index.valences[finding]];
  const about = [
    element("b", { class: `tag ${valence}` }, LABELS[valence]),
    index.sure[finding] ? `${index.sure[finding]} ·` : "",
    ` ${index.points[finding] === 2 ? "Priority action · " : index.points[finding] ? "Point to improve · " : ""}`,
    link(`${root}authorities/${slug}/`, name),
    ", ",
    link(`${root}visits/${visit.id}/#${idOf(index, finding)}`, `${index.lists.kind[visit.kind][1]}, ${dayOf(visit.date)}`),
    index.pages[finding] ? `, p. ${index.pages[finding]}` : "",
    index.topics[finding].length ? ` · ${topicsOf(index, finding)}` : "",
    index.later[finding] ? ` · later: ${laterOf(index, finding).toLowerCase()}` : "",
    "\u00a0· ",
    link(`${root}visits/${visit.id}/cite/#f-${index.ids[finding]}`, "Cite"),
  ];
  return element("li", {}, [
    element("figure", { class: `quote ${valence}` }, [
      element("blockquote", {}, [element("p", {}, marked(index, finding, leaves))]),
      element("figcaption", {}, about),
    ]),
  ]);
}

/**
 * The text of a finding, with the words that were looked for marked.
 * @param {Index} index
 * @param {number} finding
 * @param {string[][]} leaves
 */
function marked(index, finding, leaves) {
  const from = index.starts[finding];
  const isMarked = new Uint8Array(index.starts[finding + 1] - from);
  for (const leaf of leaves) {
    for (const [first, last] of placesIn(index, leaf, finding)) isMarked.fill(1, first - from, last - from);
  }
  /** @type {(string | Node)[]} */
  const text = [];
  for (let at = 0; at < isMarked.length; at++) {
    const piece = index.pieces[index.words[from + at]];
    if (!isMarked[at]) {
      text.push(piece);
      continue;
    }
    const word = piece.trimStart();
    text.push(piece.slice(0, piece.length - word.length), element("mark", {}, word));
  }
  return text;
}

/**
 * @param {Index} index
 * @param {number} finding
 */
function idOf(index, finding) {
  return `${visitOf(index, finding).id}-${index.ids[finding]}`;
}

/**
 * What later documents say of a point.
 * @param {Index} index
 * @param {number} finding
 */
function laterOf(index, finding) {
  return index.lists.later.filter((_, bit) => (index.later[finding] >> bit) & 1).map(([, label]) => label).join("; ");
}

/**
 * @param {Index} index
 * @param {number} finding
 */
function topicsOf(index, finding) {
  return index.topics[finding].map((topic) => index.lists.topic[topic][1]).join("; ");
}

const DAYS = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** @param {string} date */
function dayOf(date) {
  return DAYS.format(new Date(date)).replace("Sept", "Sep"); // as other pages have it
}

/**
 * The facets; the values of one that is open, each with how many findings it would leave.
 * @param {Found[]} found
 * @param {import("./search/find.js").Chosen} chosen
 */
function offer(found, chosen) {
  const all = Object.values(chosen).reduce((sum, { size }) => sum + size, 0);
  const [head] = choices.children;
  head.textContent = all ? `Narrow it down (${all} chosen)` : "Narrow it down";
  for (const [name, title] of Object.entries(NAMES)) {
    if (!parts.some(({ facets }) => facets.some((one) => one.name === name && one.codes.length))) continue;
    const facet = narrowing.querySelector(`#facet-${name}`) ?? added(name, title, chosen[name].size > 0);
    const [summary, typing, items] = facet.children;
    summary.textContent = chosen[name].size ? `${title} (${chosen[name].size} chosen)` : title;
    const fill = () => {
      if (!(facet instanceof HTMLDetailsElement && facet.open && typing instanceof HTMLInputElement)) return;
      items.replaceChildren(...valuesOf(name, found, chosen[name]));
      typing.hidden = items.children.length <= MANY;
      leave(items, typing.hidden ? "" : typing.value);
    };
    const focused = document.activeElement;
    const value = focused instanceof HTMLInputElement && items.contains(focused) ? focused.value : null;
    fill();
    if (facet instanceof HTMLElement) facet.ontoggle = fill;
    if (value === null) continue;
    const again = [...items.querySelectorAll("input")].find((one) => one.value === value);
    again?.focus();
  }
}

/**
 * @param {string} name
 * @param {string} title
 * @param {boolean} isChosen
 */
function added(name, title, isChosen) {
  const isOpen = isChosen || (OPEN.includes(name) && matchMedia("(min-width: 48rem)").matches);
  const typing = /** @type {HTMLInputElement} */ (
    element("input", { type: "search", hidden: "", autocomplete: "off", placeholder: "Type to narrow", "aria-label": `${title}: type to narrow` })
  );
  const items = element("ul", { "aria-label": title });
  typing.addEventListener("input", () => leave(items, typing.value));
  const facet = element("details", { id: `facet-${name}`, ...(isOpen ? { open: "" } : {}) }, [element("summary", {}), typing, items]);
  narrowing.append(facet);
  return facet;
}

/**
 * Leave those values of a facet that hold what is typed, and those that are chosen.
 * @param {Element} items
 * @param {string} typed
 */
function leave(items, typed) {
  const words = form(typed);
  for (const item of items.children) {
    if (!(item instanceof HTMLElement)) continue;
    const isLeft = !words || item.querySelector("input")?.checked || form(item.textContent ?? "").includes(words);
    item.hidden = !isLeft;
  }
}

/**
 * The values of a facet to choose from, those that are chosen first.
 * @param {string} name
 * @param {Found[]} found
 * @param {Set<string>} chosen
 */
function valuesOf(name, found, chosen) {
  /** @type {Map<string, [string, number]>} */
  const values = new Map();
  for (const { part, counts } of found) {
    const codes = part.facets.find((one) => one.name === name)?.codes ?? [];
    const labels = new Map(part.index.lists[name] ?? []);
    codes.forEach((code, at) => {
      const [label, count] = values.get(code) ?? [labels.get(code) ?? LABELS[code] ?? code, 0];
      values.set(code, [label, count + counts[name][at]]);
    });
  }
  return [...values]
    .filter(([code, [, count]]) => code && (count || chosen.has(code)))
    .sort(([one], [other]) => Number(chosen.has(other)) - Number(chosen.has(one)))
    .map(([code, [label, count]]) => {
      const check = element("input", { type: "checkbox", name, value: code, ...(chosen.has(code) ? { checked: "" } : {}) });
      const number = element("span", { class: "count" }, spelled(count));
      return element("li", {}, [element("label", {}, [check, ` ${label} `, number])]);
    });
}

/**
 * What can be done with results.
 * @param {Found[]} found
 * @param {number} count
 * @param {number} shown
 */
function act(found, count, shown) {
  const made = [];
  if (count > shown) {
    const more = element("button", { type: "button" }, `Show ${Math.min(STEP, count - shown)} more of ${spelled(count)}`);
    more.addEventListener("click", () => {
      go({ show: [String(shown + STEP)] });
      const first = list.children[shown]?.querySelector("a");
      if (first instanceof HTMLElement) first.focus();
    });
    made.push(more);
  }
  if (parts.length < files.length) {
    const { years, size } = files[parts.length];
    const more = /** @type {HTMLButtonElement} */ (element("button", { type: "button" }, `Look in ${years} too (${size})`));
    more.addEventListener("click", () => {
      more.disabled = true;
      begin();
    });
    made.push(more);
  }
  actions.replaceChildren(...made);
  saving.replaceChildren(...(count ? savers(found, count) : []));
}

/**
 * Buttons that save results.
 * @param {Found[]} found
 * @param {number} count
 */
function savers(found, count) {
  const formats = /** @type {[string, string, () => Blob][]} */ ([
    ["CSV", "csv", () => csv(tableOf(resultsOf(found)))],
    ["Excel", "xlsx", () => workbook({ Findings: inWords(tableOf(resultsOf(found))), About: aboutThem(count) })],
  ]);
  return formats.map(([name, ending, made]) => {
    const button = element("button", { type: "button" }, `Save all as ${name}`);
    button.addEventListener("click", () => save(made(), `${page.dataset.stem}-findings${fileWords()}.${ending}`));
    return button;
  });
}

/** What was looked for, as it may stand in the name of a file. */
function fileWords() {
  const words = (new URLSearchParams(location.search).get("q") ?? "").toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.map((word) => `-${word}`).join("").slice(0, 60);
}

/**
 * Rows as a person reads them: heads in words, days as days.
 * @param {import("./search/sheets.js").Row[]} rows
 */
function inWords([, ...rows]) {
  const heads = ["Council", "Kind", "First day", "Finding", "Reports", "How sure", "Asked to improve", "What became of it", "Topics", "Page", "Document", "At Ofsted", "Address", "Id of the finding"];
  return [heads, ...rows.map((row) => row.map((cell, at) => (at === DAY_AT ? new Date(`${cell}T00:00Z`) : cell)))];
}

/**
 * What somebody has to know who is given the workbook alone.
 * @param {number} count
 */
function aboutThem(count) {
  const { citation = "", licence = "", attribution = "" } = page.dataset;
  return [
    ["About these findings", ""],
    ["Asked for", lasting(location.search)],
    ["Release", parts[0].index.version],
    ["Findings", count],
    ["Licence", licence],
    ["Attribution", attribution],
    ["Cite as", citation],
    ["Mind", "Whether a finding is a strength or a concern, its topics, and what became of a point are judged by a program. A count of sentences is no measure of a council."],
  ];
}

/** @param {Result[]} results */
function tableOf(results) {
  /** @type {import("./search/sheets.js").Row[]} */
  const rows = [["authority", "kind", "first_day", "finding", "reports", "how_sure", "asked_to_improve", "what_became_of_it", "topics", "page", "file_name", "at_ofsted", "address", "finding_id"]];
  for (const { part: { index }, finding } of results) {
    const visit = visitOf(index, finding);
    const id = idOf(index, finding);
    rows.push([
      council(index, finding)[1],
      index.lists.kind[visit.kind][1],
      visit.date,
      textOf(index, finding),
      LABELS[["strength", "concern", "mixed", "context"][index.valences[finding]]],
      index.sure[finding].slice(2) || "sure",
      ["", LABELS.improvement, LABELS.priority_action][index.points[finding]],
      laterOf(index, finding),
      topicsOf(index, finding),
      index.pages[finding] || null,
      visit.file,
      visit.letter && visit.isItself && index.pages[finding] ? `${visit.letter}#page=${index.pages[finding]}` : visit.letter,
      lasting(`${root}visits/${visit.id}/#${id}`),
      id,
    ]);
  }
  return rows;
}

search.addEventListener("submit", (event) => {
  event.preventDefault();
  go({ q: box.value.trim() ? [box.value.trim()] : [] });
});
search.addEventListener("change", ({ target }) => {
  if (target instanceof HTMLInputElement && target.name === "within") go({ within: target.value === "finding" ? [] : [target.value] });
});
narrowing.addEventListener("change", ({ target }) => {
  if (!(target instanceof HTMLInputElement) || target.type !== "checkbox") return;
  const { name } = target;
  const chosen = [...narrowing.querySelectorAll("input:checked")];
  go({ [name]: chosen.flatMap((one) => (one instanceof HTMLInputElement && one.name === name ? [one.value] : [])) });
});
addEventListener("popstate", show);

tellLastRun();
page.hidden = false;
choices.open = matchMedia("(min-width: 48rem)").matches;
if (files.length) {
  status.textContent = `Fetching the words of all findings (${files[0].size})…`;
  await begin();
} else status.textContent = "This release has no findings.";
