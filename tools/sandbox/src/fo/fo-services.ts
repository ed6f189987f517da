import { isObject, parseExact, writeExact, type JsonObject } from '../json/exact-json';
import type { Answer, ODataRequest } from '../odata/exchange';
import type { FoContext } from './fo-context';
import { notFound, notServed } from './fo-errors';
import { onHand } from './on-hand-service';
import { itemPrice } from './price-service';
import { ServiceFailure, type ServiceCall } from './service-call';

const SERVICE_HEADERS = { 'Content-Type': 'application/json; charset=utf-8' };
const OPERATIONS: Readonly<Record<string, (call: ServiceCall) => JsonObject>> = {
  'UserSessionService/AifUserSessionService/GetUserSessionInfo': sessionInfo,
  'SbxInventoryServices/SbxOnHandService/getOnHand': onHand,
  'SbxPriceServices/SbxPriceService/getPrice': itemPrice,
};

/** `POST /api/services/<group>/<service>/<operation>`: a bare JSON value, no OData. */
export function callService(context: FoContext, request: ODataRequest): Answer {
  const operation = OPERATIONS[request.path];
  const [group, service] = request.path.split('/');
  if (!operation) {
    const isKnown = Object.keys(OPERATIONS).some((path) => path.startsWith(`${group}/${service}/`));
    return isKnown ? notServed(request.path) : notFound(`No service '${request.path}'.`);
  }
  if (request.method !== 'POST') return notServed(`${request.method} of a service`);
  request.touched.operation = 'action';
  try {
    const answer = operation({ context, request, input: inputOf(request.body) });
    return { status: 200, headers: SERVICE_HEADERS, body: writeExact({ $id: '1', ...answer }) };
  } catch (error) {
    if (!(error instanceof ServiceFailure)) throw error;
    return {
      status: 500,
      headers: SERVICE_HEADERS,
      body: writeExact({ Message: 'An exception occurred', ExceptionMessage: error.message }),
    };
  }
}

/** Members are the X++ parameter names; a call without parameters comes without a body. */
function inputOf(body: string): JsonObject {
  if (body.trim() === '') return {};
  try {
    const value = parseExact(body);
    if (isObject(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new ServiceFailure('The body is not a JSON object.');
}

function sessionInfo({ context, request }: ServiceCall): JsonObject {
  const member = context.options.get('environmentIdMember');
  return {
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
}
