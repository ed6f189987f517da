import { isObject, parseExact, quote } from '../json/exact-json';
import { Refusal, type ODataRequest } from '../odata/exchange';
import { preferences } from '../odata/query';

const HELP = 'http://go.microsoft.com/fwlink/?LinkID=398563&error=Microsoft.Crm.CrmException%3a';

/** Who asks for all annotations gets more members in an error. */
export function withErrorDetails(refusal: Refusal, { headers }: ODataRequest): Refusal {
  const { answer } = refusal;
  if (preferences(headers['prefer']).get('odata.include-annotations') !== '*' || !answer.body?.endsWith('}}'))
    return refusal;
  const body = parseExact(answer.body);
  const error = isObject(body) && body['error'];
  if (!error || !isObject(error)) return refusal;
  const { code = '', message = '' } = error;
  const members = {
    '@Microsoft.PowerApps.CDS.ErrorDetails.OperationStatus': '0',
    '@Microsoft.PowerApps.CDS.ErrorDetails.SubErrorCode': '0',
    '@Microsoft.PowerApps.CDS.HelpLink': `${HELP}${String(code).replace(/^0x/, '')}&client=platform`,
    '@Microsoft.PowerApps.CDS.TraceText': '',
    '@Microsoft.PowerApps.CDS.InnerError.Message': String(message),
  };
  const more = Object.entries(members).map(([name, value]) => `,${quote(name)}:${quote(value)}`);
  return new Refusal({ ...answer, body: `${answer.body.slice(0, -2)}${more.join('')}}}` });
}
