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
  const meant = meantBy(index, words);
  if (!meant) return found;
  const [begins, ...rest] = meant;
  const { places, firstPlaces, findingOf } = index;
  for (const number of begins.numbers) {
    for (let at = firstPlaces[number]; at < firstPlaces[number + 1]; at++) {
      const finding = findingOf[places[at]];
      if (!found[finding] && (!rest.length || endOf(index, rest, places[at], finding))) found[finding] = 1;
    }
  }
  return found;
}

/**
 * Where words stand beside each other in a finding: where each place begins, and what is behind it.
 * @param {Index} index
 * @param {string[]} words
 * @param {number} finding
 * @returns {[number, number][]}
 */
export function placesIn(index, words, finding) {
  const meant = meantBy(index, words);
  /** @type {[number, number][]} */
  const found = [];
  if (!meant) return found;
  const [begins, ...rest] = meant;
  for (let at = index.starts[finding]; at < index.starts[finding + 1]; at++) {
    const end = begins.test[index.words[at]] && endOf(index, rest, at, finding);
    if (end) found.push([at, end]);
  }
  return found;
}

/**
 * What is behind the words that follow a place, signs between them left out; 0 where they do not follow.
 * @param {Index} index
 * @param {Meant[]} rest
 * @param {number} at
 * @param {number} finding
 */
function endOf({ words, forms, starts }, rest, at, finding) {
  const end = starts[finding + 1];
  let to = at + 1;
  for (const { test } of rest) {
    while (to < end && !forms[words[to]]) to++;
    if (to >= end || !test[words[to++]]) return 0;
  }
  return to;
}

/**
 * Whether any text has a word.
 * @param {Index} index
 * @param {string} word as `query.js` gives it
 */
export function isKnown(index, word) {
  return meantBy(index, [word]) !== null;
}

/**
 * Words of the index that are written nearly as one that is not in it, the nearest and commonest first.
 * @param {Index} index
 * @param {string} word
 */
export function nearest(index, word) {
  const most = word.length > 5 ? 2 : 1;
  const near = index.forms.flatMap((form) => {
    const distance = Math.abs(form.length - word.length) > most || form.length < 3 ? Infinity : edits(form, word, most);
    return distance <= most ? [{ form, distance }] : [];
  });
  return [...new Set(near.sort((one, other) => one.distance - other.distance).map(({ form }) => form))];
}

/**
 * How many letters are to be changed, added or left out to make one word of another (Levenshtein).
 * @param {string} one
 * @param {string} other
 * @param {number} most more are not counted
 */
function edits(one, other, most) {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 0; i < one.length; i++) {
    const next = [i + 1];
    let least = i + 1;
    for (let j = 0; j < other.length; j++) {
      const here = Math.min(row[j + 1] + 1, next[j] + 1, row[j] + Number(one[i] !== other[j]));
      next.push(here);
      if (here < least) least = here;
    }
    if (least > most) return Infinity;
    row = next;
  }
  return row[other.length];
}

/**
 * Which words of the index are meant by one that was typed: their numbers, and 1 for each of all that is one of them.
 * @typedef {{numbers: number[], test: Uint8Array}} Meant
 */

/** @type {WeakMap<Index, Map<string, Meant>>} */
const known = new WeakMap();

/**
 * @param {Index} index
 * @param {string[]} words as `query.js` gives them
 * @returns {Meant[] | null} nothing where one of them is not in the index
 */
function meantBy(index, words) {
  const of = known.get(index) ?? new Map();
  known.set(index, of);
  for (const word of words) if (!of.has(word)) of.set(word, meantByOne(index, word));
  const meant = words.map((word) => of.get(word));
  return meant.every(({ numbers }) => numbers.length) ? meant : null;
}

/**
 * @param {Index} index
 * @param {string} word
 * @returns {Meant}
 */
function meantByOne(index, word) {
  const begins = word.endsWith("*") ? word.slice(0, -1) : "";
  const one = word.endsWith("~") ? singular(word.slice(0, -1)) : "";
  const forms = one ? index.singulars : index.forms;
  /** @type {number[]} */
  const numbers = [];
  forms.forEach((form, number) => {
    if (begins ? form.startsWith(begins) : form === (one || word)) numbers.push(number);
  });
  const test = new Uint8Array(forms.length);
  for (const number of numbers) test[number] = 1;
  return { numbers, test };
}

/**
 * A facet as numbers: finding or visit i has the values `values[starts[i]]` to `values[starts[i + 1]]`, places in `codes`.
 * @typedef {object} Facet
 * @property {string} name
 * @property {boolean} isOfVisit whether i is a visit: all findings of one have the same values
 * @property {string[]} codes
 * @property {Uint32Array} starts
 * @property {Uint16Array} values
 */

