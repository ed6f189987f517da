import { execFile } from 'node:child_process';
import path from 'node:path';

function start(...flags: string[]): Promise<{ code: number; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(__dirname, 'start.mjs'), ...flags], (error, _stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stderr }),
    );
  });
}

describe('given npm start with wrong flags', () => {
  it.each([
    [['--what'], '--what'],
    [['--replicas', 'mapper'], '--replicas takes SERVICE=N'],
    [['--replicas', 'nobody=2'], '--replicas takes SERVICE=N'],
    [['--brokers', '0'], '--brokers takes a count'],
    [['--packs', 'nothing'], 'there is no map pack nothing'],
  ])('when it is called with %j, then it ends with 2 and says why', async (flags, text) => {
    const { code, stderr } = await start(...flags);
    expect(code).toBe(2);
    expect(stderr).toContain(text);
  });
});
