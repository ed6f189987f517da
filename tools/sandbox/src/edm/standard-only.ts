import type { DataverseSchemaFile } from './schema-file';

/** Prefixes of publishers: what has one comes with a solution, and is not in a new environment. */
const OF_SOLUTIONS = /^(?:msdyn|cdm|msmrw)_/;

/** A new environment: the tables that each has, with the columns that they have from the start, and nothing tracked yet. */
export function standardOnly(files: readonly DataverseSchemaFile[]): DataverseSchemaFile[] {
  return files.filter(({ logicalName }) => !OF_SOLUTIONS.test(logicalName)).map(withoutSolutions);
}

function withoutSolutions(file: DataverseSchemaFile): DataverseSchemaFile {
  const { columns, relationships = [], alternateKeys = [] } = file;
  return {
    ...file,
    changeTracking: false,
    columns: columns.filter(
      ({ name, targets = [] }) => ![name, ...targets].some((one) => OF_SOLUTIONS.test(one)),
    ),
    relationships: relationships.filter(
      ({ column = '', target }) => !OF_SOLUTIONS.test(column) && !OF_SOLUTIONS.test(target),
    ),
    alternateKeys: alternateKeys.filter((key) => !key.columns.some((name) => OF_SOLUTIONS.test(name))),
  };
}
