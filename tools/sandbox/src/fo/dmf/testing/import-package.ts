import { eventually, type TestSandbox } from '../../../testing/sandbox-client';
import { writePackage } from '../package';

const ACTIONS = '/DataManagementDefinitionGroups/Microsoft.Dynamics.DataEntities.';

/** Imports customer groups as a client of the package API would, and waits for the end of the job. */
export async function importPackage(
  env: TestSandbox,
  project: string,
  csv: string,
): Promise<{ executionId: string; status: string }> {
  const act = async (name: string, body: object): Promise<string> =>
    String((await env.fo.post(`${ACTIONS}${name}`, JSON.stringify(body))).json['value']);
  const place = JSON.parse(await act('GetAzureWriteUrl', { uniqueFileName: `${project}.zip` })) as {
    BlobUrl: string;
  };
  const file = { entity: 'Customer groups', fileName: 'Customer groups.csv', content: csv };
  await fetch(place.BlobUrl, {
    method: 'PUT',
    headers: { 'x-ms-blob-type': 'BlockBlob' },
    body: new Uint8Array(writePackage(project, [file])),
  });
  const executionId = await act('ImportFromPackage', {
    packageUrl: place.BlobUrl,
    definitionGroupId: project,
    executionId: '',
    execute: true,
    overwrite: true,
    legalEntityId: 'usmf',
  });
  let status = 'Executing';
  await eventually(async () => {
    status = await act('GetExecutionSummaryStatus', { executionId });
    return status !== 'Executing';
  });
  return { executionId, status };
}
