export type Members = Readonly<Record<string, unknown>>;

/** Lists of an event's body that are longer are not ours: a row has at most a thousand columns. */
const PAIR_COUNT_MAX = 2_000;

/**
 * The attributes of the rows in a RemoteExecutionContext, as Dataverse posts it: images first, then the target. An
 * update's target holds what changed, the images what was there: together they have the key.
 */
export function* contextAttributes(context: Members): Generator<[name: string, value: unknown]> {
  const bags = [context['PreEntityImages'], context['PostEntityImages'], context['InputParameters']];
  for (const { value: entity } of bags.flatMap(pairsOf)) {
    if (!isMembers(entity)) continue;
    for (const { key, value } of [...pairsOf(entity['KeyAttributes']), ...pairsOf(entity['Attributes'])]) {
      yield [key, isMembers(value) && 'Value' in value ? value['Value'] : value];
    }
  }
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Dataverse writes dictionaries as arrays of pairs. */
function pairsOf(list: unknown): { key: string; value: unknown }[] {
  if (!Array.isArray(list)) return [];
  return list.slice(0, PAIR_COUNT_MAX).flatMap((pair: unknown) => {
    if (!isMembers(pair) || typeof pair['key'] !== 'string') return [];
    return [{ key: pair['key'], value: pair['value'] }];
  });
}
