import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../../control/clock';
import type { OpenAnswer, OpenCall, OpenRoutes } from '../../http/open-routes';

export type BlobRights = 'rw' | 'r';

interface Blob {
  readonly content: Buffer;
  readonly storedMs: number;
}

const ROOT = '/blob/dmf/';
const SAS_VERSION = '2020-10-02';
/** Files of jobs live seven days. */
export const BLOB_LIFE_SECONDS = 7 * 86_400;

/** The storage account of the environment: whoever has a signed URL reads or writes that one blob, until it expires. */
export class BlobStore implements OpenRoutes {
  private readonly blobs = new Map<string, Blob>();
  /** Blocks of uploads that are not committed yet, by blob and block id. */
  private readonly blocks = new Map<string, Buffer>();
  private readonly key = randomBytes(32);

  constructor(private readonly clock: Clock) {}

  url(origin: string, name: string, rights: BlobRights): string {
    const expiry = `${new Date(this.clock.nowMs() + BLOB_LIFE_SECONDS * 1000).toISOString().slice(0, 19)}Z`;
    const query = new URLSearchParams({ sv: SAS_VERSION, sr: 'b', se: expiry, sp: rights });
    query.set('sig', this.signature(name, expiry, rights));
    return `${origin}${ROOT}${encodeURIComponent(name)}?${query.toString()}`;
  }

  /** The blob that a URL of ours names; undefined: not ours, or not there. */
  readByUrl(url: string): Buffer | undefined {
    if (!URL.canParse(url)) return undefined;
    const { pathname, searchParams } = new URL(url);
    const name = nameOf(pathname);
    return name !== undefined && this.isSigned(name, searchParams, 'r')
      ? this.find(name)?.content
      : undefined;
  }

  put(name: string, content: Buffer): void {
    this.blobs.set(name, { content, storedMs: this.clock.nowMs() });
  }

  clear(): void {
    this.blobs.clear();
    this.blocks.clear();
  }

  serves(pathname: string): boolean {
    return pathname.startsWith(ROOT);
  }

  answer({ method, pathname, query, headers, body }: OpenCall): OpenAnswer {
    const name = nameOf(pathname);
    const isWrite = method === 'PUT';
    if (name === undefined || !this.isSigned(name, query, isWrite ? 'w' : 'r'))
      return problem(403, 'AuthenticationFailed', 'Server failed to authenticate the request.');
    if (isWrite) return this.write(name, query, headers, body);
    if (method !== 'GET' && method !== 'HEAD') return problem(405, 'UnsupportedHttpVerb', method);
    const blob = this.find(name);
    if (!blob) return problem(404, 'BlobNotFound', 'The specified blob does not exist.');
    return {
      status: 200,
      headers: { 'Content-Type': 'application/octet-stream', 'x-ms-blob-type': 'BlockBlob' },
      body: blob.content,
    };
  }

  private write(
    name: string,
    query: URLSearchParams,
    headers: OpenCall['headers'],
    body: Buffer,
  ): OpenAnswer {
    const part = query.get('comp');
    if (part === 'block') {
      this.blocks.set(`${name}\n${query.get('blockid') ?? ''}`, body);
      return { status: 201, headers: {} };
    }
    if (part === 'blocklist') return this.commit(name, body.toString('utf8'));
    if (headers['x-ms-blob-type'] !== 'BlockBlob')
      return problem(400, 'MissingRequiredHeader', 'x-ms-blob-type is BlockBlob on this blob.');
    this.put(name, body);
    return { status: 201, headers: {} };
  }

  /** Puts the blocks together that the list names, in its order. */
  private commit(name: string, list: string): OpenAnswer {
    const ids = [...list.matchAll(/<(?:Latest|Uncommitted)>([^<]*)</g)].map(([, id = '']) => id);
    const blocks = ids.map((id) => this.blocks.get(`${name}\n${id}`));
    if (blocks.some((block) => block === undefined))
      return problem(400, 'InvalidBlockList', 'The specified block list is invalid.');
    this.put(name, Buffer.concat(blocks as Buffer[]));
    for (const id of ids) this.blocks.delete(`${name}\n${id}`);
    return { status: 201, headers: {} };
  }

  private find(name: string): Blob | undefined {
    const blob = this.blobs.get(name);
    if (!blob || blob.storedMs + BLOB_LIFE_SECONDS * 1000 > this.clock.nowMs()) return blob;
    this.blobs.delete(name);
    return undefined;
  }

  private isSigned(name: string, query: URLSearchParams, right: 'r' | 'w'): boolean {
    const expiry = query.get('se') ?? '';
    const rights = query.get('sp') ?? '';
    return (
      rights.includes(right) &&
      Date.parse(expiry) > this.clock.nowMs() &&
      query.get('sig') === this.signature(name, expiry, rights)
    );
  }

  private signature(name: string, expiry: string, rights: string): string {
    return createHmac('sha256', this.key).update(`${name}\n${expiry}\n${rights}`).digest('base64');
  }
}

function nameOf(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname.slice(ROOT.length));
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function problem(status: number, code: string, message: string): OpenAnswer {
  const xml = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return {
    status,
    headers: { 'Content-Type': 'application/xml', 'x-ms-error-code': code },
    body: Buffer.from(xml),
  };
}
