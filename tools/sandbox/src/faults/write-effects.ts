import type { FaultEffect, FaultPlan } from './fault-plan';
import type { JsonObject } from '../json/exact-json';
import type { Write } from '../store/transaction';

/** Who makes the changes of pluginEdit faults; they do not cause further ones. */
export const PLUGIN_CALLER = 'plug-in';

export interface Writer {
  readonly caller: string;
  readonly method: string;
}

/** Draws, for each committed write, what faults make of it; a plug-in's edit follows later, in a unit of its own. */
export class WriteEffects {
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly side: {
      faults: () => FaultPlan;
      tableNames: (table: string) => readonly string[];
      edit: (table: string, key: string, fields: JsonObject, caller: string) => void;
      pluginDelayMs: () => number;
    },
  ) {}

  of(write: Write, { caller, method }: Writer): FaultEffect {
    const tables = this.side.tableNames(write.table);
    if (caller === PLUGIN_CALLER) return {};
    const effect = this.side.faults().write({ method, tables, operation: write.operation, caller });
    if (effect.pluginEdit && write.after) this.editLater(write.table, write.after.key, effect.pluginEdit);
    return effect;
  }

  close(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  private editLater(table: string, key: string, fields: JsonObject): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      try {
        this.side.edit(table, key, fields, PLUGIN_CALLER);
      } catch (error) {
        process.stderr.write(
          `${JSON.stringify({ event: 'sandbox.plugin-edit-failed', table, error: String(error) })}\n`,
        );
      }
    }, this.side.pluginDelayMs());
    this.timers.add(timer);
  }
}
