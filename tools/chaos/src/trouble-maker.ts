import type { Fault, Killable, MapAct, RunningStack } from '@dualwrite/e2e';
import type { Side } from '@dualwrite/events';
import { backUpSchema } from '@dualwrite/testing';
import type { Target } from './arguments';
import { COMPANY } from './seed-rows';
import { mapFile } from './stage';
import { troubleText, type SideFault, type Trouble } from './troubles';

/** A broker or database that was killed twice takes its time on a busy machine, and everything waits for it. */
const ATTEMPTS_MAX = 90;
/** What need not happen is asked for only a few times. */
const ASKED_COUNT = 5;
const RETRY_AFTER_MS = 1_000;

/** Breaks what the plan says, and mends it after its time. */
export class TroubleMaker {
  readonly kills: Partial<Record<Target, number>> = {};
  readonly restores: Partial<Record<Target, number>> = {};
  private readonly frozen = new Set<number>();
  private readonly backedUp = new Set<Target>();
  private readonly withoutCompanies = new Set<string>();
  private readonly withheld = new Set<string>();
  private versionCount = 1;
  private readonly replicas: Record<string, number>;
  private readonly faults: Record<Side, Set<readonly SideFault[]>> = { fo: new Set(), dataverse: new Set() };

  constructor(
    private readonly stack: RunningStack,
    private readonly options: {
      readonly seed: number;
      readonly replicas: number;
      readonly talk: (text: string) => void;
    },
  ) {
    const { replicas } = options;
    this.replicas = { mapper: replicas, 'fo-connector': replicas, 'dataverse-connector': replicas };
  }

  async make(trouble: Trouble): Promise<void> {
    this.options.talk(troubleText(trouble));
    switch (trouble.kind) {
      case 'kill':
        return this.kill(trouble.what, trouble.replica);
      case 'freeze':
        return this.freeze(trouble.what, trouble.replica, trouble.forMs);
      case 'leave':
      case 'join': {
        const step = trouble.kind === 'join' ? 1 : -1;
        this.scale(trouble.what, step);
        await during(trouble.forMs);
        return this.scale(trouble.what, -step);
      }
      case 'restore':
        return this.restore(trouble.what, trouble.forMs);
      case 'pause':
        return this.without(trouble.map, trouble.forMs, { end: 'pause', begin: 'resume' });
      case 'load':
        return this.without(trouble.map, trouble.forMs, { end: 'stop', begin: 'start' });
      case 'replay': {
        const from = new Date();
        await during(trouble.forMs);
        return this.ask(`replay ${trouble.map}`, () => this.stack.dw.replay(trouble.map, from));
      }
      case 'version':
        return this.changeVersion(trouble.map);
      case 'company':
        return this.withoutCompany(trouble.map, trouble.forMs);
      case 'fault':
        await this.setFaults(trouble.side, (faults) => faults.add(trouble.faults));
        await during(trouble.forMs);
        return this.setFaults(trouble.side, (faults) => faults.delete(trouble.faults));
    }
  }

  /** No fault is left, nobody is frozen, every map is wanted to run: from here on it is up to the product. */
  async end(): Promise<void> {
    this.thaw();
    for (const side of ['fo', 'dataverse'] as const) await this.setFaults(side, (faults) => faults.clear());
    for (const name of Object.keys(this.replicas)) this.stack.scale(name, this.options.replicas);
    for (const map of this.withoutCompanies) await this.serveCompany(map);
    const states = await persistently(() => this.stack.dw.status());
    for (const [state, act] of [
      ['paused', 'resume'],
      ['stopped', 'start'],
    ] as const) {
      const maps = states.filter((map) => map.state === state).map(({ name }) => name);
      if (maps.length > 0) await this.attempt(act, maps, ATTEMPTS_MAX);
    }
  }

  /** Also when the run is broken off: a frozen process could not even be told to end. */
  thaw(): void {
    for (const pid of this.frozen) signal(pid, 'SIGCONT');
    this.frozen.clear();
  }

  private async kill(what: Target, replica: number): Promise<void> {
    const pid = await this.pidOf(what, replica);
    if (pid === undefined || !signal(pid, 'SIGKILL')) return;
    this.kills[what] = (this.kills[what] ?? 0) + 1;
  }

  private async freeze(what: Target, replica: number, forMs: number): Promise<void> {
    const pid = await this.pidOf(what, replica);
    if (pid === undefined || !signal(pid, 'SIGSTOP')) return;
    this.frozen.add(pid);
    await during(forMs);
    signal(pid, 'SIGCONT');
    this.frozen.delete(pid);
  }

