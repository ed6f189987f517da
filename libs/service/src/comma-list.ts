import { z } from 'zod';

/** `a, b` -> `['a', 'b']`; empty -> none. */
export const commaList = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
