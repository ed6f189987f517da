/** Something to export without a name (see impure.ts). */
export const named = 1;
