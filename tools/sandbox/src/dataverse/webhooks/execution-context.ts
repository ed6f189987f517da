import type { DataverseColumn, DataverseTable } from '../../edm/dataverse-table';
import { writeExact, type JsonObject } from '../../json/exact-json';
import type { Row } from '../../store/row';
import type { Write } from '../../store/transaction';
import { attributesOf, entity, reference, typed } from './context-values';
import type { MessageName, Step } from './step-registry';

/** Beyond this the rows are taken out of a body. */
const BODY_BYTES_MAX = 256 * 1024;

/** Who did it, and within what. */
export interface Cause {
  readonly userId: string;
  /** Differs from the user where one acts for another. */
  readonly initiatingUserId: string;
  readonly correlationId: string;
  readonly requestId: string | null;
  readonly operationId: string;
  readonly atMs: number;
  readonly organizationId: string;
  readonly businessUnitId: string;
  /** `?tag=` of the request. */
  readonly tag: string | undefined;
}

export interface WebhookBody {
  readonly text: string;
  readonly isSizeExceeded: boolean;
}

export const MESSAGES: Record<Write['operation'], MessageName> = {
  create: 'Create',
  update: 'Update',
  delete: 'Delete',
};

/** The RemoteExecutionContext that a step posts for one written row. */
export function executionContext(
  { table, write }: { table: DataverseTable; write: Write },
  step: Step,
  cause: Cause,
  tableOf: (column: DataverseColumn, id: string) => string,
): WebhookBody {
  const { before, after, operation } = write;
  const id = (after ?? before)?.id ?? '';
  const image = (row: Row | undefined, columns: ReadonlySet<string> | undefined): JsonObject[] =>
    row ? attributesOf(table, row, columns, tableOf) : [];
  const images = (row: Row | undefined, side: 'isPre' | 'isPost'): JsonObject[] =>
    row
      ? step.images
          .filter((one) => one[side])
          .map(({ alias, columns }) => ({ key: alias, value: entity(table, id, image(row, columns)) }))
      : [];
  const target =
    operation === 'delete'
      ? typed('EntityReference', reference(table.name, id))
      : typed('Entity', entity(table, id, image(after, targetColumns(write))));
  const rows: JsonObject = {
    InputParameters: [{ key: 'Target', value: target }],
    ParentContext: null,
    PostEntityImages: images(after, 'isPost'),
    PreEntityImages: images(before, 'isPre'),
  };
  const whole = contextText({ ...head(table, id, operation, step, cause), ...rows });
  if (Buffer.byteLength(whole) <= BODY_BYTES_MAX) return { text: whole, isSizeExceeded: false };
  return { text: contextText(head(table, id, operation, step, cause)), isSizeExceeded: true };
}

function head(
  table: DataverseTable,
  id: string,
  operation: Write['operation'],
  step: Step,
  cause: Cause,
): JsonObject {
  return {
    BusinessUnitId: cause.businessUnitId,
    CorrelationId: cause.correlationId,
    Depth: 1,
    InitiatingUserId: cause.initiatingUserId,
    IsExecutingOffline: false,
    IsInTransaction: step.isSynchronous,
    IsOfflinePlayback: false,
    IsolationMode: 1,
    MessageName: MESSAGES[operation],
    Mode: step.isSynchronous ? 0 : 1,
    OperationCreatedOn: `/Date(${cause.atMs}+0000)/`,
    OperationId: cause.operationId,
    OrganizationId: cause.organizationId,
    OrganizationName: 'sandbox',
    OutputParameters: operation === 'create' ? [{ key: 'id', value: id }] : [],
    OwningExtension: reference('sdkmessageprocessingstep', step.id),
    PrimaryEntityId: id,
    PrimaryEntityName: table.name,
    RequestId: cause.requestId,
    SecondaryEntityName: 'none',
    SharedVariables: cause.tag === undefined ? [] : [{ key: 'tag', value: cause.tag }],
    Stage: step.stage,
    UserId: cause.userId,
  };
}

/** An update shows what was written, not the row. */
function targetColumns({ operation, columns = [] }: Write): ReadonlySet<string> | undefined {
  return operation === 'create' ? undefined : new Set([...columns, 'modifiedon', 'modifiedby']);
}

/** Members by name, slashes escaped, as the service writes them. */
function contextText(context: JsonObject): string {
  const sorted = Object.fromEntries(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1)));
  return writeExact(sorted).replaceAll('/', '\\/');
}
