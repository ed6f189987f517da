import { problem } from './problems';

export function unknownMaps(names: readonly string[]): Error {
  return problem(404, 'map-unknown', 'There is no such map', {
    detail: `No map is named ${names.join(', ')}; nothing was done.`,
    errors: names.map((name) => ({ field: name, message: 'no map has this name' })),
  });
}
