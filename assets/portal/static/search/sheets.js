// Rows as files to take away: CSV, and a workbook that is as plain as a workbook can be.

/**
 * @typedef {string | number | Date | null} Cell
 * @typedef {Cell[]} Row
 */

/** What spreadsheets take for a formula, and is no number. @param {string} text */
function isFormula(text) {
  return /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text));
}

/**
 * @param {Row[]} rows the heads first
 * @returns {Blob}
 */
export function csv(rows) {
  const cell = (/** @type {Cell} */ value) => {
    const told = value === null ? "" : String(value);
    const text = isFormula(told) ? `'${told}` : told; // as Excel itself marks text
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  // Excel knows UTF-8 by the mark at the beginning.
  return new Blob([`\ufeff${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`], { type: "text/csv" });
}

const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const LONGEST_CELL = 32767;
const WIDEST = 60; // letters; what is longer is wrapped
const FIRST_DAY = Date.UTC(1899, 11, 30); // from which Excel counts days
/** Places among the styles. */
const [PLAIN, DAY, HEADING, LONG] = [0, 1, 2, 3];
const STYLES =
  `<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="d\\ mmm\\ yyyy"/></numFmts>` +
  '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
  '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4">' +
  [[0, 0, 0], [164, 0, 0], [0, 1, 0], [0, 0, 1]]
    .map(([days, bold, wrap]) =>
      `<xf numFmtId="${days}" fontId="${bold}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyAlignment="1">` +
      `<alignment vertical="top" wrapText="${wrap}"/></xf>`)
    .join("") +
  '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'; // prettier-ignore

/**
 * @param {Record<string, Row[]>} sheets the rows of each, the heads first
 * @returns {Blob}
 */
export function workbook(sheets) {
  const names = Object.keys(sheets);
  /** @type {Record<string, string>} */
  const parts = {
    "[Content_Types].xml":
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' +
      '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
      `<Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/>` +
      `<Override PartName="/xl/styles.xml" ContentType="${TYPES}.styles+xml"/>` +
      names.map((_, at) => `<Override PartName="/xl/${at}.xml" ContentType="${TYPES}.worksheet+xml"/>`).join("") +
      "</Types>",
    "_rels/.rels": relations([["officeDocument", "xl/workbook.xml"]]),
    "xl/workbook.xml":
      `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>` +
      names.map((name, at) => `<sheet name="${escape(name)}" sheetId="${at + 1}" r:id="r${at}"/>`).join("") +
      "</sheets></workbook>",
    "xl/_rels/workbook.xml.rels": relations([
      ...names.map((_, at) => /** @type {[string, string]} */ (["worksheet", `${at}.xml`])),
      ["styles", "styles.xml"],
    ]),
    "xl/styles.xml": STYLES,
  };
  names.forEach((name, at) => {
    parts[`xl/${at}.xml`] = sheet(sheets[name]);
  });
  const type = `${TYPES}.sheet`;
  return new Blob(zip(Object.entries(parts).map(([name, text]) => [name, HEAD + text])), { type });
}

/** @param {[string, string][]} of kind and target of each */
function relations(of) {
  const one = (/** @type {[string, string]} */ [kind, to], /** @type {number} */ at) =>
    `<Relationship Id="r${at}" Type="${OFFICE}/${kind}" Target="${to}"/>`;
  return `<Relationships xmlns="${RELATIONS}">${of.map(one).join("")}</Relationships>`;
}

/** @param {Row[]} rows */
function sheet(rows) {
  const cell = (/** @type {Cell} */ value, /** @type {number} */ row) => {
    if (value === null) return "<c/>";
    if (value instanceof Date) return `<c s="${DAY}"><v>${(value.getTime() - FIRST_DAY) / 86_400_000}</v></c>`;
    if (typeof value === "number") return `<c s="${PLAIN}"><v>${value}</v></c>`;
    const text = escape(value.slice(0, LONGEST_CELL));
    return `<c s="${row ? (value.length > WIDEST ? LONG : PLAIN) : HEADING}" t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;
  };
  const lines = rows.map((row, at) => `<row>${row.map((value) => cell(value, at)).join("")}</row>`).join("");
  const width = (/** @type {number} */ column) =>
    Math.min(WIDEST, 3 + rows.reduce((most, row) => Math.max(most, lengthOf(row[column])), 0));
  const columns = rows[0].map((_, at) => `<col min="${at + 1}" max="${at + 1}" width="${width(at)}" customWidth="1"/>`);
  const pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>';
  return (
    `<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">${pane}</sheetView></sheetViews>` +
    `<cols>${columns.join("")}</cols><sheetData>${lines}</sheetData></worksheet>`
  );
}

/** How many letters a cell shows. @param {Cell} cell */
function lengthOf(cell) {
  return cell === null ? 0 : cell instanceof Date ? "26 Oct 2021".length : String(cell).length;
}

/** @param {string} text */
function escape(text) {
  // Characters that XML cannot hold are left out.
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/**
 * Files in one, as they are: nothing here is large enough to be packed.
 * @param {[string, string][]} files
 * @returns {Uint8Array<ArrayBuffer>[]}
 */
function zip(files) {
  const encoder = new TextEncoder();
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const written = [];
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const listed = [];
  let at = 0;
  for (const [name, text] of files) {
    const [path, bytes] = [encoder.encode(name), encoder.encode(text)];
    // Version, flags (names in UTF-8), method, time and day, checksum, sizes, length of the name, no extra.
    const about = numbers([
      [20, 2], [0x800, 2], [0, 2], [0, 2], [0x21, 2], [crc32(bytes), 4], [bytes.length, 4], [bytes.length, 4],
      [path.length, 2], [0, 2],
    ]); // prettier-ignore
    written.push(numbers([[0x04034b50, 4]]), about, path, bytes);
    listed.push(numbers([[0x02014b50, 4], [20, 2]]), about, numbers([[0, 2], [0, 2], [0, 2], [0, 4], [at, 4]]), path);
    at += 4 + about.length + path.length + bytes.length;
  }
  const size = listed.reduce((sum, part) => sum + part.length, 0);
  const count = files.length;
  const end = numbers([[0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [size, 4], [at, 4], [0, 2]]);
  return [...written, ...listed, end];
}

/** @param {[number, number][]} values each with its number of bytes, the lowest first */
function numbers(values) {
  const bytes = new Uint8Array(values.reduce((sum, [, size]) => sum + size, 0));
  let at = 0;
  for (const [value, size] of values) for (let byte = 0; byte < size; byte++) bytes[at++] = (value >>> (8 * byte)) & 0xff;
  return bytes;
}

/** @type {Uint32Array | undefined} */
let remainders;

/** @param {Uint8Array} bytes */
function crc32(bytes) {
  remainders ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
    return value;
  });
  let sum = 0xffffffff;
  for (const byte of bytes) sum = remainders[(sum ^ byte) & 0xff] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}
