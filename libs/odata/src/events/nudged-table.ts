import { isMembers } from './execution-context';

/** Logical names of Dataverse. */
const NAME = /^[a-z_][a-z0-9_]{0,127}$/;

/** The table that a webhook call of Dataverse is about: by its header, else by its body; null: it does not say. */
export function nudgedTable(header: unknown, body: unknown): string | null {
  const named = typeof header === 'string' ? header : isMembers(body) ? body['PrimaryEntityName'] : undefined;
  return typeof named === 'string' && NAME.test(named) ? named : null;
}
