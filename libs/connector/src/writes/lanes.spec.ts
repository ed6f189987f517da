import { KeyedMutex } from './keyed-mutex';
import { Limiter } from './limiter';

/** Resolves when told to. */
function aGate(): { readonly passed: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open: () => open() };
}
const turns = async (count = 20): Promise<void> => {
  for (let i = 0; i < count; i++) await Promise.resolve();
};

describe('KeyedMutex', () => {
  it('given two works of one key, then they run in order, also after a failure; another key does not wait', async () => {
    const mutex = new KeyedMutex();
    const gate = aGate();
    const log: string[] = [];
    const first = mutex.run('a', async () => {
      await gate.passed;
      log.push('a1');
      throw new Error('first');
    });
    const second = mutex.run('a', () => Promise.resolve(log.push('a2')));
    await mutex.run('b', () => Promise.resolve(log.push('b')));
    expect(log).toEqual(['b']);
    gate.open();
    await expect(first).rejects.toThrow('first');
    await second;
    expect(log).toEqual(['b', 'a1', 'a2']);
  });
});

describe('Limiter', () => {
  it('given more works than places, then no more than that run at once, and all run', async () => {
    const limiter = new Limiter(2);
    const gates = [aGate(), aGate(), aGate(), aGate()];
    let running = 0;
    let most = 0;
    const all = gates.map((gate) =>
      limiter.run(async () => {
        most = Math.max(most, ++running);
        await gate.passed;
        running--;
      }),
    );
    for (const gate of gates) {
      await turns();
      gate.open();
    }
    await Promise.all(all);
    expect([most, running]).toEqual([2, 0]);
  });

  it('given bulk work that waits, when something live comes, then it goes first, and bulk never takes all places', async () => {
    const limiter = new Limiter(4);
    const log: string[] = [];
    const gates = new Map<string, ReturnType<typeof aGate>>();
    const begin = (name: string, isBulk: boolean): Promise<void> => {
      gates.set(name, aGate());
      return limiter.run(
        async () => {
          log.push(name);
          await gates.get(name)?.passed;
        },
        { isBulk },
      );
    };
    const all = ['b1', 'b2', 'b3', 'b4', 'b5'].map((name) => begin(name, true));
    await turns();
    expect(log).toEqual(['b1', 'b2', 'b3']);
    all.push(begin('live1', false), begin('live2', false));
    await turns();
    // One place was free; the second live one waits before the two bulk ones that were there before it.
    expect(log).toEqual(['b1', 'b2', 'b3', 'live1']);
    gates.get('b1')?.open();
    await turns();
    expect(log).toEqual(['b1', 'b2', 'b3', 'live1', 'live2']);
    for (const name of ['b2', 'b3', 'live1', 'live2', 'b4', 'b5']) {
      gates.get(name)?.open();
      await turns();
    }
    await Promise.all(all);
    expect(log.slice(5)).toEqual(['b4', 'b5']);
  });
});
