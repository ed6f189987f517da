import { isObject, parseExact, type JsonObject } from '../json/exact-json';
import type { Answer, ODataRequest } from '../odata/exchange';
import type { DataJobs } from './dmf/data-jobs';
import { packageApi, type ActionValue } from './dmf/package-api';
import type { FoContext } from './fo-context';
import { badRequest, JSON_HEADERS, notServed } from './fo-errors';

const VERSIONS: Record<string, string> = {
  GetApplicationVersion: '10.0.41',
  GetPlatformBuildVersion: '7.0.7367.49',
  GetApplicationBuildVersion: '10.0.2015.27',
};

/** `SET/Microsoft.Dynamics.DataEntities.ACTION`: package API, version numbers. */
export function callAction(
  context: FoContext,
  jobs: DataJobs,
  { set, name }: { set: string; name: string },
  request: ODataRequest,
): Answer {
  request.touched.operation = 'action';
  const input = inputOf(request.body);
  const value =
    set === 'DataManagementDefinitionGroups'
      ? packageApi(context, jobs, { name, input, request })
      : set === 'DataManagementEntities'
        ? VERSIONS[name]
        : undefined;
  return value === undefined ? notServed(`the action ${set}/${name}`) : answer(context, request, value);
}

function answer(context: FoContext, request: ODataRequest, value: ActionValue): Answer {
  const type = typeof value === 'boolean' ? 'Edm.Boolean' : 'Edm.String';
  const shown = context.options.get('actionValueNested') ? { value } : value;
  return {
    status: 200,
    headers: JSON_HEADERS,
    body: JSON.stringify({ '@odata.context': `${request.root}/$metadata#${type}`, value: shown }),
  };
}

/** An action without parameters comes without a body, too. */
function inputOf(body: string): JsonObject {
  if (body.trim() === '') return {};
  try {
    const value = parseExact(body);
    return isObject(value) ? value : badRequest('A JSON object was expected.');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return badRequest(`Invalid JSON. ${error.message}`);
  }
}
