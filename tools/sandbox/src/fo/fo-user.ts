import type { FoContext } from './fo-context';

/** What an F&O user has set up; a client id is mapped to a user. */
export interface FoUser {
  readonly company?: string;
  readonly language?: string;
  /** Throttling priority mapping. */
  readonly priority?: 'low' | 'medium' | 'high';
}

export function foUser(context: FoContext, caller: string): FoUser {
  return context.options.get('users')[caller] ?? {};
}

/** The company of all calls that do not say cross-company. */
export function companyOf(context: FoContext, { caller }: { caller: string }): string {
  return (foUser(context, caller).company ?? context.options.get('defaultCompany')).toLowerCase();
}

export function languageOf(context: FoContext, { caller }: { caller: string }): string {
  return foUser(context, caller).language ?? context.options.get('defaultLanguage');
}
