import { hex, sha1 } from './sha1';

/** UUID version 5 (RFC 9562): always the same for the same namespace and name. */
export function uuid5(namespace: string, name: string): string {
  const space = Uint8Array.from(namespace.replace(/-/g, '').match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const text = new TextEncoder().encode(name);
  const joined = new Uint8Array(space.length + text.length);
  joined.set(space);
  joined.set(text, space.length);
  const bytes = sha1(joined).slice(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
