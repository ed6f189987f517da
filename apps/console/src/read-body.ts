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

const actBody = z.object({ names: z.array(z.string().min(1)).min(1).max(NAME_COUNT_MAX) });

const ROW_COUNT_MAX = 100;
const releaseBody = z.strictObject({
  rows: z.array(z.string().min(1).max(1_000)).min(1).max(ROW_COUNT_MAX),
  winner: z.enum(['fo', 'dataverse']).exactOptional(),
  reason: z.string().max(1_000).exactOptional(),
});

export function readReleaseBody(body: unknown): z.output<typeof releaseBody> {
  return read(releaseBody, body);
}

/** A JSON document is a map file, too: YAML reads it, and findings say where in it they are. */
export function readApplyBody(body: unknown): readonly DefinitionFile[] {
  const { files = [], documents = [] } = read(applyBody, body);
  return [
    ...files,
    ...documents.map((document, index) => ({
      name: `documents[${index}]`,
      text: JSON.stringify(document, null, 2),
    })),
  ];
}

/** Names of the path or of the body, each once. */
export function readNames(nameInPath: string | undefined, body: unknown): readonly string[] {
  if (nameInPath !== undefined) return [nameInPath];
  return [...new Set(read(actBody, body).names)];
}

const proofBody = z.object({ maps: z.array(z.string().min(1)).max(NAME_COUNT_MAX).optional() });

/** Names of the maps to be judged; none: all. */
export function readProofBody(body: unknown): readonly string[] {
  return [...new Set(read(proofBody, body).maps ?? [])];
}

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  throw problem(400, 'body-invalid', 'The body of the request is not valid', {
    errors: result.error.issues.map((issue) => ({ field: issue.path.join('.'), message: issue.message })),
  });
}
