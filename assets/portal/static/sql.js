// The page on which a release is asked in SQL: DuckDB is fetched when somebody says so, and not before.

import { tellLastRun } from "./last_run.js";
import { element, fetchPacked, lasting, numbered, save } from "./page.js";
import { csv } from "./search/sheets.js";

/** @typedef {(string | number | null)[]} Row */

const MOST_ROWS = 500;
const WHOLE_DAY = /^\d{4}-\d\d-\d\d$/; // is not broken over lines
const MOST_BARS = 60;
const MOST_DECIMALS = 4; // the file has all
const DATABASE = "release.duckdb";

const page = /** @type {HTMLElement} */ (document.getElementById("sql-page"));
const about = /** @type {HTMLElement} */ (document.getElementById("sql-about"));
const form = /** @type {HTMLFormElement} */ (document.getElementById("sql-form"));
const box = /** @type {HTMLTextAreaElement} */ (document.getElementById("sql"));
const run = /** @type {HTMLButtonElement} */ (document.getElementById("sql-run"));
const stop = /** @type {HTMLButtonElement} */ (document.getElementById("sql-stop"));
const answer = /** @type {HTMLElement} */ (document.getElementById("sql-answer"));
const { root = "", release = "", citation = "", size = "", stem = "" } = page.dataset;
/** @type {string[]} */
const files = JSON.parse(page.dataset.files ?? "[]");
/** @type {Record<string, string>} */
const topics = JSON.parse(page.dataset.topics ?? "{}");
const FIELDS = /** @type {Record<string, string>} */ ({ authority: "Council", topic: "Topic", year: "Year" });

/** @type {any} DuckDB's own types are not here when this is checked */
let database;

/** @returns {Promise<any>} */
async function open() {
  if (database) return database;
  about.textContent = `Fetching DuckDB and the data (${size})…`;
  const address = (/** @type {string} */ path) => new URL(root + path, location.href).href;
  const [duckdb, content] = await Promise.all([
    import(address("static/duckdb.js")),
    fetchPacked(files.map((file) => root + file)),
  ]);
  // What is made here obeys the policy of the page, and asks no other host; a worker with an address of its own would not.
  const scripts = ["static/duckdb-unpacking-worker.js", "static/duckdb-worker.js"].map(address);
  const beside = URL.createObjectURL(new Blob([`importScripts(...${JSON.stringify(scripts)});`], { type: "text/javascript" }));
  const made = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), new Worker(beside));
  await made.instantiate(address("static/duckdb.wasm.gz"));
  await made.registerFileBuffer(DATABASE, content);
  await made.open({
    path: DATABASE,
    accessMode: duckdb.DuckDBAccessMode.READ_ONLY,
    query: { castBigIntToDouble: true, castDecimalToDouble: true },
  });
  const connection = await made.connect();
  // Extensions would be fetched from another host.
  await connection.query("SET autoinstall_known_extensions = false");
  await connection.query("SET autoload_known_extensions = false");
  await connection.close();
  database = made;
  run.textContent = "Ask";
  return made;
}

async function ask() {
  const sql = box.value.trim();
  if (!sql || run.disabled) return;
  run.disabled = true;
  answer.replaceChildren();
  try {
    const connection = await (await open()).connect();
    about.textContent = "Asking.";
    stop.hidden = false; // from now on there is something to stop
    const began = performance.now();
    try {
      const table = await connection.query(sql);
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      tell(sql, table, seconds);
    } finally {
      await connection.close();
    }
    history.replaceState(null, "", addressOf(sql));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    about.replaceChildren(element("pre", { tabindex: "0" }, said)); // its caret points at a place of a line
  } finally {
    run.disabled = false;
    stop.hidden = true;
  }
}

/** @param {string} sql */
function addressOf(sql) {
  return `?${new URLSearchParams({ release, sql })}`;
}

/**
 * @param {string} sql
 * @param {any} table as Arrow has it
 * @param {string} seconds
 */
