import { idOf } from '../http/token-server';
import type { Answer, ODataRequest } from '../odata/exchange';
import type { FoContext } from './fo-context';
import { JSON_HEADERS, notFound, notServed } from './fo-errors';

const SERVICE_HEADERS = { 'Content-Type': 'application/json; charset=utf-8' };

/** `POST /api/services/<group>/<service>/<operation>`: a bare JSON value, no OData. */
export function callService(context: FoContext, request: ODataRequest): Answer {
  const [group, service, operation] = request.path.split('/');
  if (`${group}/${service}` !== 'UserSessionService/AifUserSessionService')
    return notFound(`No service '${request.path}'.`);
  if (request.method !== 'POST' || operation !== 'GetUserSessionInfo') return notServed(request.path);
  const member = context.options.get('environmentIdMember');
  const info = {
    $id: '1',
    AOSLocaleName: 'en-US',
    AXLanguage: 'en-US',
    Company: context.options.get('defaultCompany'),
    CompanyTimeZone: 'GMT_COORDINATEDUNIVERSALTIME',
    CurrencyInfo: { CurrencyCode: 'USD', Symbol: '$' },
    IsSysAdmin: true,
    UserId: request.caller,
    UserPreferredTimeZone: 'GMT_COORDINATEDUNIVERSALTIME',
    ...(member === '' ? {} : { [member]: context.store.environmentId }),
  };
  return { status: 200, headers: SERVICE_HEADERS, body: JSON.stringify(info) };
}

const VERSIONS: Record<string, string> = {
  GetApplicationVersion: '10.0.41',
  GetPlatformBuildVersion: '7.0.7367.49',
  GetApplicationBuildVersion: '10.0.2015.27',
};

/** `DataManagementEntities/Microsoft.Dynamics.DataEntities.GetApplicationVersion` and its like. */
export function callAction(set: string, action: string, request: ODataRequest): Answer {
  const version = set === 'DataManagementEntities' ? VERSIONS[action] : undefined;
  if (version === undefined) return notServed(`the action ${set}/${action}`);
  return {
    status: 200,
    headers: JSON_HEADERS,
    body: JSON.stringify({ '@odata.context': `${request.root}/$metadata#Edm.String`, value: version }),
  };
}

export const eventUserId = (caller: string): string => idOf(`user:${caller}`);
