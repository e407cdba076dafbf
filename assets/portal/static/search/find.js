// Which findings a query and facets leave, and how many there would be of each facet.

/** @typedef {import("./index.js").Index} Index */
/** @typedef {import("./query.js").Query} Query */

import { VALENCES, singular } from "./index.js";
import { wanted } from "./query.js";

/**
 * @typedef {"finding" | "paragraph" | "letter"} Within
 * @typedef {Record<string, Set<string>>} Chosen what is chosen of each facet; nothing chosen is everything
 */

/**
 * @param {Index} index
 * @param {Query | null} query
 * @param {Within} within what all words of the query must stand in together
 * @returns {Uint8Array} 1 for each finding that is meant
 */
export function match(index, query, within) {
  const count = index.ids.length;
  if (!query) return new Uint8Array(count).fill(1);
  const unitOf = within === "finding" ? null : within === "paragraph" ? index.paragraphOf : index.visitOf;
  const unitCount = within === "finding" ? count : within === "paragraph" ? index.paragraphCount : index.visits.length;
  /** @type {Map<string, Uint8Array>} */
  const leaves = new Map();

  /** @param {string[]} words @returns {Uint8Array} the findings that hold them */
  function holding(words) {
    const key = words.join(" ");
    let found = leaves.get(key);
    if (!found) leaves.set(key, (found = findLeaf(index, words)));
    return found;
  }

  /** @param {Query} part @returns {Uint8Array} the units for which it holds */
  function units(part) {
    if ("leaf" in part) {
      const findings = holding(part.leaf);
      if (!unitOf) return findings.slice();
      const found = new Uint8Array(unitCount);
      for (let finding = 0; finding < count; finding++) if (findings[finding]) found[unitOf[finding]] = 1;
      return found;
    }
    if ("not" in part) return units(part.not).map((one) => 1 - one);
    const isAll = "and" in part;
    const [first, ...rest] = ("and" in part ? part.and : part.or).map(units);
    for (const other of rest) {
      for (let unit = 0; unit < unitCount; unit++) {
        first[unit] = isAll ? first[unit] & other[unit] : first[unit] | other[unit];
      }
    }
    return first;
  }

  const found = units(query);
  if (!unitOf) return found;
  // Of a paragraph or letter, those findings are shown that hold any of the words.
  const shown = wanted(query).map(holding);
  const result = new Uint8Array(count);
  for (let finding = 0; finding < count; finding++) {
    if (found[unitOf[finding]] && (!shown.length || shown.some((one) => one[finding]))) result[finding] = 1;
  }
  return result;
}

/**
 * The findings that hold words beside each other; signs between them do not part them.
 * @param {Index} index
 * @param {string[]} words
 */
function findLeaf(index, words) {
  const found = new Uint8Array(index.ids.length);
  eachPlace(index, words, (finding) => {
    found[finding] = 1;
  });
  return found;
}

/**
 * Call for each place at which words stand beside each other.
 * @param {Index} index
 * @param {string[]} words
 * @param {(finding: number, from: number, to: number) => void} call `to` is behind the last
 * @param {number} [first] the findings to look in
 * @param {number} [last]
 */
export function eachPlace(index, words, call, first = 0, last = index.ids.length) {
  const tests = words.map((word) => numbersOf(index, word));
  if (tests.some((test) => !test)) return;
  const [begins, ...rest] = /** @type {Uint8Array[]} */ (tests);
  const { words: text, starts, forms } = index;
  let finding = first;
  for (let at = starts[first]; at < starts[last]; at++) {
    if (!begins[text[at]]) continue;
    while (starts[finding + 1] <= at) finding++;
    let to = at + 1;
    const end = starts[finding + 1];
    const isPhrase = rest.every((test) => {
      while (to < end && !forms[text[to]]) to++;
      return to < end && test[text[to++]];
    });
    if (isPhrase) call(finding, at, to);
  }
}

/**
 * Whether any text has a word.
 * @param {Index} index
 * @param {string} word as `query.js` gives it
 */
export function isKnown(index, word) {
  return numbersOf(index, word) !== null;
}

/**
 * Words of the index that are written nearly as one that is not in it, the nearest and commonest first.
 * @param {Index} index
 * @param {string} word
 */
export function nearest(index, word) {
  const most = word.length > 5 ? 2 : 1;
  const near = index.forms.flatMap((form) => {
    const distance = Math.abs(form.length - word.length) > most || form.length < 3 ? Infinity : edits(form, word);
    return distance <= most ? [{ form, distance }] : [];
  });
  return [...new Set(near.sort((one, other) => one.distance - other.distance).map(({ form }) => form))];
}

