/**
 * Several pieces of work on one transaction, side by side: their statements go out together. Like `Promise.all`, but the
 * first error comes out only when all have ended, else a piece still under way would send its next statement after the
 * rollback.
 */
export async function together<Results extends readonly unknown[]>(work: {
  readonly [Index in keyof Results]: Promise<Results[Index]>;
}): Promise<Results> {
  let failure: { readonly error: unknown } | undefined;
  const noted = (work as readonly Promise<unknown>[]).map((piece) =>
    piece.catch((error: unknown) => {
      failure ??= { error };
    }),
  );
  const results = await Promise.all(noted);
  if (failure !== undefined) throw failure.error;
  return results as unknown as Results;
}