  /** The service goes on meanwhile: what it stores from here on is forgotten. One backup of a service at a time. */
  private async restore(what: Target, forMs: number): Promise<void> {
    if (this.backedUp.has(what)) return;
    this.backedUp.add(what);
    try {
      const { postgres } = await this.stack.file();
      const schema = what.replaceAll('-', '_');
      const backup = await persistently(() => backUpSchema({ url: postgres.url, schema }));
      await during(forMs);
      await persistently(() => backup.restore());
      this.restores[what] = (this.restores[what] ?? 0) + 1;
      await persistently(() => backup.drop());
    } finally {
      this.backedUp.delete(what);
    }
  }

  /** What the map does stays the same: all its pairs are looked at again by another version of it. */
  private async changeVersion(map: string): Promise<void> {
    this.versionCount += 1;
    const { name, text } = await mapFile(map);
    const file = { name, text: text.replace(/^( {2}description:).*$/m, `$1 take ${this.versionCount}`) };
    await this.ask(`apply ${map}`, () => this.stack.dw.apply(file));
  }

  /** One at a time of a map: who pauses one that is stopped, or starts one that is paused, is refused. */
  private async without(
    map: string,
    forMs: number,
    acts: { readonly end: MapAct; readonly begin: MapAct },
  ): Promise<void> {
    if (this.withheld.has(map)) return;
    this.withheld.add(map);
    await this.attempt(acts.end, [map], 1);
    await during(forMs);
    await this.attempt(acts.begin, [map], ATTEMPTS_MAX);
    this.withheld.delete(map);
  }

  private async withoutCompany(map: string, forMs: number): Promise<void> {
    if (this.withoutCompanies.has(map)) return;
    this.withoutCompanies.add(map);
    await this.ask(`${map} without ${COMPANY}`, () => this.stack.dw.companies(map, { remove: [COMPANY] }));
    await during(forMs);
    await this.serveCompany(map);
  }

  private async serveCompany(map: string): Promise<void> {
    await persistently(() => this.stack.dw.companies(map, { add: [COMPANY] }));
    this.withoutCompanies.delete(map);
  }

  /** One of those that run now; none while it is being started again. */
  private async pidOf(what: Killable, replica: number): Promise<number | undefined> {
    const file = await this.stack.file();
    const pids =
      what === 'kafka'
        ? file.kafka.pids
        : what === 'postgres'
          ? [file.postgres.pid]
          : (file.services[what] ?? []).map(({ pid }) => pid);
    return pids.length === 0 ? undefined : (pids[replica % pids.length] ?? undefined);
  }

  private scale(what: Target, step: number): void {
    const count = (this.replicas[what] ?? 1) + step;
    this.replicas[what] = count;
    this.stack.scale(what, Math.max(1, count));
  }

  private async setFaults(side: Side, change: (faults: Set<readonly SideFault[]>) => unknown): Promise<void> {
    change(this.faults[side]);
    const { oauth } = await this.stack.file();
    const sandbox = await this.stack.sandbox(side);
    await sandbox.endFaults();
    const faults = [...this.faults[side]].flat().map(({ anyCaller, match, effect }): Fault => ({
      match: anyCaller ? match : { ...match, caller: oauth.clientId },
      effect,
    }));
    if (faults.length > 0) await sandbox.faults(faults, { seed: this.options.seed });
  }

  /** The console may just be down, or a replica too frozen to confirm: then it is asked again. */
  private async attempt(act: MapAct, maps: readonly string[], attempts: number): Promise<void> {
    await this.ask(`${act} ${maps.join(', ')}`, () => this.stack.dw.act(act, ...maps), attempts);
  }

  /** What is refused for good is told, and the run goes on. */
  private async ask(what: string, ask: () => Promise<void>, attempts = ASKED_COUNT): Promise<void> {
    await persistently(ask, attempts).catch((error: unknown) =>
      this.options.talk(`${what}: ${String(error)}`),
    );
  }
}

/** @returns whether there is such a process */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** What a killed service or database refuses is asked again. */
async function persistently<T>(ask: () => Promise<T>, attempts = ATTEMPTS_MAX): Promise<T> {
  for (let left = attempts; ; left -= 1) {
    try {
      return await ask();
    } catch (error) {
      if (left <= 1) throw error;
      await during(RETRY_AFTER_MS);
    }
  }
}

function during(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
