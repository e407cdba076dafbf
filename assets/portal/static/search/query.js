// What somebody types, as a tree: words and phrases, joined by AND, OR, NOT and brackets.

/**
 * A leaf holds the words of a phrase, or one word. A word may end in `*`, for whatever follows, or in `~`, for its
 * singular and plural: what was not typed in quotation marks does.
 * @typedef {{leaf: string[]} | {not: Query} | {and: Query[]} | {or: Query[]}} Query
 */

import { form } from "./index.js";

/** What is wrong with what was typed, in a sentence. */
export class QueryError extends Error {}

const TOKEN = /(["“”])([^"“”]*)["“”]?|([()])|([^\s()"“”]+)/g;

/**
 * @param {string} text
 * @returns {Query | null} nothing where there is nothing to look for
 * @throws {QueryError}
 */
export function parse(text) {
  /** @type {{sign?: string, words?: string[]}[]} */
  const tokens = [];
  for (const [, quote, phrase, bracket, word] of text.matchAll(TOKEN)) {
    if (bracket) tokens.push({ sign: bracket });
    else if (!quote && ["AND", "OR", "NOT"].includes(word)) tokens.push({ sign: word });
    else {
      const isNot = !quote && word.length > 1 && word.startsWith("-");
      const typed = quote ? phrase : isNot ? word.slice(1) : word;
      const words = wordsOf(typed).map((one) => (quote || one.endsWith("*") ? one : `${one}~`));
      if (!words.length) continue;
      if (isNot) tokens.push({ sign: "NOT" });
      tokens.push({ words });
    }
  }
  if (!tokens.length) return null;
  let at = 0;

  /** @returns {Query} */
  function either() {
    const parts = [all()];
    while (tokens[at]?.sign === "OR") {
      at++;
      parts.push(all());
    }
    return parts.length > 1 ? { or: parts } : parts[0];
  }

  /** @returns {Query} */
  function all() {
    const parts = [one()];
    while (at < tokens.length && tokens[at].sign !== "OR" && tokens[at].sign !== ")") {
      if (tokens[at].sign === "AND") at++;
      parts.push(one());
    }
    return parts.length > 1 ? { and: parts } : parts[0];
  }

  /** @returns {Query} */
  function one() {
    const token = tokens[at++];
    if (token?.words) return { leaf: token.words };
    if (token?.sign === "NOT") return { not: one() };
    if (token?.sign === "(") {
      const inner = either();
      if (tokens[at]?.sign !== ")") throw new QueryError("A bracket is opened and not closed.");
      at++;
      return inner;
    }
    if (token?.sign === ")") throw new QueryError("A bracket is closed that was not opened.");
    throw new QueryError(token ? `${token.sign} stands where a word is needed.` : "A word is missing at the end.");
  }

  const query = either();
  if (at < tokens.length) throw new QueryError("A bracket is closed that was not opened.");
  return query;
}

/**
 * The words of a text as they are compared; `*` may end a word.
 * @param {string} text
 */
function wordsOf(text) {
  return [...text.matchAll(/[\p{L}\p{N}\p{M}_]+(?:['’-][\p{L}\p{N}\p{M}_]+)*\*?/gu)].map(([word]) =>
    word.endsWith("*") ? `${form(word.slice(0, -1))}*` : form(word),
  );
}

/**
 * The leaves that are looked for, not those that must not be there.
 * @param {Query | null} query
 * @returns {string[][]}
 */
export function wanted(query) {
  if (!query || "not" in query) return [];
  if ("leaf" in query) return [query.leaf];
  return ("and" in query ? query.and : query.or).flatMap(wanted);
}
