import type { BatchHost } from '../http/side';
import { batchAnswer, type AnsweredItem } from '../odata/batch-answer';
import { parseBatch, type RawPart } from '../odata/batch-syntax';
import type { Answer, ODataRequest } from '../odata/exchange';
import { parseQuery } from '../odata/query';
import { innerError } from './fo-errors';

const OPERATIONS_MAX = 5000;
const SERVICE = /^(?:https?:\/\/[^/]+)?\/?data\//i;

/** The outer status is 200 whatever happens; a failed change set is one part, whose Content-ID means nothing. */
export async function foBatch(request: ODataRequest, host: BatchHost): Promise<Answer> {
  const items = parseBatch(request.headers['content-type'], request.body);
  const count = items.reduce((sum, item) => sum + (item.kind === 'set' ? item.parts.length : 1), 0);
  if (count > OPERATIONS_MAX)
    return innerError(
      400,
      `The batch holds more than ${OPERATIONS_MAX} operations.`,
      'Microsoft.OData.ODataException',
    );
  const answered: AnsweredItem[] = [];
  for (const item of items) {
    if (item.kind === 'single') {
      answered.push({
        answer: await host.run(partRequest(request, item.part)),
        contentId: item.part.contentId,
      });
      continue;
    }
    const { parts } = item;
    const result = await host.runSet(parts.length, (index) => partRequest(request, parts[index] as RawPart));
    if ('failed' in result) answered.push({ set: [{ answer: result.failed, contentId: '1' }] });
    else
      answered.push({
        set: result.answers.map((answer, index) => ({ answer, contentId: parts[index]?.contentId })),
      });
  }
  return batchAnswer(200, answered, {});
}

function partRequest(batch: ODataRequest, part: RawPart): ODataRequest {
  const [path = '', ...query] = part.url.replace(SERVICE, '').split('?');
  const rawQuery = query.join('?');
  return {
    ...batch,
    method: part.method,
    path,
    rawQuery,
    query: parseQuery(rawQuery),
    headers: part.headers,
    body: part.body,
    isInBatch: true,
    touched: {},
  };
}
