import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A process of the bench's own tree; its JSON lines on stdout are its answers. */
export class Child {
  private readonly lines: Record<string, unknown>[] = [];
  private readonly waiting: (() => void)[] = [];
  private hasEnded = false;

  private constructor(private readonly child: ChildProcess) {
    const { stdout } = child;
    if (stdout) createInterface({ input: stdout }).on('line', (line) => this.take(line));
    child.once('exit', () => {
      this.hasEnded = true;
      this.wake();
    });
  }

  static start(module: string, env: Readonly<Record<string, string>>): Child {
    return new Child(
      fork(module, [], {
        env: { ...process.env, PARENT_PID: String(process.pid), ...env },
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      }),
    );
  }

  /** @throws {Error} the process ended before it said so */
  async answer(event: string): Promise<Record<string, unknown>> {
    for (;;) {
      const index = this.lines.findIndex((line) => line['event'] === event);
      if (index >= 0) return this.lines.splice(0, index + 1).at(-1) ?? {};
      if (this.hasEnded) throw new Error(`a process of the bench ended before it said ${event}`);
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  async stop(): Promise<void> {
    if (this.hasEnded) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }

  private take(line: string): void {
    if (!line.startsWith('{')) return;
    this.lines.push(JSON.parse(line) as Record<string, unknown>);
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
