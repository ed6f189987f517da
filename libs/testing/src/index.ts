export { Cleanups } from './cleanups';
export { eventually } from './eventually';
export { backUpSchema } from './schema-backup';
export { testBroker } from './test-broker';
export { testDatabase } from './test-database';
export type { EventuallyOptions } from './eventually';
export type { SchemaBackup } from './schema-backup';
export type { TestBroker } from './test-broker';
export type { TestDatabase } from './test-database';
