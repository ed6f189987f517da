import { eventually, firstLine, isAlive, runModule, startModule } from './run-module';

describe('given a launcher with a child', () => {
  const launcher = `
    import { startChild } from './lib/processes.mjs';
    const child = startChild(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    console.log(child.pid);
    setInterval(() => {}, 1000);
  `;

  it('when the launcher is killed without a chance to clear up, then its child is ended, too', async () => {
    const process_ = startModule(launcher);
    const childPid = Number(await firstLine(process_));
    expect(isAlive(childPid)).toBe(true);
    process_.kill('SIGKILL');
    await eventually(() => !isAlive(childPid), 10_000);
  });
});

describe('given a managed process that says when it is ready', () => {
  const manage = (script: string, body: string): string => `
    import { ManagedProcess } from './stack/managed-process.mjs';
    const talked = [];
    const managed = new ManagedProcess({
      name: 'one', command: process.execPath, args: ['-e', ${JSON.stringify(script)}], env: process.env,
      readyEvent: 'service.listening', onLine: () => {}, onChange: () => {}, onTalk: (text) => talked.push(text),
    });
    ${body}
  `;
  const ready = `console.log(JSON.stringify({ event: 'service.listening', url: 'u' })); setInterval(() => {}, 1000)`;

  it('when it is killed, then another one is ready within 5 s', async () => {
    const result = (await runModule(
      manage(
        ready,
        `
        const said = await managed.start();
        const first = managed.pid;
        const killedAt = Date.now();
        process.kill(first, 'SIGKILL');
        while (managed.pid === first || managed.ready === null) await new Promise((r) => setTimeout(r, 20));
        const afterMs = Date.now() - killedAt;
        const second = managed.pid;
        await managed.stop();
        console.log(JSON.stringify({ url: said.url, isOther: first !== second, afterMs, talked }));
      `,
      ),
    )) as { url: string; isOther: boolean; afterMs: number; talked: string[] };
    expect(result).toMatchObject({ url: 'u', isOther: true });
    expect(result.afterMs).toBeLessThan(5_000);
    expect(result.talked).toEqual(['one was ended by SIGKILL; starting it again']);
  }, 20_000);

  it('when it ends again and again before it is ready, then starting fails and says how it ended', async () => {
    await expect(
      runModule(
        manage(
          'process.exit(3)',
          `
          const error = await managed.start().catch((one) => one);
          console.log(JSON.stringify(error.message));
        `,
        ),
      ),
    ).resolves.toBe('one does not start: it ended with code 3');
  }, 20_000);
});
