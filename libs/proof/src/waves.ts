/** What the order of a first sync depends on. */
export interface Ordered {
  readonly name: string;
  readonly table: { readonly dataverse: string };
  /** Dataverse tables whose rows should be there before this map's. */
  readonly dependsOn: readonly string[];
}

/** Maps in the order in which their first sync runs; those of one wave run together, a ring of maps as one wave. */
export function wavesOf<T extends Ordered>(maps: readonly T[]): readonly (readonly T[])[] {
  const waves: (readonly T[])[] = [];
  for (let left = maps; left.length > 0;) {
    const isHeldUp = ({ dependsOn, table }: T): boolean =>
      left.some(
        (other) => other.table.dataverse !== table.dataverse && dependsOn.includes(other.table.dataverse),
      );
    const free = left.filter((map) => !isHeldUp(map));
    const wave = free.length > 0 ? free : left;
    waves.push(wave);
    left = left.filter((map) => !wave.includes(map));
  }
  return waves;
}
