import type { Chance } from './chance';

/** One reader of foreign bytes. */
export interface FuzzTarget {
  readonly name: string;
  /** An input: something true, more or less broken. */
  sample(chance: Chance): string | Buffer;
  /**
   * Reads the input as the product does.
   *
   * @returns whether it was taken, or refused by an error that the product knows; anything else thrown is a finding
   */
  run(input: string | Buffer): Promise<'taken' | 'refused'>;
}

type ErrorClass = abstract new (...args: never[]) => Error;

/** Runs a reader; of what it throws, only these say "refused". */
export async function refusedBy(
  known: readonly ErrorClass[],
  read: () => unknown,
): Promise<'taken' | 'refused'> {
  try {
    await read();
    return 'taken';
  } catch (error) {
    if (known.some((one) => error instanceof one)) return 'refused';
    throw error;
  }
}
