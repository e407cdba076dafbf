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

/**
 * A count in words: `1 finding`, `1,200 findings`.
 * @param {number} count
 * @param {string} one
 */
export function numbered(count, one) {
  return `${count.toLocaleString("en-GB")} ${count === 1 ? one : `${one}s`}`;
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
