import type { DataverseMetadata } from '@dualwrite/odata';
import {
  changedStepBody,
  columnBody,
  endpointBody,
  keyBody,
  lookupBody,
  stepBody,
  tableBody,
  type DataverseStep,
} from '@dualwrite/provision';
import { DependencyRefused } from '@dualwrite/telemetry';

const definitionOf = (table: string): string => `EntityDefinitions(LogicalName='${table}')`;

/** Carries out one step of a plan. Each adds or changes something of ours; none takes anything away. */
export async function carryOut(metadata: DataverseMetadata, step: DataverseStep): Promise<void> {
  switch (step.kind) {
    case 'create-table':
      return metadata.create('EntityDefinitions', tableBody(step.definition, step.columns));
    case 'create-column':
      return step.column.type === 'lookup'
        ? metadata.create('RelationshipDefinitions', lookupBody(step.table, step.column))
        : metadata.create(`${definitionOf(step.table)}/Attributes`, columnBody(step.column));
    case 'create-key':
      return metadata.create(`${definitionOf(step.table)}/Keys`, keyBody(step.table, step.columns));
    case 'track-changes':
      return trackChanges(metadata, step.table);
    case 'create-endpoint':
      return metadata.create('serviceendpoints', endpointBody(step.endpoint));
    case 'change-endpoint':
      return metadata.change(`serviceendpoints(${step.id})`, endpointBody(step.endpoint));
    case 'create-step':
      return metadata.create('sdkmessageprocessingsteps', stepBody(step.step));
    case 'change-step':
      return metadata.change(`sdkmessageprocessingsteps(${step.id})`, changedStepBody(step.step.filtering));
  }
}

/** A definition is replaced as a whole: all of it is read, one member changed, all of it sent back. */
async function trackChanges(metadata: DataverseMetadata, table: string): Promise<void> {
  const url = definitionOf(table);
  const definition = await metadata.find(url);
  if (definition === null) throw new DependencyRefused(`there is no table ${table}`);
  const own = Object.entries(definition).filter(([name]) => !name.startsWith('@odata.'));
  await metadata.replace(url, {
    ...Object.fromEntries(own),
    '@odata.type': 'Microsoft.Dynamics.CRM.EntityMetadata',
    ChangeTrackingEnabled: true,
  });
}
