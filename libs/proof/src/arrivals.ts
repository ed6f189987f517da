import type { Deed } from './deed';

/**
 * Milliseconds from a person's value to the same value by our hand on the other side, one for each that arrived: those
 * that were overtaken by newer ones never do.
 */
export function arrivalsMs(deeds: readonly Deed[]): readonly number[] {
  const written = new Map<string, Deed>();
  const found: number[] = [];
  for (const deed of [...deeds].sort((left, right) => left.n - right.n)) {
    for (const [field, { after }] of Object.entries(deed.fields)) {
      if (after === null) continue;
      const name = `${deed.map} ${deed.key.toLowerCase()} ${field} ${after}`;
      if (deed.by === 'person') written.set(name, deed);
      const source = written.get(name);
      if (deed.by === 'product' && source !== undefined && source.side !== deed.side) {
        written.delete(name);
        found.push(deed.atMs - source.atMs);
      }
    }
  }
  return found;
}
