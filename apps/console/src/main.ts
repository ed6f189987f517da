import { parseSettings, runMain } from '@dualwrite/service';
import { consoleSettings } from './settings';
import { startConsole } from './start-console';

runMain(() => startConsole(parseSettings(consoleSettings, process.env)));
