import { textOf, type DataverseMetadata, type JsonObject } from '@dualwrite/odata';
import { ENDPOINT_NAME, WATCHED_MESSAGES, type ActualWebhook } from '@dualwrite/provision';

const MODE_ASYNCHRONOUS = '1';
const STATE_ENABLED = '0';
/** Addresses of a request end at 32,768 characters. */
const TABLES_PER_READ = 50;

/** What is registered of ours, and what can be registered for these tables. */
export async function readWebhook(
  metadata: DataverseMetadata,
  tables: readonly string[],
): Promise<ActualWebhook> {
  const [endpoint] = await metadata.list(
    `serviceendpoints?$select=serviceendpointid,url,description&$filter=contract eq 8 and name eq '${ENDPOINT_NAME}'`,
  );
  const id = endpoint && textOf(endpoint, 'serviceendpointid');
  return {
    endpoint:
      endpoint === undefined || id === undefined
        ? null
        : { id, url: textOf(endpoint, 'url') ?? '', fingerprint: textOf(endpoint, 'description') ?? '' },
    steps: id === undefined ? [] : await readSteps(metadata, id),
    filters: await readFilters(metadata, tables),
  };
}

async function readSteps(metadata: DataverseMetadata, endpointId: string): Promise<ActualWebhook['steps']> {
  const rows = await metadata.list(
    `sdkmessageprocessingsteps?$select=sdkmessageprocessingstepid,mode,statecode,filteringattributes,_sdkmessagefilterid_value&$filter=_eventhandler_value eq ${endpointId}`,
  );
  return rows.map((row) => ({
    id: textOf(row, 'sdkmessageprocessingstepid') ?? '',
    filterId: textOf(row, '_sdkmessagefilterid_value') ?? '',
    filtering: textOf(row, 'filteringattributes') ?? null,
    isEnabled: (textOf(row, 'statecode') ?? STATE_ENABLED) === STATE_ENABLED,
    isAsynchronous: textOf(row, 'mode') === MODE_ASYNCHRONOUS,
  }));
}

async function readFilters(
  metadata: DataverseMetadata,
  tables: readonly string[],
): Promise<ActualWebhook['filters']> {
  const filters = new Map<string, { messageId: string; filterId: string }>();
  for (let from = 0; from < tables.length; from += TABLES_PER_READ) {
    for (const row of await filtersOf(metadata, tables.slice(from, from + TABLES_PER_READ))) {
      const message = row['sdkmessageid'];
      const found = {
        messageId: textOf(message, 'sdkmessageid') ?? '',
        filterId: textOf(row, 'sdkmessagefilterid') ?? '',
      };
      filters.set(`${textOf(message, 'name') ?? ''} ${textOf(row, 'primaryobjecttypecode') ?? ''}`, found);
    }
  }
  return filters;
}

function filtersOf(metadata: DataverseMetadata, tables: readonly string[]): Promise<readonly JsonObject[]> {
  const messages = WATCHED_MESSAGES.map((name) => `sdkmessageid/name eq '${name}'`).join(' or ');
  const names = tables.map((name) => `primaryobjecttypecode eq '${name}'`).join(' or ');
  return metadata.list(
    `sdkmessagefilters?$select=sdkmessagefilterid,primaryobjecttypecode&$expand=sdkmessageid($select=sdkmessageid,name)&$filter=${encodeURIComponent(`(${messages}) and (${names})`)}`,
  );
}
