import { EventEmitter } from 'node:events';
import { GatheringClient } from './gathering-client';

class WatchedStream extends EventEmitter {
  readonly calls: string[] = [];
  cork(): void {
    this.calls.push('cork');
  }
  uncork(): void {
    this.calls.push('uncork');
  }
}

describe('statements of one connection', () => {
  const turnOver = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  let stream: WatchedStream;
  let client: GatheringClient;
  beforeEach(() => {
    stream = new WatchedStream();
    client = new GatheringClient();
    // Never connected: what is asked for stays in the driver's own queue.
    Object.assign((client as unknown as { connection: object }).connection, { stream });
  });
  const ask = (): void => void client.query('SELECT 1', () => undefined);

  it('leave together that are asked for in one turn, also behind promises that are settled', async () => {
    ask();
    await Promise.resolve();
    ask();
    await Promise.resolve();
    ask();
    expect(stream.calls).toEqual(['cork']);
    await turnOver();
    expect(stream.calls).toEqual(['cork', 'uncork']);
  });

  it('of the next turn leave by themselves', async () => {
    ask();
    await turnOver();
    ask();
    await turnOver();
    expect(stream.calls).toEqual(['cork', 'uncork', 'cork', 'uncork']);
  });
});
