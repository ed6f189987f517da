import { badUrl } from './dataverse-errors';

/** Where the next page goes on. */
export interface PageCookie {
  readonly page: number;
  readonly lastId: string;
  /** Change tracking: the pages of one round show what changed after `since` and up to `until`. */
  readonly tracking?: {
    readonly since: number;
    readonly until: number;
    readonly afterSeq: number;
    readonly isDeletions: boolean;
  };
}

/** `<cookie pagenumber pagingcookie istracking>` in percent-encoding, the inner cookie encoded twice. */
export function encodeSkipToken(primaryId: string, { page, lastId, tracking }: PageCookie): string {
  const round = tracking
    ? ` since="${tracking.since}" until="${tracking.until}" after="${tracking.afterSeq}" deletions="${tracking.isDeletions ? 1 : 0}"`
    : '';
  const inner = `<cookie page="${page - 1}"${round}><${primaryId} last="{${lastId}}" /></cookie>`;
  const once = encodeURIComponent(inner).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  const outer = `<cookie pagenumber="${page}" pagingcookie="${once}" istracking="${tracking ? 'True' : 'False'}" />`;
  return encodeURIComponent(outer).replaceAll('%3D', '=').replaceAll('%2F', '/');
}

/** @param token after the query's own decoding */
export function decodeSkipToken(token: string): PageCookie {
  const outer = /pagenumber="(\d+)" pagingcookie="([^"]*)" istracking="(True|False)"/.exec(token);
  const inner = outer ? safeDecode(outer[2] as string) : '';
  const last = /last="\{([0-9a-f-]{36})\}"/i.exec(inner)?.[1]?.toLowerCase();
  if (!outer || last === undefined) return badUrl(`Invalid paging cookie.`);
  const round = /since="(\d+)" until="(\d+)" after="(\d+)" deletions="([01])"/.exec(inner);
  return {
    page: Number(outer[1]),
    lastId: last,
    ...(round
      ? {
          tracking: {
            since: Number(round[1]),
            until: Number(round[2]),
            afterSeq: Number(round[3]),
            isDeletions: round[4] === '1',
          },
        }
      : {}),
  };
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    return badUrl(`Invalid paging cookie: ${String(error)}`);
  }
}