/**
 * How many letters are to be changed, added or left out to make one word of another (Levenshtein).
 * @param {string} one
 * @param {string} other
 */
function edits(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 0; i < one.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < other.length; j++) {
      next.push(Math.min(row[j + 1] + 1, next[j] + 1, row[j] + Number(one[i] !== other[j])));
    }
    row = next;
  }
  return row[other.length];
}

/** @type {WeakMap<Index, Map<string, Uint8Array | null>>} */
const known = new WeakMap();

/**
 * Which words of the index are meant by one that was typed.
 * @param {Index} index
 * @param {string} word as `query.js` gives it
 * @returns {Uint8Array | null} 1 for each that is; nothing where none is
 */
function numbersOf(index, word) {
  let of = known.get(index);
  if (!of) known.set(index, (of = new Map()));
  let test = of.get(word);
  if (test === undefined) {
    const begins = word.endsWith("*") ? word.slice(0, -1) : "";
    const one = word.endsWith("~") ? singular(word.slice(0, -1)) : "";
    if (one) test = Uint8Array.from(index.singulars, (form) => Number(form === one));
    else test = Uint8Array.from(index.forms, (form) => Number(begins ? form.startsWith(begins) : form === word));
    if (!test.includes(1)) test = null;
    of.set(word, test);
  }
  return test;
}

/**
 * A facet as numbers: finding i has the values `values[starts[i]]` to `values[starts[i + 1]]`, places in `codes`.
 * @typedef {object} Facet
 * @property {string} name
 * @property {string[]} codes
 * @property {Uint32Array} starts
 * @property {number[]} values
 */

/** What findings can be narrowed by, in the order in which it is shown. */
const FACETS = ["valence", "point", "kind", "year", "topic", "theme", "region", "authority"];
const POINTS = ["", "improvement", "priority_action"];

/**
 * @param {Index} index
 * @returns {Facet[]}
 */
export function facetsOf(index) {
  const { visits, visitOf, valences, points, topics, lists } = index;
  const years = [...new Set(visits.map(({ date }) => date.slice(0, 4)))].sort().reverse();
  /** @type {Record<string, string[]>} */
  const own = { valence: VALENCES, point: POINTS, year: years };
  /** @type {Record<string, (finding: number) => number[]>} */
  const of = {
    valence: (finding) => [valences[finding]],
    point: (finding) => (points[finding] ? [points[finding]] : []),
    topic: (finding) => topics[finding],
    theme: (finding) => visits[visitOf[finding]].themes,
    year: (finding) => [years.indexOf(visits[visitOf[finding]].date.slice(0, 4))],
    kind: (finding) => [visits[visitOf[finding]].kind],
    region: (finding) => [visits[visitOf[finding]].region],
    authority: (finding) => [visits[visitOf[finding]].authority],
  };
  return FACETS.map((name) => {
    const starts = new Uint32Array(index.ids.length + 1);
    /** @type {number[]} */
    const values = [];
    for (let finding = 0; finding < index.ids.length; finding++) {
      values.push(...of[name](finding));
      starts[finding + 1] = values.length;
    }
    return { name, codes: own[name] ?? lists[name].map(([code]) => code), starts, values };
  });
}

/**
 * What is left by facets, and how many findings each value of each facet would leave.
 * @param {Facet[]} facets
 * @param {Uint8Array} matched as `match` gives it
 * @param {Chosen} chosen
 * @returns {{findings: number[], counts: Record<string, Uint32Array>}}
 */
export function narrow(facets, matched, chosen) {
  const tests = facets.map(({ name, codes }) =>
    chosen[name]?.size ? Uint8Array.from(codes, (code) => Number(chosen[name].has(code))) : null,
  );
  const counts = facets.map(({ codes }) => new Uint32Array(codes.length));
  const findings = [];
  for (let finding = 0; finding < matched.length; finding++) {
    if (!matched[finding]) continue;
    let missed = -1;
    let misses = 0;
    for (let at = 0; at < facets.length && misses < 2; at++) {
      const test = tests[at];
      if (!test) continue;
      const { starts, values } = facets[at];
      let has = 0;
      for (let place = starts[finding]; place < starts[finding + 1]; place++) has |= test[values[place]];
      if (!has) {
        missed = at;
        misses++;
      }
    }
    if (misses > 1) continue;
    if (!misses) findings.push(finding);
    // A value is counted with what is chosen of the other facets.
    for (let at = misses ? missed : 0; at < (misses ? missed + 1 : facets.length); at++) {
      const { starts, values } = facets[at];
      for (let place = starts[finding]; place < starts[finding + 1]; place++) counts[at][values[place]]++;
    }
  }
  return { findings, counts: Object.fromEntries(facets.map(({ name }, at) => [name, counts[at]])) };
}