function tell(sql, table, seconds) {
  /** @type {{name: string, type: any}[]} */
  const columns = table.schema.fields;
  const names = columns.map(({ name }) => name);
  /** @type {Row[]} */
  const rows = [];
  for (let at = 0; at < table.numRows; at++) {
    rows.push(columns.map(({ type }, column) => plain(table.getChildAt(column).get(at), String(type))));
  }
  about.textContent = `${numbered(rows.length, "row")} in ${seconds} s.`;
  const isNumber = names.map((_, column) => rows.some((row) => typeof row[column] === "number"));
  const ofNumbers = (/** @type {number} */ column) => ({ class: isNumber[column] ? "number" : "" });
  const decimals = names.map((_, column) => decimalsOf(rows.slice(0, MOST_ROWS).map((row) => row[column])));
  const head = element("tr", {}, names.map((name, at) => element("th", { scope: "col", ...ofNumbers(at) }, name)));
  const cells = rows.slice(0, MOST_ROWS).map((row) =>
    element("tr", {}, row.map((value, column) =>
      element("td", typeof value === "string" && WHOLE_DAY.test(value) ? { class: "date" } : ofNumbers(column), [
        value === null ? element("span", { class: "soft" }, "NULL") : typeof value === "number" ? shown(value, decimals[column]) : value,
      ]),
    )),
  ); // prettier-ignore
  const caption = rows.length > MOST_ROWS ? `The first ${MOST_ROWS} rows; the file has all.` : "";
  const whole = lasting(addressOf(sql));
  const button = element("button", { type: "button" }, "Save as CSV");
  button.addEventListener("click", () => save(csv([names, ...rows]), `${stem}-answer.csv`));
  const copy = element("button", { type: "button" }, "Copy link");
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(whole);
    copy.textContent = "Copied";
  });
  answer.replaceChildren(
    ...mindOf(sql),
    ...chart(rows, isNumber),
    element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Answer" }, [
      element("table", {}, [element("caption", {}, caption), element("thead", {}, [head]), element("tbody", {}, cells)]),
    ]),
    element("p", { class: "actions" }, navigator.clipboard ? [button, copy] : [button]), // browsers allow it by HTTPS alone
    element("details", { class: "cite" }, [
      element("summary", {}, "Cite this answer"),
      element("pre", { tabindex: "0" }, `${citation} Query: ${whole}`),
    ]),
  );
  answer.focus();
}

/**
 * A value of Arrow as text or number.
 * @param {any} value
 * @param {string} type
 * @returns {string | number | null}
 */
function plain(value, type) {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return Number(value);
  if (type.startsWith("Date")) return new Date(value).toISOString().slice(0, 10);
  if (type.startsWith("Timestamp")) return new Date(value).toISOString().slice(0, 19).replace("T", " ");
  if (typeof value === "number" || typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  return JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? Number(inner) : inner));
}

/** What is to be minded, where it is a worked question that was asked. @param {string} sql */
function mindOf(sql) {
  const mind = questions.find(({ query }) => query.textContent === sql)?.mind;
  return mind ? [mind.cloneNode(true)] : [];
}

/**
 * How many decimals each number of a column has, so that they stand below each other; none is given
 * where one is so small that it would be nothing.
 * @param {Row} column
 */
function decimalsOf(column) {
  let most = 0;
  for (const value of column) {
    if (typeof value !== "number") continue;
    if (value && Math.abs(value) < 10 ** -MOST_DECIMALS) return undefined;
    most = Math.max(most, (String(Number(value.toPrecision(12))).split(".")[1] ?? "").length);
  }
  return Math.min(most, MOST_DECIMALS);
}

/**
 * @param {number} value
 * @param {number} [decimals]
 */
function shown(value, decimals) {
  return decimals === undefined ? String(Number(value.toPrecision(12))) : value.toFixed(decimals);
}

/**
 * Bars, where an answer has two columns, the second of numbers.
 * @param {Row[]} rows
 * @param {boolean[]} isNumber
 */
