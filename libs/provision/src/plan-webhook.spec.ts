import { planWebhook, WATCHED_MESSAGES, type ActualWebhook } from './plan-webhook';
import type { WantedTable } from './wanted';

const WANTED: WantedTable = {
  table: 'account',
  definition: null,
  columns: [
    { name: 'accountid', definition: null },
    { name: 'name', definition: null },
    { name: 'fax', definition: null },
  ],
  keys: [],
};
const ENDPOINT = { url: 'https://dw.example/webhooks', key: 'secret', fingerprint: 'key 1' };
const filters = new Map(
  WATCHED_MESSAGES.map((name) => [`${name} account`, { messageId: `m-${name}`, filterId: `f-${name}` }]),
);
const steps = WATCHED_MESSAGES.map((name) => ({
  id: `s-${name}`,
  filterId: `f-${name}`,
  filtering: name === 'Update' ? 'fax, Name' : null,
  isEnabled: true,
  isAsynchronous: true,
}));
const actual = (more: Partial<ActualWebhook> = {}): ActualWebhook => ({
  endpoint: { id: 'e', url: ENDPOINT.url, fingerprint: ENDPOINT.fingerprint },
  steps,
  filters,
  ...more,
});

describe('planWebhook', () => {
  it('given no address of ours, then no webhook is wanted', () => {
    expect(planWebhook([WANTED], actual({ endpoint: null, steps: [] }), null)).toEqual([]);
  });

  it('given everything registered, then nothing is to be done', () => {
    expect(planWebhook([WANTED], actual(), ENDPOINT)).toEqual([]);
  });

  it('given nothing registered, then the endpoint comes first and the steps wait for it', () => {
    const items = planWebhook([WANTED], actual({ endpoint: null, steps: [] }), ENDPOINT);
    expect(items.map(({ where, step }) => [where, step?.kind])).toEqual([
      ['webhook Dualwrite', 'create-endpoint'],
      ['account Create', undefined],
      ['account Update', undefined],
      ['account Delete', undefined],
    ]);
  });

  it('given steps missing, switched off or on too few columns, then those are made or changed', () => {
    const [, update, remove] = steps;
    const some = [
      { ...(update as (typeof steps)[number]), filtering: 'name' },
      { ...(remove as (typeof steps)[number]), isEnabled: false },
    ];
    const items = planWebhook([WANTED], actual({ steps: some }), ENDPOINT);
    expect(items.map(({ step }) => step?.kind)).toEqual(['create-step', 'change-step', 'change-step']);
    expect(items[1]?.step).toMatchObject({ id: 's-Update', step: { filtering: 'name,fax' } });
  });

  it('given another key, which cannot be read back, then its fingerprint tells', () => {
    const [item] = planWebhook([WANTED], actual(), { ...ENDPOINT, fingerprint: 'key 2' });
    expect([item?.what, item?.step?.kind]).toEqual(['give it the newest key', 'change-endpoint']);
  });
});
