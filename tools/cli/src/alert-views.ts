/** What the console's API answers of alerts, as far as the commands show it. */
export interface AlertView {
  readonly id: string;
  readonly rule: string;
  readonly map: string | null;
  readonly company: string | null;
  readonly service: string | null;
  readonly severity: string;
  readonly state: string;
  readonly since: string;
  readonly text: string;
  readonly told: readonly { readonly subscription: string; readonly told: string }[];
}

export interface DeliveryView {
  readonly kind: string;
  readonly channel: string | null;
  readonly subscription: string | null;
  readonly state: string;
  readonly attempts: number;
  readonly createdAt: string;
  readonly answer: string | null;
}

export interface BacktestView {
  readonly days: number;
  readonly firedCount: number;
  readonly alerts: readonly {
    readonly map: string | null;
    readonly company: string | null;
    readonly service: string | null;
    readonly firedAt: string;
    readonly resolvedAt: string | null;
    readonly peak: number;
    readonly text: string;
  }[];
}

export type AlertObjectKind = 'rules' | 'channels' | 'subscriptions' | 'quiet-periods';

export interface AlertObjectView {
  readonly kind: AlertObjectKind;
  readonly name: string;
  readonly version: number;
  readonly changedAt: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly action?: string;
}
