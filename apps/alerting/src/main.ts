import { parseSettings, runMain } from '@dualwrite/service';
import { alertingSettings } from './settings';
import { startAlerting } from './start-alerting';

runMain(() => startAlerting(parseSettings(alertingSettings, process.env), process.env));
