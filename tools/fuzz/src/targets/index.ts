import type { FuzzTarget } from '../target';
import { archives } from './archives';
import { batchAnswers } from './batch-answers';
import { csdl } from './csdl';
import { eventBodies } from './event-bodies';
import { mapFiles } from './map-files';
import { dataverseJson, foJson } from './odata-json';

export const TARGETS: readonly FuzzTarget[] = [
  eventBodies,
  dataverseJson,
  foJson,
  csdl,
  batchAnswers,
  archives,
  mapFiles,
];
