/** What another app must not reach (see ../app/src/neighbour.ts). */
export const consoleTagged = 'private to this app';
