import type { FoTable } from '../edm/fo-table';
import { quote } from '../json/exact-json';
import type { FoContext } from './fo-context';
import { languageOf } from './fo-user';
import { infologTexts, type InfologTexts } from './infolog-texts';
import { Refusal, type Answer, type ODataRequest } from '../odata/exchange';

export const JSON_HEADERS = {
  'Content-Type': 'application/json; odata.metadata=minimal; charset=utf-8',
  'OData-Version': '4.0',
};
const WRITE_EXCEPTION = 'Microsoft.Dynamics.Platform.Integration.Services.OData.AxODataWriteException';

/** The generic outside, with what matters in `innererror.message`. */
export function innerError(status: number, message: string, type: string): Answer {
  const inner = `{"message":${quote(message)},"type":${quote(type)},"stacktrace":"   at Sandbox"}`;
  return {
    status,
    headers: JSON_HEADERS,
    body: `{"error":{"code":"","message":"An error has occurred.","innererror":${inner}}}`,
  };
}

/** The texts of the calling user's language. */
export function textsFor(context: FoContext, request: ODataRequest): InfologTexts {
  return infologTexts(languageOf(context, request));
}

/** A write that the application refused; inside a batch it shows as 500. */
export function writeFailed(
  context: FoContext,
  request: ODataRequest,
  table: FoTable,
  infolog: readonly string[],
): never {
  const verb = request.method === 'DELETE' ? 'Delete' : 'Write';
  throw new Refusal(
    innerError(
      request.isInBatch ? context.options.get('batchWriteErrorStatus') : 400,
      `${verb} failed for table row of type '${table.entity}'. Infolog: ${infolog.join('; ')}.`,
      WRITE_EXCEPTION,
    ),
  );
}

/** The request itself makes no sense. */
export function badRequest(message: string, type = 'Microsoft.OData.ODataException'): never {
  throw new Refusal(innerError(400, message, type));
}

/** An action that did not do what was asked. */
export function actionFailed(action: string, entity: string, text: string): never {
  throw new Refusal(
    innerError(
      500,
      `Exception occurred while executing action ${action} on Entity ${entity}: ${text}`,
      'System.InvalidOperationException',
    ),
  );
}

export function notFound(message: string): never {
  throw new Refusal(innerError(404, message, 'Microsoft.OData.ODataException'));
}

export function notServed(what: string): never {
  throw new Refusal(innerError(501, `The sandbox does not serve ${what}.`, 'System.NotImplementedException'));
}
