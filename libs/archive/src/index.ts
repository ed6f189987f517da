export { MalformedArchive, readArchive } from './read-archive';
export { writeArchive } from './write-archive';
export type { ArchiveLimits } from './read-archive';
