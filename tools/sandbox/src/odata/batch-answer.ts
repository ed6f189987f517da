import { randomUUID } from 'node:crypto';
import type { Answer } from './exchange';

const PHRASES: Record<number, string> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  304: 'Not Modified',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  412: 'Precondition Failed',
  413: 'Payload Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

export interface AnsweredPart {
  readonly answer: Answer;
  readonly contentId?: string | undefined;
}

/** A change set's answers are nested; a failed set has one part. */
export type AnsweredItem = AnsweredPart | { readonly set: readonly AnsweredPart[] };

export function batchAnswer(
  status: number,
  items: readonly AnsweredItem[],
  headers: Record<string, string>,
): Answer {
  const boundary = `batchresponse_${randomUUID()}`;
  const sections = items.map((item) => ('set' in item ? changeSet(item.set) : part(item)));
  return {
    status,
    headers: { ...headers, 'Content-Type': `multipart/mixed; boundary=${boundary}` },
    body: multipart(boundary, sections),
  };
}

function changeSet(parts: readonly AnsweredPart[]): string {
  const boundary = `changesetresponse_${randomUUID()}`;
  return `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n${multipart(boundary, parts.map(part))}`;
}

function part({ answer, contentId }: AnsweredPart): string {
  const lines = ['Content-Type: application/http', 'Content-Transfer-Encoding: binary'];
  if (contentId !== undefined) lines.push(`Content-ID: ${contentId}`);
  lines.push('', `HTTP/1.1 ${answer.status} ${PHRASES[answer.status] ?? ''}`);
  for (const [name, value] of Object.entries(answer.headers)) lines.push(`${name}: ${value}`);
  lines.push('', answer.body ?? '');
  return lines.join('\r\n');
}

function multipart(boundary: string, sections: readonly string[]): string {
  return `${sections.map((section) => `--${boundary}\r\n${section}\r\n`).join('')}--${boundary}--\r\n`;
}
