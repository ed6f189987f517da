import { SIDES, type Side } from '@dualwrite/events';
import { FO_NATIVE_ID } from './sim-map';
import type { MapperBackup } from './sim-mapper';
import type { RegisterBackup } from './sim-register';
import type { World } from './world';

const BACKUP_CHANCE = 0.04;
const RESTORE_CHANCE = 0.04;
/** A connector that is killed, or cannot reach Kafka, ends without a word. */
const LAST_WORD_CHANCE = 0.7;

/** A database is set back to a backup, once in a run (rules 23, 24). */
export class Backups {
  private mapper: MapperBackup | null = null;
  private register: RegisterBackup | null = null;
  private isRestored = false;

  constructor(private readonly world: World) {}

  strike(): void {
    const { world } = this;
    const { restores } = world.scenario;
    if (restores === undefined || this.isRestored) return;
    const [mapper] = world.mappers;
    if (restores === 'mapper') {
      if (this.mapper === null) {
        if (world.random() < BACKUP_CHANCE) this.mapper = mapper?.backup() ?? null;
      } else if (world.random() < RESTORE_CHANCE) this.restoreMapper(this.mapper);
    } else if (this.register === null) {
      if (world.random() < BACKUP_CHANCE) this.register = world.register[restores].backup();
    } else if (world.random() < RESTORE_CHANCE) this.restoreRegister(restores, this.register);
  }

  /** What the topics hold once no write of the past is under way and the registers have published what they know. */
  tellEnd(): void {
    const { world } = this;
    const [mapper] = world.mappers;
    if (!mapper?.isAwaitingEnd) return;
    for (const side of SIDES) world.register[side].publish(() => false);
    mapper.catchUpTo({ fo: world.topic.fo.log.length, dataverse: world.topic.dataverse.log.length });
  }

  private restoreMapper(backup: MapperBackup): void {
    const { world } = this;
    this.isRestored = true;
    world.mappers[0]?.restore(backup, world.has('epoch'));
    // Old runs are stopped as for a pause.
    if (world.has('catch-up')) world.pause = 'asked';
    world.trace({ what: 'note', text: "The mapper's database is set back." });
  }

  private lastWord(
    register: World['register'][Side],
  ): ReturnType<World['register'][Side]['lastWord']> | null {
    const { world } = this;
    if (world.random() >= LAST_WORD_CHANCE) return null;
    return world.has('last-word') ? register.lastWord() : [];
  }

  private restoreRegister(side: Side, backup: RegisterBackup): void {
    const { world } = this;
    this.isRestored = true;
    for (let index = world.floating.length - 1; index >= 0; index -= 1) {
      if (world.floating[index]?.write.side === side) world.land(index, world.random() < 0.7);
    }
    const register = world.register[side];
    register.restore(backup, this.lastWord(register));
    world.observing.answers[side].length = 0;
    world.executor[side].job = null;
    const ids = side === 'fo' ? [FO_NATIVE_ID] : [...register.entries.keys()];
    for (const nativeId of ids) world.observing.read(side, nativeId);
    world.trace({ what: 'note', text: `The database of the ${side} connector is set back.` });
  }
}
