import { BadQuery } from './exchange';

/** Query options by name; form encoding (+ for a blank, names encoded too) is taken as well. */
export function parseQuery(raw: string): Map<string, string> {
  const options = new Map<string, string>();
  if (raw === '') return options;
  for (const pair of raw.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    options.set(name, equals < 0 ? '' : decode(pair.slice(equals + 1)));
  }
  return options;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    throw new BadQuery(`The query cannot be decoded: ${String(error)}`);
  }
}

/** `Prefer` may come as one comma-joined header or several; values may be quoted or not. */
export function preferences(header: string | undefined): Map<string, string> {
  const result = new Map<string, string>();
  if (!header) return result;
  // Commas inside quotes belong to a list of annotations.
  for (const part of header.match(/(?:[^,"]|"[^"]*")+/g) ?? []) {
    const [name, ...value] = part.trim().split('=');
    if (name) result.set(name.trim().toLowerCase(), value.join('=').trim().replace(/^"|"$/g, ''));
  }
  return result;
}

export function wholeNumber(options: ReadonlyMap<string, string>, name: string): number | undefined {
  const text = options.get(name);
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text.trim()))
    throw new BadQuery(`The value '${text}' of the ${name} query option is not valid.`);
  return Number(text);
}

export function nameList(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
