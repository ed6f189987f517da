import type { MapRecord } from '@dualwrite/events';
import type { MapsState } from '@dualwrite/service';
import type { KnownMaps } from './journal/pair-names';

/** What dw.maps says of a map, as far as the journal and the rules need it. */
export class MapsOfAlerting implements KnownMaps {
  constructor(private readonly maps: Pick<MapsState, 'find' | 'maps'>) {}

  isCompanyScoped(map: string): boolean {
    const spec = member(this.maps.find(map)?.definition, 'spec');
    return member(spec, 'company') !== undefined;
  }

  /** Label `pack` of the map, or, as the standard maps have it, `module`; null: neither, or the map is not known. */
  packOf(map: string): string | null {
    const labels = member(member(this.maps.find(map)?.definition, 'metadata'), 'labels');
    const pack = member(labels, 'pack') ?? member(labels, 'module');
    return typeof pack === 'string' ? pack : null;
  }

  records(): readonly MapRecord[] {
    return this.maps.maps();
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
