import type { Cells } from '../../store/row';

/** Where a webhook is, and what proves that it is us who call. */
export interface Endpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const AUTH = { webhookKey: 4, httpHeader: 5, httpQueryString: 6 };

/** Reads a row of `serviceendpoint`: the key goes into the query as `code`, pairs into headers or into the query. */
export function endpointOf(cells: Readonly<Cells>): Endpoint {
  const url = String(cells['url'] ?? '');
  const value = String(cells['authvalue'] ?? '');
  switch (cells['authtype']) {
    case AUTH.webhookKey:
      return { url: withQuery(url, [['code', value]]), headers: {} };
    case AUTH.httpHeader:
      return { url, headers: Object.fromEntries(pairsOf(value)) };
    case AUTH.httpQueryString:
      return { url: withQuery(url, pairsOf(value)), headers: {} };
    default:
      return { url, headers: {} };
  }
}

/** Reads a step's configuration: `{ "url": "...", "headers": { "name": "value" } }`; undefined: it is none. */
export function pluginEndpointOf(configuration: unknown): Endpoint | undefined {
  if (typeof configuration !== 'string') return undefined;
  try {
    const { url, headers = {} } = JSON.parse(configuration) as { url?: unknown; headers?: object };
    if (typeof url !== 'string') return undefined;
    return {
      url,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    };
  } catch {
    // The plug-in cannot be made: as if it were not registered.
    return undefined;
  }
}

/** `<settings><setting name="x" value="y" /></settings>`, as the registration tool writes them. */
function pairsOf(xml: string): [string, string][] {
  return [...xml.matchAll(/<setting\s+name="([^"]*)"\s+value="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [unescaped(name), unescaped(value)],
  );
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function unescaped(text: string): string {
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => ENTITIES[name] ?? '');
}

function withQuery(url: string, pairs: readonly (readonly [string, string])[]): string {
  const query = pairs
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  if (query === '') return url;
  return `${url}${url.includes('?') ? '&' : '?'}${query}`;
}
