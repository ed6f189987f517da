import { ConfigInvalid, log } from '@dualwrite/telemetry';
import { CONFIG_EXIT_CODE } from './settings';

/** Body of a `main.ts`: an error that gets this far is logged and ends the process. */
export function runMain(main: () => Promise<unknown>): void {
  main().catch((error: unknown) => {
    if (error instanceof ConfigInvalid) {
      process.stderr.write(`${error.message}\n`);
      process.exit(CONFIG_EXIT_CODE);
    }
    log.error('service.start_failed', { error });
    process.exit(1);
  });
}
