import { z } from 'zod';

const path = z.string().min(1).startsWith('/', 'must be an absolute path');
const clientId = z.string().min(1);

/** One application user; his secret by reference, never by value. */
const entry = z.union(
  [
    z.strictObject({ clientId, secretEnv: z.string().regex(/^\w+$/, 'must be the name of a variable') }),
    z.strictObject({ clientId, secretFile: path }),
    z.strictObject({ clientId, certificateFile: path, keyFile: path.optional() }),
    z.strictObject({ clientId, federatedTokenFile: path }),
  ],
  {
    error:
      'each user is a clientId with one of secretEnv, secretFile, certificateFile (and keyFile), federatedTokenFile',
  },
);

export type UserEntry = z.output<typeof entry>;

const USER_COUNT_MAX = 50;
const list = z
  .array(entry)
  .max(USER_COUNT_MAX)
  .refine((users) => new Set(users.map((user) => user.clientId)).size === users.length, {
    message: 'names a clientId twice',
  });

/** Setting OAUTH_USERS: a JSON list. Empty: the one user of OAUTH_CLIENT_ID. */
export const userList = z.string().transform((text, context): readonly UserEntry[] => {
  if (text === '') return [];
  const parsed = list.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  for (const { message } of parsed.error.issues) context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is no list: what is told then is what a list looks like.
    return undefined;
  }
}
