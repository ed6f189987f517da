import { parseSettings, runMain } from '@dualwrite/service';
import { initialSyncSettings } from './settings';
import { startInitialSync } from './start-initial-sync';

runMain(() => startInitialSync(parseSettings(initialSyncSettings, process.env)));
