export interface BatchRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Absolute. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A list of requests is a change set: one transaction. A single one stands for itself. */
export type BatchItem = BatchRequest | readonly BatchRequest[];

export interface MultipartBody {
  readonly contentType: string;
  readonly body: string;
}

/** Writes a `$batch` body. `boundarySeed` makes the boundaries; it must not occur in the bodies (a UUID does). */
export function writeBatch(items: readonly BatchItem[], boundarySeed: string): MultipartBody {
  const boundary = `batch_${boundarySeed}`;
  let contentId = 0;
  const parts = items.map((item, index) => {
    if (!isChangeSet(item)) return httpPart(item, null);
    const inner = `changeset_${index + 1}_${boundarySeed}`;
    const requests = item.map((request) => httpPart(request, ++contentId));
    return `Content-Type: multipart/mixed; boundary=${inner}\r\n\r\n${multipart(requests, inner)}`;
  });
  return { contentType: `multipart/mixed; boundary=${boundary}`, body: multipart(parts, boundary) };
}

function isChangeSet(item: BatchItem): item is readonly BatchRequest[] {
  return Array.isArray(item);
}

function multipart(parts: readonly string[], boundary: string): string {
  return parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('') + `--${boundary}--\r\n`;
}

function httpPart({ method, url, headers = {}, body = '' }: BatchRequest, contentId: number | null): string {
  const outer = ['Content-Type: application/http', 'Content-Transfer-Encoding: binary'];
  if (contentId !== null) outer.push(`Content-ID: ${contentId}`);
  const inner = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  // The blank line behind the headers must be there without a body, too.
  return [...outer, '', `${method} ${url} HTTP/1.1`, ...inner, '', body].join('\r\n');
}
