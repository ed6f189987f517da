import { HttpException } from '@nestjs/common';
import type { Leases } from '@dualwrite/persistence';
import { log } from '@dualwrite/telemetry';
import { LeasedLoop } from '../leased-loop';
import type { MapActs } from '../map-acts';
import type { MapStore, StoredMap } from '../map-store';
import { viewMap } from '../map-view';
import type { StatusBook } from '../status-book';
import type { GuardStore } from './guard-store';
import { windowStep, type WindowState } from './maintenance-window';
import { ParkedHistory, reasonToPause, type PauseRule } from './pause-rule';

const LOOK_MS = 1_000;

export interface GuardKeeperOptions {
  readonly guards: GuardStore;
  readonly maps: MapStore;
  readonly acts: Pick<MapActs, 'act'>;
  readonly book: StatusBook;
  readonly leases: Leases;
}

/** Pauses and resumes maps without a person: one replica of the console at a time. */
export class GuardKeeper {
  private readonly history = new ParkedHistory();
  private readonly loop: LeasedLoop;

  constructor(private readonly options: GuardKeeperOptions) {
    const { leases } = options;
    this.loop = new LeasedLoop({ name: 'guards', leases, everyMs: LOOK_MS, work: () => this.look() });
  }

  start(): void {
    this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  private async look(): Promise<void> {
    const { guards, maps } = this.options;
    const [windows, rules] = [await guards.windows(), await guards.rules()];
    // Maps come with their definitions: they are not read every second for nothing.
    if (windows.length + rules.length === 0) return;
    const all = await maps.list();
    for (const window of windows) await this.keepWindow(window, all);
    await this.keepRules(rules, all);
  }

  private async keepWindow(window: WindowState, all: readonly StoredMap[]): Promise<void> {
    const { guards } = this.options;
    const step = windowStep(window, Date.now());
    if (step.kind === 'none') return;
    const actor = `window ${window.name}`;
    if (step.kind === 'open') {
      const names = namesOf(all, ({ name, run }) => run.desired === 'running' && isMeant(window, name));
      // Noted first: paused twice is paused once, and a map that was paused without a note would never go on.
      await guards.noteWindow(window.name, step.sinceMs, names);
      await this.act('pause', names, { actor, reason: window.reason ?? 'maintenance window' });
      return;
    }
    const own = namesOf(
      all,
      ({ name, run, actedBy }) =>
        window.paused.includes(name) && run.desired === 'paused' && actedBy === actor,
    );
    await this.act('resume', own, { actor, reason: 'the maintenance window is over', mode: window.mode });
    await guards.noteWindow(window.name, null, []);
  }

  private async keepRules(rules: readonly PauseRule[], all: readonly StoredMap[]): Promise<void> {
    const nowMs = Date.now();
    for (const { name, run } of all) {
      if (run.desired !== 'running') {
        this.history.forget(name);
        continue;
      }
      const { counts } = viewMap(name, run, this.options.book, nowMs);
      this.history.note(name, counts.parked, nowMs);
      for (const rule of rules) {
        const growth = this.history.growth(name, rule.withinSeconds * 1_000, nowMs);
        const reason = reasonToPause(rule, name, growth);
        if (reason === null) continue;
        await this.act('pause', [name], { actor: `rule ${rule.name}`, reason });
        break;
      }
    }
  }

  private async act(
    act: 'pause' | 'resume',
    names: readonly string[],
    how: { actor: string; reason: string; mode?: 'catch-up' | 'hold' },
  ): Promise<void> {
    if (names.length === 0) return;
    try {
      await this.options.acts.act({ act, names, ...how, isAutomatic: true });
      log.info('guards.acted', { act, names, ...how });
    } catch (error) {
      // A person was quicker: the maps are no longer as they were a moment ago.
      if (!(error instanceof HttpException)) throw error;
      log.info('guards.act_refused', { act, names, error });
    }
  }
}

function isMeant({ maps }: Pick<WindowState, 'maps'>, name: string): boolean {
  return maps === null || maps.includes(name);
}

function namesOf(maps: readonly StoredMap[], test: (map: StoredMap) => boolean): string[] {
  return maps.filter(test).map(({ name }) => name);
}
