// The index of the search, as `search_index.py` writes it: read once, then kept as numbers.

/**
 * @typedef {object} Visit
 * @property {string} id
 * @property {number} authority place in the list of authorities
 * @property {number} kind
 * @property {number} region
 * @property {string} date the first day, as 2024-03-05
 * @property {number[]} themes
 * @property {number} size how many findings it has
 * @property {string | null} letter the document's address, or that of its publisher's page on the council
 * @property {boolean} isItself whether it is the document's own
 * @property {string} file the document's name
 */

/**
 * What is searched. Findings are numbered from 0, the newest visit first; `starts[i]` is where the words of
 * finding i begin among `words`, `visitOf[i]` and `paragraphOf[i]` what it stands in.
 * @typedef {object} Index
 * @property {string} version
 * @property {string[]} pieces the text of each word's number, with the blank before it
 * @property {string[]} forms the same as it is compared: small letters, without blanks; empty for signs
 * @property {string[]} singulars the same without the ending of a plural or a possessive
 * @property {Record<string, [string, string][]>} lists
 * @property {[string[], number][]} subjects words of a subject, as singulars, and its topic
 * @property {Visit[]} visits
 * @property {string[]} ids
 * @property {Uint8Array} valences
 * @property {Uint8Array} points 0 for none, 1 for a point to improve, 2 for an area for priority action
 * @property {number[][]} topics
 * @property {Uint16Array} pages
 * @property {string[]} sure how sure each judgement is, as it stands behind its word: nothing, or `, unsure`
 * @property {number[]} later a bit for each of the list `later` that is said of a point
 * @property {Uint32Array} words
 * @property {Uint32Array} starts
 * @property {Uint32Array} findingOf the finding that each of the words stands in
 * @property {Uint32Array} places where each word's number stands among `words`, one number after the other
 * @property {Uint32Array} firstPlaces where the places of a number begin among `places`
 * @property {Uint32Array} visitOf
 * @property {Uint32Array} paragraphOf
 * @property {number} paragraphCount
 */

export const VALENCES = ["strength", "concern", "mixed", "context"];
const IMPROVEMENT = 4;
const PRIORITY_ACTION = 8;
const NEW_PARAGRAPH = 16;
const TOPICS_BIT = 5;
const LINE_END = 10;

/**
 * @param {Uint8Array} bytes the file, unpacked
 * @returns {Index}
 */
export function readIndex(bytes) {
  const end = bytes.indexOf(LINE_END);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
  /** @type {string[]} */
  const ids = head.ids;
  const count = ids.length;
  let at = end + 1;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const flags = bytes.subarray(at, (at += count));
  const topics = Array.from(flags, (flag) => [...bytes.subarray(at, (at += flag >> TOPICS_BIT))]);
  const pages = Uint16Array.from({ length: count }, number);
  const sure = Array.from(bytes.subarray(at, (at += count)), (which) => head.sure[which]);
  const later = Array.from(flags, (flag) => (flag & (IMPROVEMENT | PRIORITY_ACTION) ? number() : 0));
  const words = new Uint32Array(bytes.length - at);
  const findingOf = new Uint32Array(words.length);
  const starts = new Uint32Array(count + 1);
  let length = 0;
  for (let finding = 0; finding < count; finding++) {
    for (let word = number(); word; word = number()) {
      findingOf[length] = finding;
      words[length++] = word - 1;
    }
    starts[finding + 1] = length;
  }
  const visitOf = new Uint32Array(count);
  const paragraphOf = new Uint32Array(count);
  let finding = 0;
  let paragraph = 0;
  /** @type {Visit[]} */
  const visits = head.visits.map(
    (/** @type {any[]} */ [id, authority, kind, region, date, themes, size, letter, isItself, file], /** @type {number} */ visit) => {
      visitOf.fill(visit, finding, finding + size);
      for (const last = finding + size; finding < last; finding++) {
        if (flags[finding] & NEW_PARAGRAPH) paragraph++;
        paragraphOf[finding] = paragraph - 1;
      }
      return { id, authority, kind, region, date, themes, size, letter, isItself, file };
    },
  );
  const forms = head.words.map(form);
  return {
    version: head.version,
    pieces: head.words,
    forms,
    singulars: forms.map(singular),
    lists: head.lists,
    subjects: head.subjects.map((/** @type {[string, number]} */ [words, topic]) => [words.split(" ").map(singular), topic]),
    visits,
    ids,
    valences: flags.map((flag) => flag & 3),
    points: flags.map((flag) => (flag & PRIORITY_ACTION ? 2 : flag & IMPROVEMENT ? 1 : 0)),
    topics,
    pages,
    sure,
    later,
    words: words.subarray(0, length),
    starts,
    findingOf,
    ...placesOf(words.subarray(0, length), forms.length),
    visitOf,
    paragraphOf,
    paragraphCount: paragraph,
  };
}

/**
 * Where each word stands, so that a word is looked for only there.
 * @param {Uint32Array} words
 * @param {number} count how many different ones there are
 * @returns {{places: Uint32Array, firstPlaces: Uint32Array}}
 */
function placesOf(words, count) {
  const firstPlaces = new Uint32Array(count + 1);
  for (const word of words) firstPlaces[word + 1]++;
  for (let word = 0; word < count; word++) firstPlaces[word + 1] += firstPlaces[word];
  const next = firstPlaces.slice();
  const places = new Uint32Array(words.length);
  for (let at = 0; at < words.length; at++) places[next[words[at]]++] = at;
  return { places, firstPlaces };
}

/**
 * A word as it is compared: in small letters, with straight apostrophes and no accents.
 * @param {string} piece
 */
export function form(piece) {
  const plain = piece.trim().toLowerCase().replaceAll("’", "'");
  return /[\p{L}\p{N}]/u.test(plain) ? plain.normalize("NFD").replace(/\p{M}/gu, "") : "";
}

/**
 * A word without the ending of a plural or a possessive, so that both forms are alike.
 * @param {string} word
 */
export function singular(word) {
  return word
    .replace(/'s?$/, "")
    .replace(/ies$/, "y")
    .replace(/(ch|sh|ss|x)es$/, "$1")
    .replace(/([^su])s$/, "$1");
}

/**
 * The text of a finding.
 * @param {Index} index
 * @param {number} finding
 */
export function textOf(index, finding) {
  let text = "";
  for (let at = index.starts[finding]; at < index.starts[finding + 1]; at++) text += index.pieces[index.words[at]];
  return text;
}
