import type { Answer, ODataRequest } from '../odata/exchange';
import type { Segment } from '../odata/path';
import type { Transaction } from '../store/transaction';
import type { DataverseContext } from './dataverse-context';
import { JSON_HEADERS, notServed, refuse } from './dataverse-errors';
import { optionSets } from './metadata/global-option-sets';
import { reactivateKey } from './metadata/key-building';
import { readDefinitions, readRelationships } from './metadata/metadata-service';
import { DONE } from './metadata/metadata-answers';
import { writeDefinition } from './metadata/metadata-writes';
import { createRelationship } from './metadata/relationship-writes';
import { parseObject } from './payload';
import { importSolution } from './solutions/import-solution';
import { ROOT_UNIT, userOf } from './users';

const VERSION = '9.2.24102.199';

/** What does not begin with an entity set: metadata, functions and actions. */
export function unbound(
  context: DataverseContext,
  unit: Transaction,
  segments: readonly Segment[],
  request: ODataRequest,
): Answer {
  const [head] = segments as [Segment, ...Segment[]];
  const { method } = request;
  switch (head.name) {
    case 'EntityDefinitions':
      return method === 'GET'
        ? readDefinitions(context, segments, request)
        : writeDefinition(context, unit, segments, request);
    case 'RelationshipDefinitions':
      if (method === 'GET') return readRelationships(context, segments, request);
      return method === 'POST' && !head.key
        ? createRelationship(context, unit, request)
        : notServed(`${method} RelationshipDefinitions`);
    case 'GlobalOptionSetDefinitions':
      return optionSets(context, segments, request);
    case 'WhoAmI':
      return response(request, 'WhoAmI', {
        BusinessUnitId: ROOT_UNIT,
        UserId: userOf(context, unit, request.caller),
        OrganizationId: context.store.environmentId,
      });
    case 'RetrieveVersion':
      return response(request, 'RetrieveVersion', { Version: VERSION });
    case 'RetrieveCurrentOrganization':
      return response(request, 'RetrieveCurrentOrganization', { Detail: organization(context, request) });
    // What is written is in force at once; publishing finds nothing to do.
    case 'PublishXml':
    case 'PublishAllXml':
      return DONE;
    case 'ImportSolution':
      return method === 'POST'
        ? importSolution(context, unit, request)
        : notServed(`${method} ImportSolution`);
    case 'ReactivateEntityKey':
      reactivateKey(context, parseObject(request.body));
      return DONE;
    default:
      // Functions and actions begin with a capital, entity sets do not.
      if (/^(?:[A-Z]|Microsoft\.)/.test(head.name)) notServed(head.name);
      return refuse(404, '0x80060888', `Resource not found for the segment '${head.name}'.`);
  }
}

function organization(context: DataverseContext, { root }: ODataRequest): object {
  const { environmentId } = context.store;
  const origin = root.replace(/\/api\/.*$/, '');
  const endpoints = {
    WebApplication: `${origin}/`,
    OrganizationService: `${origin}/XRMServices/2011/Organization.svc`,
    OrganizationDataService: `${origin}/XRMServices/2011/OrganizationData.svc`,
  };
  return {
    OrganizationId: environmentId,
    FriendlyName: 'sandbox',
    OrganizationVersion: VERSION,
    EnvironmentId: environmentId,
    DatacenterId: '00000000-0000-0000-0000-000000000000',
    Geo: 'NA',
    TenantId: (context.store.readNote('oauth') as { tenantId?: string } | undefined)?.tenantId ?? null,
    UrlName: 'sandbox',
    UniqueName: 'sandbox',
    State: 'Enabled',
    SchemaType: 'Full',
    OrganizationType: 'CustomerTest',
    Endpoints: { Count: 3, Keys: Object.keys(endpoints), Values: Object.values(endpoints) },
  };
}

function response({ root }: ODataRequest, name: string, members: object): Answer {
  const context = { '@odata.context': `${root}/$metadata#Microsoft.Dynamics.CRM.${name}Response` };
  return { status: 200, headers: JSON_HEADERS, body: JSON.stringify({ ...context, ...members }) };
}
