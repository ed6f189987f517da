import { z } from 'zod';
import type { DefinitionFile } from './definition-checker';
import { problem } from './problems';

const FILE_COUNT_MAX = 500;
const NAME_COUNT_MAX = 1_000;

const applyBody = z
  .object({
    files: z.array(z.object({ name: z.string().min(1), text: z.string() })).optional(),
    documents: z.array(z.record(z.string(), z.unknown())).optional(),
  })
  .refine((body) => (body.files?.length ?? 0) + (body.documents?.length ?? 0) > 0, {
    message: 'needs files or documents',
  })
  .refine((body) => (body.files?.length ?? 0) + (body.documents?.length ?? 0) <= FILE_COUNT_MAX, {
    message: `takes at most ${FILE_COUNT_MAX} maps`,
  });

const names = z.array(z.string().min(1)).min(1).max(NAME_COUNT_MAX);
/** A day: who does nothing within it does nothing. */
const GRACE_MS_MAX = 86_400_000;
const actOptions = {
  reason: z.string().max(1_000).optional(),
  dependants: z.enum(['name', 'refuse', 'with']).optional(),
  mode: z.enum(['catch-up', 'hold', 'discard']).optional(),
  discardCount: z.number().int().min(0).optional(),
  initialSync: z.enum(['run', 'skip']).optional(),
  graceMs: z.number().int().min(0).max(GRACE_MS_MAX).optional(),
};
const actBody = z.object({ names, ...actOptions });
const actOnOneBody = z.object(actOptions);

const ROW_COUNT_MAX = 100;
const releaseBody = z.strictObject({
  rows: z.array(z.string().min(1).max(1_000)).min(1).max(ROW_COUNT_MAX),
  winner: z.enum(['fo', 'dataverse']).exactOptional(),
  choices: z
    .record(
      z.string().min(1).max(300),
      z.union([
        z.strictObject({ take: z.enum(['fo', 'dataverse']) }),
        z.strictObject({ side: z.enum(['fo', 'dataverse']), value: z.string().max(100_000).nullable() }),
      ]),
    )
    .exactOptional(),
  reason: z.string().max(1_000).exactOptional(),
});

export function readReleaseBody(body: unknown): z.output<typeof releaseBody> {
  return readBody(releaseBody, body);
}

/** A JSON document is a map file, too: YAML reads it, and findings say where in it they are. */
export function readApplyBody(body: unknown): readonly DefinitionFile[] {
  const { files = [], documents = [] } = readBody(applyBody, body);
  return [
    ...files,
    ...documents.map((document, index) => ({
      name: `documents[${index}]`,
      text: JSON.stringify(document, null, 2),
    })),
  ];
}

/** No files: the maps in use. */
export function readProvisionBody(body: unknown): readonly DefinitionFile[] {
  const isEmpty = body === undefined || body === null || Object.keys(body).length === 0;
  return isEmpty ? [] : readApplyBody(body);
}

/** Names of the path or of the body, each once, with what is said beside them. */
export function readAct(nameInPath: string | undefined, body: unknown): z.output<typeof actBody> {
  if (nameInPath !== undefined) return { ...readBody(actOnOneBody, body), names: [nameInPath] };
  const act = readBody(actBody, body);
  return { ...act, names: [...new Set(act.names)] };
}

const codes = z.array(z.string().regex(/^[\w-]{1,20}$/, 'must be a company code')).max(1_000);
const companiesBody = z
  .strictObject({
    add: codes.default([]),
    remove: codes.default([]),
    only: z.union([codes, z.literal('all')]).optional(),
  })
  .refine(({ add, remove, only }) => add.length + remove.length > 0 || only !== undefined, {
    message: 'needs add, remove or only',
  });

export function readCompanies(body: unknown): z.output<typeof companiesBody> {
  return readBody(companiesBody, body);
}

const directionBody = z.strictObject({
  direction: z.enum(['both', 'to-fo', 'to-dataverse']),
  company: codes.element.optional(),
});

export function readDirection(body: unknown): z.output<typeof directionBody> {
  return readBody(directionBody, body);
}

const proofBody = z.object({ maps: z.array(z.string().min(1)).max(NAME_COUNT_MAX).optional() });

/** Names of the maps to be judged; none: all. */
export function readProofBody(body: unknown): readonly string[] {
  return [...new Set(readBody(proofBody, body).maps ?? [])];
}

const ID_LENGTH_MAX = 1_000;
const REPAIRED_ROW_COUNT_MAX = 500;
const nativeId = z.string().min(1).max(ID_LENGTH_MAX).nullable();
const repairBody = z.strictObject({
  rows: z
    .array(
      z.strictObject({
        map: z.string().min(1).max(ID_LENGTH_MAX),
        key: z.string().max(ID_LENGTH_MAX).nullable(),
        rows: z.strictObject({ fo: nativeId, dataverse: nativeId }),
        fields: z.array(z.string().max(ID_LENGTH_MAX)).max(REPAIRED_ROW_COUNT_MAX),
      }),
    )
    .min(1)
    .max(REPAIRED_ROW_COUNT_MAX),
  preview: z.boolean().default(false),
});

/** Rows of a verify's report, and whether only to say what would be done. */
export function readRepairBody(body: unknown): z.output<typeof repairBody> {
  return readBody(repairBody, body);
}

export function readBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  throw problem(400, 'body-invalid', 'The body of the request is not valid', {
    errors: result.error.issues.map((issue) => ({ field: issue.path.join('.'), message: issue.message })),
  });
}
