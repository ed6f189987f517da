/** A field is quoted where it must be; lines end in CRLF. */
export function writeCsv(rows: Iterable<readonly string[]>): string {
  let text = '';
  for (const row of rows) text += `${row.map(quoted).join(',')}\r\n`;
  return text;
}

/** Quoted fields may hold commas, quotes (doubled) and line ends. Empty lines are passed over. */
export function parseCsv(source: string): string[][] {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    const field = fieldAt(text, at);
    row.push(field.value);
    at = field.end;
    if (text[at] === ',') {
      at += 1;
      if (at < text.length) continue;
      row.push('');
    }
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
    at = text[at] === '\r' && text[at + 1] === '\n' ? at + 2 : at + 1;
  }
  return rows;
}

const PLAIN = /[^,\r\n]*/y;

function fieldAt(text: string, at: number): { value: string; end: number } {
  if (text[at] !== '"') {
    PLAIN.lastIndex = at;
    const value = PLAIN.exec(text)?.[0] ?? '';
    return { value, end: at + value.length };
  }
  let value = '';
  for (let from = at + 1; ;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return { value: value + text.slice(from), end: text.length };
    value += text.slice(from, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1 };
    value += '"';
    from = quote + 2;
  }
}

function quoted(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
