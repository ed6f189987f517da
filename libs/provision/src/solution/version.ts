/** Of the solution, and of all that comes with it: an unmanaged solution may be imported again under the same version. */
export const VERSION = '1.0.0.0';