/** What findings can be narrowed by, in the order in which it is shown. */
const FACETS = ["valence", "point", "later", "kind", "year", "topic", "theme", "region", "authority"];
const POINTS = ["", "improvement", "priority_action"];

/**
 * @param {Index} index
 * @returns {Facet[]}
 */
export function facetsOf(index) {
  const { ids, visits, valences, points, topics, later, lists } = index;
  const years = [...new Set(visits.map(({ date }) => date.slice(0, 4)))].sort().reverse();
  /** @type {Record<string, string[]>} */
  const own = { valence: VALENCES, point: POINTS, year: years };
  /** @type {Record<string, (finding: number) => number[]>} */
  const ofFinding = {
    valence: (finding) => [valences[finding]],
    point: (finding) => (points[finding] ? [points[finding]] : []),
    topic: (finding) => topics[finding],
    later: (finding) => (later[finding] ? lists.later.flatMap((_, bit) => ((later[finding] >> bit) & 1 ? [bit] : [])) : []),
  };
  /** @type {Record<string, (visit: import("./index.js").Visit) => number[]>} */
  const ofVisit = {
    theme: ({ themes }) => themes,
    year: ({ date }) => [years.indexOf(date.slice(0, 4))],
    kind: ({ kind }) => [kind],
    region: ({ region }) => [region],
    authority: ({ authority }) => [authority],
  };
  return FACETS.map((name) => {
    const isOfVisit = name in ofVisit;
    const each = isOfVisit ? visits.map(ofVisit[name]) : ids.map((_, finding) => ofFinding[name](finding));
    const starts = new Uint32Array(each.length + 1);
    each.forEach((values, at) => {
      starts[at + 1] = starts[at] + values.length;
    });
    const codes = own[name] ?? lists[name].map(([code]) => code);
    return { name, isOfVisit, codes, starts, values: Uint16Array.from(each.flat()) };
  });
}

/**
 * What is left by facets, and how many findings each value of each facet would leave.
 *
 * A value is counted with what is chosen of the other facets: a finding that misses one facet alone counts there.
 * @param {Index} index
 * @param {Facet[]} facets
 * @param {Uint8Array} matched as `match` gives it
 * @param {Chosen} chosen
 * @returns {{findings: Uint32Array, ofVisits: Uint32Array, counts: Record<string, Uint32Array>}} those that are left,
 *   how many of each visit, and the counts of each facet
 */
export function narrow(index, facets, matched, chosen) {
  const tests = facets.map(({ name, codes }) =>
    chosen[name]?.size ? Uint8Array.from(codes, (code) => Number(chosen[name].has(code))) : null,
  );
  const counts = facets.map(({ codes }) => new Uint32Array(codes.length));
  const places = facets.map((_, at) => at);
  const ofVisit = places.filter((at) => facets[at].isOfVisit);
  const ofFinding = places.filter((at) => !facets[at].isOfVisit);

  /** Whether finding or visit `one` has what is chosen of a facet. @param {number} at @param {number} one */
  const has = (at, one) => {
    const { starts, values } = facets[at];
    const test = tests[at];
    if (!test) return true;
    for (let place = starts[one]; place < starts[one + 1]; place++) if (test[values[place]]) return true;
    return false;
  };
  /** @param {number} at @param {number} one @param {number} times */
  const count = (at, one, times) => {
    const { starts, values } = facets[at];
    for (let place = starts[one]; place < starts[one + 1]; place++) counts[at][values[place]] += times;
  };

  const tested = ofFinding.filter((at) => tests[at]);
  const findings = new Uint32Array(matched.length);
  const ofVisits = new Uint32Array(index.visits.length);
  let found = 0;
  let finding = 0;
  index.visits.forEach(({ size }, visit) => {
    const last = finding + size;
    const misses = ofVisit.filter((at) => !has(at, visit));
    if (misses.length > 1) finding = last;
    let met = 0; // findings that miss nothing of their own
    for (; finding < last; finding++) {
      if (!matched[finding]) continue;
      let missed = -1; // the one facet of its own that it misses
      let isOut = false; // it misses another one
      for (let at = 0; at < tested.length && !isOut; at++) {
        if (has(tested[at], finding)) continue;
        isOut = missed >= 0 || misses.length > 0;
        missed = tested[at];
      }
      if (isOut) continue;
      if (missed >= 0) count(missed, finding, 1);
      else met++;
      if (missed >= 0 || misses.length) continue;
      findings[found++] = finding;
      for (let at = 0; at < ofFinding.length; at++) count(ofFinding[at], finding, 1);
    }
    if (!misses.length) ofVisits[visit] = met;
    for (const at of misses.length ? misses : ofVisit) count(at, visit, met);
  });
  return { findings: findings.subarray(0, found), ofVisits, counts: Object.fromEntries(facets.map(({ name }, at) => [name, counts[at]])) };
}
