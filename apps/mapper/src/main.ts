import { parseSettings, runMain } from '@dualwrite/service';
import { bootMapper } from './boot-mapper';
import { mapperSettings } from './settings';

runMain(() => bootMapper(parseSettings(mapperSettings, process.env)));
