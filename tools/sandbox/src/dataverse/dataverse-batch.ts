import { randomUUID } from 'node:crypto';
import type { BatchHost } from '../http/side';
import { batchAnswer, type AnsweredItem } from '../odata/batch-answer';
import { parseBatch, type RawPart } from '../odata/batch-syntax';
import type { Answer, ODataRequest } from '../odata/exchange';
import { parseQuery, preferences } from '../odata/query';
import { badUrl, errorAnswer } from './dataverse-errors';

const OPERATIONS_MAX = 1000;
const SERVICE = /^(?:https?:\/\/[^/]+)?\/?(?:api\/data\/v9\.\d+\/)?/i;

/** In order; stops at the first failure, whose status then is the batch's, unless told to go on. */
export async function dataverseBatch(
  request: ODataRequest,
  host: BatchHost,
  { echoesFailedId }: { echoesFailedId: boolean },
): Promise<Answer> {
  const items = parseBatch(request.headers['content-type'], request.body);
  const count = items.reduce((sum, item) => sum + (item.kind === 'set' ? item.parts.length : 1), 0);
  if (count > OPERATIONS_MAX)
    return errorAnswer(
      400,
      '0x80060888',
      `Number of requests in the batch exceeded the limit of ${OPERATIONS_MAX}.`,
    );
  const goesOn = preferences(request.headers['prefer']).has('odata.continue-on-error');
  const answered: AnsweredItem[] = [];
  for (const item of items) {
    let failed: Answer | undefined;
    let failedId: string | undefined;
    if (item.kind === 'single') {
      const answer = await host.run(partRequest(request, item.part, new Map()));
      if (answer.status >= 400) failed = answer;
      else answered.push({ answer: withContentType(answer), contentId: item.part.contentId });
    } else {
      const result = await runSet(request, item.parts, host);
      if ('failed' in result) {
        failed = result.failed;
        if (echoesFailedId) failedId = item.parts[result.index]?.contentId;
      } else
        answered.push({
          set: result.answers.map((answer, index) => ({
            answer: withContentType(answer),
            contentId: item.parts[index]?.contentId,
          })),
        });
    }
    if (!failed) continue;
    answered.push({
      answer: { ...failed, headers: { REQ_ID: randomUUID(), ...failed.headers } },
      contentId: failedId,
    });
    if (!goesOn) return batchAnswer(failed.status, answered, { 'OData-Version': '4.0' });
  }
  return batchAnswer(200, answered, { 'OData-Version': '4.0' });
}

async function runSet(
  request: ODataRequest,
  parts: readonly RawPart[],
  host: BatchHost,
): ReturnType<BatchHost['runSet']> {
  const problem = parts.find(({ method }) => method === 'GET')
    ? 'A GET request is not allowed inside a change set.'
    : parts.find(({ contentId }) => contentId === undefined)
      ? 'Content-ID is missing in a part of the change set.'
      : undefined;
  if (problem !== undefined) return { failed: errorAnswer(400, '0x80060888', problem), index: 0 };
  return host.runSet(parts.length, (index, answers) => {
    const known = new Map<string, string>();
    answers.forEach((answer, earlier) => {
      const entity = answer.headers['OData-EntityId'];
      const contentId = parts[earlier]?.contentId;
      if (entity !== undefined && contentId !== undefined) known.set(contentId, entity.replace(SERVICE, ''));
    });
    return partRequest(request, parts[index] as RawPart, known);
  });
}

function partRequest(batch: ODataRequest, part: RawPart, known: ReadonlyMap<string, string>): ODataRequest {
  const url = part.url
    .replace(SERVICE, '')
    .replace(/^\$([^/?(]+)/, (all, id: string) => (all === '$metadata' ? all : reference(known, id)));
  const [path = '', ...query] = url.split('?');
  const rawQuery = query.join('?');
  // References to rows of the same set stand for their URLs.
  const body = part.body.replace(
    /("[^"]+@odata\.(?:bind|id)"\s*:\s*)"\/?\$([^"/]+)"/g,
    (_, head: string, id: string) => `${head}"/${reference(known, id)}"`,
  );
  return {
    ...batch,
    method: part.method,
    path,
    rawQuery,
    query: parseQuery(rawQuery),
    headers: part.headers,
    body,
    isInBatch: true,
    touched: {},
  };
}

function reference(known: ReadonlyMap<string, string>, id: string): string {
  return known.get(id) ?? badUrl(`Content-ID Reference: '$${id}' does not exist in the batch context.`);
}

function withContentType(answer: Answer): Answer {
  if (answer.body === undefined || !answer.headers['Content-Type']?.startsWith('application/json'))
    return answer;
  return {
    ...answer,
    headers: {
      ...answer.headers,
      'Content-Type': 'application/json; odata.metadata=minimal; odata.streaming=true',
    },
  };
}
