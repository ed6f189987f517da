import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { otherSide, SIDES, type Side } from '@dualwrite/events';
import { eventually } from './eventually';
import {
  FAULTS,
  matrixTable,
  OPERATIONS,
  withMatrix,
  type Ending,
  type MatrixFault,
  type Operation,
} from './fault-matrix';
import { MATRIX_MAP, MatrixRows, TABLES } from './matrix-rows';
import type { RunningStack } from './running-stack';

const PAGE = path.resolve(__dirname, '../../../docs/guarantees.md');
const DEADLINE_MS = 45_000;
/** More than come while a side is away; counted, so that it can be told whether one has come. */
const AWAY_REQUESTS = 1_000_000;

/** One row that a fault meets, on its way from one side to the other. */
interface Cell {
  readonly id: string;
  readonly operation: Operation;
  readonly target: Side;
  /** What the person writes. */
  readonly typed: string;
  /** What both sides have to show; undefined: that the row is gone. */
  readonly text: string | undefined;
}

/**
 * Faults of the sandboxes meet every operation in both directions. Both sides agree afterwards by themselves; rows that
 * a fault parks, and no others, agree once a person has released them. docs/guarantees.md has the table that comes of it.
 */
export function describeFaultMatrix(stackOf: () => RunningStack): void {
  let stack: RunningStack;
  let rows: MatrixRows;
  let clientId: string;
  const endings: Ending[] = [];

  beforeAll(async () => {
    stack = stackOf();
    rows = await MatrixRows.of(stack);
    clientId = (await stack.file()).oauth.clientId;
    const ids = FAULTS.flatMap((fault, index) =>
      cellsOf(fault, index)
        .filter(needsRow)
        .map(({ id }) => id),
    );
    await Promise.all(ids.map((id) => rows.act('fo', 'create', id, 'before')));
    await eventually(
      async () => {
        const { dataverse } = await rows.texts();
        return ids.every((id) => dataverse.has(id));
      },
      { what: 'the rows of the matrix are on both sides', deadlineMs: DEADLINE_MS },
    );
  }, 60_000);
  afterEach(async () => {
    for (const side of SIDES) await (await stack.sandbox(side)).endFaults();
  });

  it.each(FAULTS.map((fault, index) => ({ ...fault, index })))(
    '$name',
    async (fault) => {
      const cells = cellsOf(fault, fault.index);
      const rounds = fault.isOneWayAtATime
        ? SIDES.map((side) => cells.filter(({ target }) => target === side))
        : [cells];
      for (const round of rounds) await meet(fault, round);
    },
    120_000,
  );

  it('docs/guarantees.md has the table of what came of it', async () => {
    const page = await readFile(PAGE, 'utf8');
    const told = withMatrix(page, matrixTable(endings));
    if (process.env['FAULT_MATRIX'] === 'write') await writeFile(PAGE, told);
    else expect(told).toBe(page);
  });

  async function meet(fault: MatrixFault, cells: readonly Cell[]): Promise<void> {
    for (const side of SIDES) await strike(fault, side, cells);
    if (fault.isAway) await untilMet(fault);
    await Promise.all(
      cells.map(({ id, operation, target, typed }) => rows.act(otherSide(target), operation, id, typed)),
    );
    if (fault.isAway) await endWhenNoticed(cells);
    else await expectStruck(fault, cells);
    await untilAtRest(fault, cells);
    const parks = await parksOf(cells);
    expect(parks).toEqual(expectedParks(fault, cells));
    if (parks.size > 0) {
      // As a person types it: in small letters, though the key is kept in capitals.
      const released = [...parks.keys()].map((id) => rows.keyOf(id).toLowerCase());
      await stack.dw.release(MATRIX_MAP, released);
      await untilAtRest(fault, cells);
      expect(await parksOf(cells)).toEqual(new Map());
    }
    for (const { id, operation, target } of cells)
      endings.push({ fault: fault.name, operation, target, parkedAs: parks.get(id) ?? null });
  }

  /** Every row agrees, or is parked. */
  function untilAtRest(fault: MatrixFault, cells: readonly Cell[]): Promise<true> {
    return eventually(
      async () => {
        const parked = await parksOf(cells);
        const open = (await openCells(cells)).filter(({ id }) => !parked.has(id));
        if (open.length > 0) throw new Error(JSON.stringify({ open, parked: [...parked] }));
        return true;
      },
      { what: `every row agrees or is parked after: ${fault.name}`, deadlineMs: DEADLINE_MS },
    );
  }

  /** Rows of which a side does not show what was asked for. */
  async function openCells(cells: readonly Cell[]): Promise<readonly Cell[]> {
    const shown = await rows.texts();
    return cells.filter(({ id, text }) => SIDES.some((side) => shown[side].get(id) !== text));
  }

  /** Of each operation the next request of ours, or the event of the person's write, on that side. */
  async function strike(fault: MatrixFault, side: Side, cells: readonly Cell[]): Promise<void> {
    const struck = cells.filter(
      ({ target }) => (fault.at === 'target' ? target : otherSide(target)) === side,
    );
    if (struck.length === 0) return;
    const effect = fault.effect(TABLES[side].text);
    const caller = { caller: fault.at === 'target' ? clientId : stack.person.clientId };
    const sandbox = await stack.sandbox(side);
    if (fault.isAway) return sandbox.faults([{ match: caller, effect, times: AWAY_REQUESTS }]);
    await sandbox.faults(
      struck.map(({ operation }) => ({
        match: { ...caller, table: TABLES[side].set, operation },
        effect,
        times: 1,
      })),
    );
  }

  /**
   * The side is away before the rows come: a create that is cut off in the very moment of going away is in doubt, as
   * after a 503 without a word.
   */
  async function untilMet(fault: MatrixFault): Promise<void> {
    for (const side of SIDES) {
      const sandbox = await stack.sandbox(side);
      await eventually(
        async () => (await sandbox.armedFaults()).every(({ times }) => times !== AWAY_REQUESTS),
        {
          what: `a request of ours has met ${fault.name} in ${side}`,
          deadlineMs: DEADLINE_MS,
        },
      );
    }
  }

  /** A fault that met nothing would prove nothing. */
  async function expectStruck(fault: MatrixFault, cells: readonly Cell[]): Promise<void> {
    for (const side of SIDES) {
      const sandbox = await stack.sandbox(side);
      await eventually(async () => (await sandbox.armedFaults()).every(({ times }) => times === 0), {
        what: `${fault.name} has met ${cells.length} rows in ${side}`,
        deadlineMs: DEADLINE_MS,
      });
    }
  }

  async function endWhenNoticed(cells: readonly Cell[]): Promise<void> {
    await eventually(
      async () => (await stack.dw.status()).some(({ name, inStep }) => name === MATRIX_MAP && !inStep),
      { what: 'the map is behind', deadlineMs: DEADLINE_MS },
    );
    expect(await parksOf(cells)).toEqual(new Map());
    for (const side of SIDES) await (await stack.sandbox(side)).endFaults();
  }

  /** Why rows are parked, by id. */
  async function parksOf(cells: readonly Cell[]): Promise<ReadonlyMap<string, string>> {
    const ids = new Map(cells.map(({ id }) => [rows.keyOf(id).toLowerCase(), id]));
    const parked = await stack.parked(MATRIX_MAP);
    return new Map(
      parked.flatMap(({ key, parks }): [string, string][] => {
        const id = ids.get(key?.toLowerCase() ?? '');
        return id === undefined ? [] : [[id, parks.map(({ reason }) => reason).join(', ')]];
      }),
    );
  }
}

function cellsOf({ operations = OPERATIONS, leaves }: MatrixFault, index: number): readonly Cell[] {
  return operations.flatMap((operation) =>
    SIDES.map((target): Cell => {
      const id = `X${index}${operation[0] ?? ''}${target[0] ?? ''}`;
      const typed = `${operation} ${index}`;
      return { id, operation, target, typed, text: operation === 'delete' ? undefined : (leaves ?? typed) };
    }),
  );
}

/** Why rows are to be parked, by id. */
function expectedParks({ parks }: MatrixFault, cells: readonly Cell[]): ReadonlyMap<string, string> {
  const parked = cells.filter(({ operation, target }) => parks?.isParked(operation, target));
  return new Map(parked.map(({ id }) => [id, parks?.reason ?? '']));
}

function needsRow({ operation }: Cell): boolean {
  return operation !== 'create';
}
