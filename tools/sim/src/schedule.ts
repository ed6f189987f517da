import { SIDES, type Side } from '@dualwrite/events';
import { FO_NATIVE_ID } from './sim-map';
import type { SimMapper } from './sim-mapper';
import { GROUP_COUNT, type World } from './world';

const STEPS_MAX = 3000;
const EDITS = 8;
/** Rows that references point at. */
const GROUPS = Array.from({ length: GROUP_COUNT }, (_, group) => group);
/** Rounds without anything to do that count as rest. */
const IDLE_ROUNDS = 8;

/** One run: hostile steps until enough was edited, then everything gets the time to come to rest. */
export function runWorld(world: World): void {
  const pace = world.pick([0.01, 0.025, 0.06]);
  if (world.scenario.startsWithRows) {
    for (const side of SIDES) if (world.random() < 0.7) world.people.create(side);
  }
  for (let steps = 0; world.count.edits < EDITS && steps < STEPS_MAX; steps += 1) {
    world.now += 1;
    step(world, pace);
  }
  drain(world);
}

function step(world: World, pace: number): void {
  const turn = world.random();
  const crash = (): boolean => world.strikes('registerCrash');
  landOverdue(world);
  if (world.random() < 0.25) faults(world);
  if (world.random() < pace) world.people.act();
  else if (world.scenario.asks && world.random() < 0.05) world.asking.step();
  else if (world.scenario.asksRows && world.random() < 0.05) world.askingRows.step();
  else if (turn < 0.13) world.observing.ask('fo');
  else if (turn < 0.26) world.observing.ask('dataverse');
  else if (turn < 0.35) world.observing.receive('fo');
  else if (turn < 0.43) world.observing.receive('dataverse');
  else if (turn < 0.5) planNext(world, 'fo');
  else if (turn < 0.57) planNext(world, 'dataverse');
  else if (turn < 0.61) world.publishWrites();
  else if (turn < 0.65) world.register.fo.publish(crash);
  else if (turn < 0.69) world.register.dataverse.publish(crash);
  else if (turn < 0.81) world.executor.fo.step();
  else if (turn < 0.93) world.executor.dataverse.step();
  else if (turn < 0.96) {
    if (world.people.isPluginDue) world.people.runPlugin();
  } else if (turn < 0.97) world.observing.read('fo', FO_NATIVE_ID);
  else if (turn < 0.98 && !world.pause && world.has('re-drive')) redrive(world);
}

function planNext(world: World, side: 'fo' | 'dataverse'): void {
  if (!world.pause && !world.strikes('lag')) anyOf(world).next(side);
}

function anyOf(world: World): SimMapper {
  const [only] = world.mappers;
  return only !== undefined && world.mappers.length === 1 ? only : world.pick(world.mappers);
}

function redrive(world: World): void {
  for (const mapper of world.mappers) mapper.redrive();
}

function landOverdue(world: World): void {
  for (let index = world.floating.length - 1; index >= 0; index -= 1) {
    if ((world.floating[index]?.deadline ?? Infinity) <= world.now) world.land(index, world.random() < 0.7);
  }
}

function faults(world: World): void {
  for (const side of SIDES) {
    const executor = world.executor[side];
    if (world.strikes('compaction')) world.topic[side].compact();
    if (!executor.job && world.strikes('redelivery')) {
      executor.at = Math.max(0, executor.at - 1 - Math.floor(world.random() * 3));
    }
    if (world.strikes('redelivery')) {
      const { position } = anyOf(world);
      position[side] = Math.max(0, position[side] - 2);
    }
    if (!executor.job && world.strikes('writesLost')) executor.at = executor.queue.length;
  }
  if (!world.isDraining) world.backups.strike();
  if (world.scenario.references && world.random() < 0.1) world.makeGroupKnown(world.pick(GROUPS));
  if (world.scenario.versions && world.random() < 0.04) world.switchVersion();
  if ((world.scenario.pause || world.pause) && !world.isDraining) pauseOrResume(world);
  if (world.floating.length > 0 && world.random() < 0.4) {
    world.land(Math.floor(world.random() * world.floating.length), world.random() < 0.7);
  }
}

/** Rule 12: confirmed once no executor has anything under way or floating. */
function pauseOrResume(world: World): void {
  if (world.pause === null) {
    if (world.random() < 0.04) world.pause = 'asked';
  } else if (world.pause === 'asked') {
    const next = world.runEpoch + 1;
    const stopped = SIDES.map(
      (side) => world.executor[side].runEpoch === next || world.executor[side].stop(next),
    );
    if (stopped.every(Boolean)) {
      world.pause = 'confirmed';
      world.backups.tellEnd();
    }
  } else if (world.random() < 0.1) resume(world);
}

function resume(world: World): void {
  world.pause = null;
  world.runEpoch += 1;
}

function drain(world: World): void {
  world.isDraining = true;
  world.asking.leave();
  world.askingRows.leave();
  for (const group of GROUPS) world.makeGroupKnown(group);
  world.switchVersion();
  if (world.pause) {
    for (const side of SIDES) world.executor[side].runEpoch = world.runEpoch + 1;
    world.backups.tellEnd();
    resume(world);
  }
  let idle = 0;
  for (let left = STEPS_MAX; idle < IDLE_ROUNDS && left > 0; left -= 1) {
    world.now += 1;
    while (world.floating.length > 0) world.land(0, true);
    if (world.people.isPluginDue) world.people.runPlugin();
    for (const side of SIDES) {
      world.observing.ask(side);
      while (world.observing.answers[side].length > 0) world.observing.receive(side);
      world.register[side].publish(() => false);
    }
    world.publishWrites();
    const isBehind = (side: Side): boolean => world.mappers.some((mapper) => mapper.isBehind(side));
    const isBusy = SIDES.some((side) => isBehind(side) || world.executor[side].isBusy);
    if (isBusy) {
      idle = 0;
      const side = world.pick(SIDES);
      if (world.random() < 0.5) anyOf(world).next(side);
      else world.executor[side].step();
    } else {
      idle += 1;
      if (idle === IDLE_ROUNDS / 2) {
        world.observing.read('fo', FO_NATIVE_ID);
        world.isAtRest = true;
        if (world.has('re-drive')) redrive(world);
      }
      // What was announced and did not come has been looked for by now.
      if ((world.scenario.asks || world.scenario.asksRows) && idle === IDLE_ROUNDS / 2 + 2) redrive(world);
    }
  }
  world.isQuiet = idle >= IDLE_ROUNDS;
}
