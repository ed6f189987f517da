import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = path.resolve(__dirname, '../../../../dist/apps/initial-sync/src/main.js');

/** The built service as a process of its own, so that it can be killed. */
export class ServiceProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
    private readonly token: string,
  ) {}

  static async start(settings: Readonly<Record<string, string>>): Promise<ServiceProcess> {
    if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: build the services before this test`);
    const child = spawn(process.execPath, [MAIN], {
      env: { ...process.env, ...settings },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.includes('service.listening')) continue;
      // Nobody reads on: what it says must not fill the pipe.
      child.stdout.resume();
      return new ServiceProcess(
        child,
        (JSON.parse(line) as { url: string }).url,
        settings['API_TOKEN'] ?? '',
      );
    }
    throw new Error(`the service ended with ${child.exitCode} before it listened`);
  }

  async get<T>(at: string): Promise<T> {
    const response = await fetch(`${this.url}/${at}`, { headers: { authorization: `Bearer ${this.token}` } });
    return (await response.json()) as T;
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    await ended;
  }
}
