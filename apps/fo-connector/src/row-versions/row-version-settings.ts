import { z } from 'zod';

/** A virtual table's name goes into an address as it is. */
const TABLE_NAME = /^[a-z][a-z0-9_]*$/;

/**
 * Row-version change tracking of F&O, as Dataverse offers it on the virtual tables of F&O's entities. The same application
 * users ask there, so each needs to be known in Dataverse as well, with a role that may read the tables.
 */
export const rowVersionSettings = {
  /** Dataverse environment that shows F&O's entities as virtual tables, `https://HOST.crm.dynamics.com`; empty: none. */
  VIRTUAL_TABLES_URL: z.union([z.literal(''), z.url({ protocol: /^https?$/ })]).default(''),
  /** Virtual tables by entity set, as JSON: `{"CustomersV3":"mserp_custcustomerv3entity"}`; others by their type's name. */
  VIRTUAL_TABLE_NAMES: z
    .string()
    .default('')
    .transform((text, context): Readonly<Record<string, string>> => {
      const names = namesOf(text);
      if (names !== null) return names;
      context.addIssue({ code: 'custom', message: 'must be a JSON object, entity set to logical name' });
      return z.NEVER;
    }),
  ROW_VERSION_INTERVAL_MS: z.coerce.number().int().positive().default(5_000),
};

function namesOf(text: string): Readonly<Record<string, string>> | null {
  if (text === '') return {};
  try {
    return z.record(z.string(), z.string().regex(TABLE_NAME)).parse(JSON.parse(text));
  } catch {
    return null;
  }
}
