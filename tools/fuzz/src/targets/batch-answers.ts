import { FoClient } from '@dualwrite/odata';
import { breakText } from '../break-text';
import type { FuzzTarget } from '../target';
import { reply } from './answered';
import { CUSTOMER } from './tables';

const BOUNDARY = 'batchresponse_5e8c';
const CHANGE_SET = 'changesetresponse_91aa';
const TRUE_ANSWER = [
  `multipart/mixed; boundary=${BOUNDARY}`,
  `--${BOUNDARY}`,
  `Content-Type: multipart/mixed; boundary="${CHANGE_SET}"`,
  '',
  `--${CHANGE_SET}`,
  'Content-Type: application/http',
  'Content-Transfer-Encoding: binary',
  'Content-ID: 1',
  '',
  'HTTP/1.1 204 No Content',
  'OData-Version: 4.0',
  '',
  '',
  `--${CHANGE_SET}--`,
  `--${BOUNDARY}`,
  'Content-Type: application/http',
  '',
  'HTTP/1.1 200 OK',
  'Content-Type: application/json',
  '',
  JSON.stringify(CUSTOMER),
  `--${BOUNDARY}--`,
  '',
].join('\r\n');

/** The answer to an update of F&O, which goes as a change set with a read behind it. First line: the content type. */
export const batchAnswers: FuzzTarget = {
  name: 'batch-answers',
  sample: (chance) => breakText(TRUE_ANSWER, chance),
  run: async (input) => {
    const text = String(input);
    const lineEnd = text.indexOf('\n');
    const client = new FoClient(
      reply(200, text.slice(lineEnd + 1), text.slice(0, Math.max(0, lineEnd)).trim()),
    );
    const query = { entitySet: 'CustomersV3', select: ['OrganizationName'] };
    // A write is never an exception: what cannot be read is told as lost, and looked at.
    const answer = await client.update(query, "(dataAreaId='usmf')", 'W/"1"', {});
    return answer.kind === 'done' ? 'taken' : 'refused';
  },
};
