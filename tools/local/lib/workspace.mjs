import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root folder of the repository. */
export const workspaceRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

/**
 * Folder for what is fetched once and used by every clone of this user. Not inside node_modules: `npm ci` empties
 * that while the broker may be starting from here.
 */
export function cacheFolder(env = process.env) {
  if (env.DUALWRITE_CACHE) return path.resolve(env.DUALWRITE_CACHE);
  return path.join(env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'dualwrite');
}
