// What scripts of several pages build pages with.

/**
 * @param {string} name
 * @param {Record<string, string>} attributes
 * @param {string | (string | Node)[]} [content]
 * @returns {HTMLElement}
 */
export function element(name, attributes, content = []) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...(typeof content === "string" ? [content] : content));
  return made;
}

/**
 * @param {string} to
 * @param {string} text
 */
export function link(to, text) {
  return element("a", { href: to }, text);
}

const NUMBERS = new Intl.NumberFormat("en-GB"); // one for all: it takes long to make

/** A number as it is read: `1,200`. @param {number} count */
export function spelled(count) {
  return NUMBERS.format(count);
}

/**
 * A count in words: `1 finding`, `1,200 findings`.
 * @param {number} count
 * @param {string} one
 */
export function numbered(count, one) {
  return `${spelled(count)} ${count === 1 ? one : `${one}s`}`;
}

/**
 * An address to take away: where the portal stands for all, if that is known, and not where one happens to read.
 * @param {string} to relative to this page
 */
export function lasting(to) {
  const known = document.querySelector("link[rel=canonical]");
  return new URL(to, known instanceof HTMLLinkElement ? known.href : location.href).href;
}

/**
 * Offer something made here as a file.
 * @param {Blob} content
 * @param {string} name
 */
export function save(content, name) {
  const address = URL.createObjectURL(content);
  const to = element("a", { href: address, download: name });
  document.body.append(to);
  to.click();
  to.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/**
 * Fetch what is compressed, in one file or several, unless the host has unpacked it already.
 * @param {string[]} addresses
 * @returns {Promise<Uint8Array>}
 */
export async function fetchPacked(addresses) {
  const parts = await Promise.all(
    addresses.map(async (address) => {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(`${address} cannot be had (${answer.status})`);
      return answer.blob();
    }),
  );
  const whole = new Blob(parts);
  const [first, second] = new Uint8Array(await whole.slice(0, 2).arrayBuffer());
  const isPacked = first === 0x1f && second === 0x8b;
  const body = isPacked ? whole.stream().pipeThrough(new DecompressionStream("gzip")) : whole;
  return new Uint8Array(await new Response(body).arrayBuffer());
}
