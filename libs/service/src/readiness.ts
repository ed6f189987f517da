import { Injectable } from '@nestjs/common';

/** `true`: fine; a text: the reason why not. A check that throws is not fine either. */
export type ReadinessCheck = () => Promise<true | string> | true | string;

export interface ReadinessReport {
  readonly isReady: boolean;
  readonly checks: Readonly<Record<string, true | string>>;
}

const CHECK_TIMEOUT_MS = 2_000;

/** What must hold for this replica to do its work; any module may register more. */
@Injectable()
export class Readiness {
  private readonly checks = new Map<string, ReadinessCheck>();
  /** The application has been wired and started. */
  hasStarted = false;
  /** The application is on its way out. */
  isStopping = false;

  register(name: string, check: ReadinessCheck): void {
    this.checks.set(name, check);
  }

  unregister(name: string): void {
    this.checks.delete(name);
  }

  async report(): Promise<ReadinessReport> {
    const results = await Promise.all(
      [...this.checks].map(async ([name, check]) => [name, await outcomeOf(check)] as const),
    );
    const own: [string, string][] = [];
    if (!this.hasStarted) own.push(['started', 'is starting']);
    if (this.isStopping) own.push(['running', 'is stopping']);
    const checks = Object.fromEntries([...own, ...results]);
    return { isReady: Object.values(checks).every((result) => result === true), checks };
  }
}

async function outcomeOf(check: ReadinessCheck): Promise<true | string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${CHECK_TIMEOUT_MS} ms`), CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([check(), late]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