function chart(rows, isNumber) {
  const values = rows.map(([, value]) => (typeof value === "number" ? value : NaN));
  if (isNumber.length !== 2 || !isNumber[1] || !rows.length || rows.length > MOST_BARS) return [];
  const most = Math.max(...values);
  if (!(most > 0) || Math.min(...values) < 0) return [];
  const draw = (/** @type {string} */ name, /** @type {Record<string, string>} */ attributes, text = "") => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
  };
  const svg = draw("svg", { width: "100%", height: String(rows.length * 26), "aria-hidden": "true" });
  rows.forEach(([label], at) => {
    const y = String(at * 26 + 6);
    svg.append(
      draw("text", { x: "0", y: String(at * 26 + 17) }, String(label ?? "NULL").slice(0, 40)),
      draw("rect", { class: "part", x: "40%", y, width: `${(55 * values[at]) / most}%`, height: "14", rx: "2" }),
    );
  });
  // The table below says the same.
  return [element("figure", { class: "chart" }, [svg])];
}

/**
 * A worked question gets a button, and a box for each of its fields. Each offers what has an answer
 * with what stands in those before it.
 */
class Question {
  /** @param {HTMLElement} at */
  constructor(at) {
    this.sql = at.dataset.sql ?? "";
    this.query = /** @type {HTMLElement} */ (at.querySelector("pre"));
    this.mind = at.querySelector(".mind");
    /** @type {[string[], string[], string[][]]} its fields, what they hold, all that has an answer */
    const [fields, values, offered] = JSON.parse(at.dataset.fields ?? "[[], [], [[]]]");
    this.fields = fields;
    this.values = values;
    this.offered = offered;
    this.boxes = this.fields.map((name) => element("select", { name }));
    const labelled = this.boxes.map((one, field) => element("label", {}, [FIELDS[this.fields[field]], " ", one]));
    const button = element("button", { type: "button" }, "Put it into the box");
    button.addEventListener("click", () => this.pick());
    if (this.fields.length) this.query.before(element("p", { class: "fields" }, labelled));
    at.append(button);
    this.fill();
  }

  fill() {
    this.boxes.forEach((one, field) => {
      const rest = this.offered.filter((row) => row.slice(0, field).every((value, at) => value === this.values[at]));
      const values = [...new Set(rest.map((row) => row[field]))];
      if (!values.includes(this.values[field])) this.values[field] = values[values.length - 1];
      const options = values.map((value) => new Option(topics[value] ?? value, value, false, value === this.values[field]));
      one.replaceChildren(...options.sort((a, b) => a.text.localeCompare(b.text)));
    });
    this.query.textContent = this.fields.reduce(
      (sql, name, field) => sql.replaceAll(`{${name}}`, () => this.values[field].replaceAll("'", "''")),
      this.sql,
    );
  }

  /** Take over what was chosen, here or in another question. @param {string} name @param {string} value */
  choose(name, value) {
    const field = this.fields.indexOf(name);
    const offers = (/** @type {string[]} */ row) => this.values.every((one, at) => at > field || row[at] === (at === field ? value : one));
    if (field < 0 || !this.offered.some(offers)) return;
    this.values[field] = value;
    this.fill();
  }

  pick() {
    box.value = this.query.textContent ?? "";
    box.scrollIntoView({ block: "center" });
    box.focus();
  }
}

const questions = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".question"))].map((at) => new Question(at));
document.addEventListener("change", ({ target }) => {
  if (target instanceof HTMLSelectElement) questions.forEach((one) => one.choose(target.name, target.value));
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
box.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) ask();
});
stop.addEventListener("click", () => {
  database?.terminate();
  database = undefined;
  about.textContent = "Stopped. The next query loads the data again.";
  run.disabled = false;
  stop.hidden = true;
});

const given = new URLSearchParams(location.search);
const linked = given.get("sql");
tellLastRun();
page.hidden = false;
if (linked) {
  box.value = linked;
  const its = given.get("release");
  about.textContent =
    its && its !== release
      ? `This query was linked for release ${its}, and this is ${release}: its answer may be another. It runs when you say so.`
      : "This query came with the link. It runs when you say so.";
} else {
  box.value = questions[0]?.query.textContent ?? "";
}
