import { leaseMigration, openDatabase, outboxMigration } from '@dualwrite/persistence';
import type { DataSource } from 'typeorm';
import { Maps1763856000000 } from './migrations/maps-1763856000000';
import { Companies1763972000000 } from './migrations/companies-1763972000000';
import { Shadow1763980000000 } from './migrations/shadow-1763980000000';
import { DeleteLimits1763981000000 } from './migrations/delete-limits-1763981000000';
import { Directions1763983000000 } from './migrations/directions-1763983000000';
import { Guards1763971000000 } from './migrations/guards-1763971000000';
import { Skip1763974000000 } from './migrations/skip-1763974000000';
import { RollingVerify1763982000000 } from './migrations/rolling-verify-1763982000000';
import { Operations1763970000000 } from './migrations/operations-1763970000000';

export function openConsoleDatabase(url: string, schema = 'console'): Promise<DataSource> {
  return openDatabase({
    url,
    schema,
    migrations: [
      outboxMigration,
      leaseMigration,
      Maps1763856000000,
      Operations1763970000000,
      Guards1763971000000,
      Companies1763972000000,
      Skip1763974000000,
      Shadow1763980000000,
      DeleteLimits1763981000000,
      RollingVerify1763982000000,
      Directions1763983000000,
    ],
    poolMax: 8,
  });
}
