import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../json/exact-json';
import type { ODataRequest } from '../../odata/exchange';
import { actionFailed } from '../fo-errors';
import { companyOf } from '../fo-user';
import type { FoContext } from '../fo-context';
import type { DataJobs } from './data-jobs';

/** What an action answers: `Edm.String` or `Edm.Boolean`. */
export type ActionValue = string | boolean;

interface Call {
  readonly name: string;
  readonly input: JsonObject;
  readonly request: ODataRequest;
}

const ENTITY = 'DataManagementDefinitionGroup';

/** The data management package API; undefined = it has no such action. */
export function packageApi(context: FoContext, jobs: DataJobs, call: Call): ActionValue | undefined {
  const { name, input, request } = call;
  const id = textOf(input, 'executionId');
  const origin = request.root.replace(/\/data$/, '');
  switch (name) {
    case 'GetAzureWriteUrl': {
      const file = textOf(input, 'uniqueFileName');
      if (file === '') return fail(call, 'The parameter uniqueFileName is empty.');
      const blobId = `{${randomUUID().toUpperCase()}}`;
      return JSON.stringify({ BlobId: blobId, BlobUrl: jobs.blobs.url(origin, file, 'rw') });
    }
    case 'ImportFromPackage':
    case 'ImportFromPackageAsync':
      return startImport(context, jobs, call);
    case 'ExportToPackage':
    case 'ExportToPackageAsync':
    case 'ExportToPackagePreview':
    case 'ExportToPackagePreviewAsync':
      return startExport(context, jobs, call);
    case 'GetExecutionSummaryStatus':
      return jobs.status(id);
    case 'GetExecutionErrors':
      return JSON.stringify(jobs.errors(id));
    case 'GetExportedPackageUrl':
      return linkTo(jobs, origin, jobs.file(id, 'package'));
    case 'GenerateImportTargetErrorKeysFile':
      return errorFile(jobs, id, call) !== undefined;
    case 'GetImportTargetErrorKeysFileUrl':
    case 'GetImportStagingErrorFileUrl':
      return linkTo(jobs, origin, errorFile(jobs, id, call));
    default:
      return undefined;
  }
}

function startImport(context: FoContext, jobs: DataJobs, call: Call): string {
  const { input, request } = call;
  const id = newExecutionId(jobs, call, true);
  // The documentation asks never to call it in parallel; here that is told at once.
  if (jobs.isImporting()) return fail(call, 'Another package is being imported.');
  jobs.startImport(id, {
    project: textOf(input, 'definitionGroupId'),
    company: textOf(input, 'legalEntityId').toLowerCase() || companyOf(context, request),
    packageUrl: textOf(input, 'packageUrl'),
    execute: input['execute'] === true,
    caller: request.caller,
  });
  return id;
}

function startExport(context: FoContext, jobs: DataJobs, call: Call): string {
  const { name, input, request } = call;
  const project = textOf(input, 'definitionGroupId');
  if (!jobs.project(project)) return fail(call, `The data project '${project}' does not exist.`);
  const id = newExecutionId(jobs, call, input['reExecute'] === true);
  const count = Number(textOf(input, 'count'));
  jobs.startExport(id, {
    project,
    company: textOf(input, 'legalEntityId').toLowerCase() || companyOf(context, request),
    packageName: textOf(input, 'packageName') || project,
    ...(name.includes('Preview') && count > 0 ? { countMax: count } : {}),
  });
  return id;
}

function newExecutionId(jobs: DataJobs, call: Call, mayRunAgain: boolean): string {
  const given = textOf(call.input, 'executionId');
  if (given === '') return `${textOf(call.input, 'definitionGroupId') || 'import'}-${randomUUID()}`;
  if (jobs.status(given) === 'Executing') return fail(call, `The execution '${given}' is running.`);
  if (!mayRunAgain && jobs.has(given)) return fail(call, `The execution '${given}' exists already.`);
  return given;
}

function errorFile(jobs: DataJobs, id: string, call: Call): string | undefined {
  const entity = jobs.findEntity(textOf(call.input, 'entityName'));
  return entity && jobs.file(id, `errors:${entity.name}`);
}

/** Empty while there is no file. */
function linkTo(jobs: DataJobs, origin: string, blob: string | undefined): string {
  return blob === undefined ? '' : jobs.blobs.url(origin, blob, 'r');
}

function textOf(input: JsonObject, name: string): string {
  const value = input[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function fail({ name }: Call, text: string): never {
  return actionFailed(name, ENTITY, text);
}
