import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { eventually, startStack, type RunningStack } from '@dualwrite/e2e';
import type { ChaosSettings } from './arguments';
import type { SeedRows } from './seed-rows';
import { MAPS } from './subjects';

const IN_STEP_DEADLINE_MS = 180_000;

/** A real installation with a few rows of our own, all maps running and both sides in step. */
export async function setStage(
  { replicas }: Pick<ChaosSettings, 'replicas'>,
  seed: SeedRows,
  talk: (text: string) => void,
): Promise<RunningStack> {
  talk('Starting the installation');
  const stack = await startStack({
    seed: false,
    replicas: { mapper: replicas, 'fo-connector': replicas, 'dataverse-connector': replicas },
    // What no event tells of is found within seconds: the end of a run waits for it.
    env: { SWEEP_INTERVAL_MS: '3000' },
    maps: MAPS,
  });
  try {
    for (const side of ['fo', 'dataverse'] as const) {
      const sandbox = await stack.sandbox(side);
      for (const [table, rows] of Object.entries(seed[side])) await sandbox.load(table, rows);
    }
    talk(`Starting ${MAPS.length} maps`);
    await stack.dw.apply(...(await mapFiles()));
    await eventually(
      async () => {
        const states = new Map((await stack.dw.status()).map((map) => [map.name, map.state]));
        const stopped = MAPS.filter((name) => ['draft', 'stopped'].includes(states.get(name) ?? 'draft'));
        if (stopped.length > 0) await stack.dw.act('start', ...stopped);
        return true;
      },
      { what: 'the maps are started', deadlineMs: IN_STEP_DEADLINE_MS },
    );
    await stack.untilInStep({ deadlineMs: IN_STEP_DEADLINE_MS });
    return stack;
  } catch (error) {
    talk(`The installation's folder stays: ${stack.state}`);
    await stack.stop({ keep: true });
    throw error;
  }
}

async function mapFiles(): Promise<readonly MapFile[]> {
  return Promise.all(MAPS.map(mapFile));
}

export interface MapFile {
  readonly name: string;
  readonly text: string;
}

/** The standard map of that name. */
export async function mapFile(map: string): Promise<MapFile> {
  // Carried along by the build, beside the compiled library.
  const folder = path.join(__dirname, '../../../libs/maps/standard');
  const name = `${map}.yaml`;
  return { name, text: await readFile(path.join(folder, name), 'utf8') };
}
