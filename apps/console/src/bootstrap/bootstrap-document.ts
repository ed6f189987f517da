import { z } from 'zod';

const API_VERSION = 'dualwrite.io/v1';
const TABLE_COUNT_MAX = 200;
const RULE_COUNT_MAX = 500;
const FILTER_LENGTH_MAX = 10_000;

const table = z.string().regex(/^\w{1,128}$/, 'must be the logical name of a table');
const named = z.string().min(1).max(200);
const rule = z
  .strictObject({
    company: z.string().regex(/^[\w-]{1,20}$/, 'must be a company code'),
    /** Team or user that owns the row: name, domain name or id. */
    owner: named.exactOptional(),
    /** Name or id. */
    businessUnit: named.exactOptional(),
    /** As a map's filter of Dataverse rows. */
    filter: z.string().min(1).max(FILTER_LENGTH_MAX).exactOptional(),
    /** Left out: all of the document's. */
    tables: z.array(table).min(1).max(TABLE_COUNT_MAX).exactOptional(),
  })
  .refine(({ owner, businessUnit, filter }) => (owner ?? businessUnit ?? filter) !== undefined, {
    message: 'needs owner, businessUnit or filter: which rows are meant',
  });

/** Which company the rows of Dataverse get that have none. */
export const bootstrapDocument = z.strictObject({
  apiVersion: z.literal(API_VERSION, { error: `must be ${API_VERSION}` }),
  kind: z.literal('CompanyBootstrap', { error: 'must be CompanyBootstrap' }),
  metadata: z.strictObject({ name: named }),
  spec: z
    .strictObject({
      tables: z.array(table).min(1).max(TABLE_COUNT_MAX),
      rules: z.array(rule).min(1).max(RULE_COUNT_MAX),
      /** `made`: each company has a team "NAME DW"; `owns`: and it owns the rows that get the company. */
      ownerTeams: z.enum(['none', 'made', 'owns']).default('none'),
    })
    .superRefine(({ tables, rules }, context) => {
      rules.forEach((one, index) => {
        const foreign = (one.tables ?? []).filter((name) => !tables.includes(name));
        if (foreign.length === 0) return;
        context.addIssue({
          code: 'custom',
          path: ['rules', index, 'tables'],
          message: `${foreign.join(', ')} is not among spec.tables`,
        });
      });
    }),
});
export type BootstrapDocument = z.output<typeof bootstrapDocument>;
export type BootstrapRule = BootstrapDocument['spec']['rules'][number];
