import { cpus, loadavg, totalmem, type } from 'node:os';

/** What the figures were measured on; a foreign load makes them worthless, so it is told, too. */
export function machine(): Record<string, unknown> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    os: type(),
    node: process.version,
    loadAverage1Min: Number((loadavg()[0] ?? 0).toFixed(2)),
  };
}
