import { Webhook } from 'standardwebhooks';
import { mailServer, postReceiver } from '../testing/receivers';
import { ChannelSender } from './channel-sender';
import type { NoticePayload } from './delivery-store';
import { Secrets } from './secrets';

const SECRET = `whsec_${Buffer.from('a secret of the webhook receiver').toString('base64')}`;
const payload: NoticePayload = {
  subscription: 'ana',
  owner: 'ana',
  at: '2026-11-23T12:00:00.000Z',
  alerts: [
    {
      ...{
        id: 'a1',
        rule: 'lag',
        severity: 'warning',
        state: 'fired',
        map: 'm',
        company: null,
        service: null,
      },
      ...{ text: '6 min (limit 5 min)', firedAt: '2026-11-23T12:00:00.000Z', resolvedAt: null },
    },
  ],
};

function aSender(allowed: readonly string[] = ['127.0.0.1'], smtpUrl = ''): ChannelSender {
  const secrets = new Secrets({ ALERT_SECRET_HOOK: SECRET, ALERT_SECRET_PASS: 'p@ss/word' }, '');
  return new ChannelSender({ secrets, allowed, smtpUrl, smtpFrom: 'dualwrite@contoso.com' });
}

describe('ChannelSender by mail', () => {
  let mail: Awaited<ReturnType<typeof mailServer>>;
  beforeEach(async () => {
    mail = await mailServer();
  });
  afterEach(() => mail.close());

  it("given the installation's server, then it is signed in, and the mail can be threaded by its alerts", async () => {
    const url = `smtp://alerts:p%40ss%2Fword@127.0.0.1:${mail.port}`;
    const outcome = await aSender([], url).send(
      { kind: 'email', to: ['a@b.example', 'c@d.example'] },
      'd1',
      payload,
    );
    expect(outcome).toMatchObject({ isSent: true });
    expect(mail.mails[0]).toMatchObject({ to: ['a@b.example', 'c@d.example'], user: 'alerts p@ss/word' });
    const source = mail.mails[0]?.source ?? '';
    for (const line of [
      'Message-ID: <d1@dualwrite>',
      'References: <a1@dualwrite>',
      'From: dualwrite@contoso.com',
    ])
      expect(source).toContain(line);
  });

  it('given a server that a channel names, then it must be allowed, and its password is read by its reference', async () => {
    const smtp = {
      ...{ host: '127.0.0.1', port: mail.port, security: 'none' as const },
      ...{ user: 'u', passwordFrom: 'env:ALERT_SECRET_PASS' },
    };
    const channel = { kind: 'email' as const, to: ['a@b.example'], smtp };
    expect(await aSender().send(channel, 'd1', payload)).toMatchObject({ isSent: true });
    expect(mail.mails[0]?.user).toBe('u p@ss/word');
    const refused = await aSender([]).send(channel, 'd2', payload);
    expect(refused).toMatchObject({ isSent: false, answer: expect.stringContaining('not public') as string });
    expect(mail.mails).toHaveLength(1);
  });

  it('given a server that refuses for now, or none, then it says so', async () => {
    const channel = { kind: 'email' as const, to: ['a@b.example'] };
    mail.refuseCount = 1;
    expect(await aSender([], mail.url).send(channel, 'd1', payload)).toMatchObject({
      isSent: false,
      answer: expect.stringContaining('try again later') as string,
    });
    expect(await aSender([], '').send(channel, 'd1', payload)).toMatchObject({ isSent: false });
  });
});

describe('ChannelSender by HTTP', () => {
  it('given a webhook, then it is signed over what was sent', async () => {
    const hook = await postReceiver();
    const channel = { kind: 'webhook' as const, url: `${hook.url}/in`, secretFrom: 'env:ALERT_SECRET_HOOK' };
    expect(await aSender().send(channel, 'd1', payload)).toEqual({ isSent: true, answer: '204' });
    const [post] = hook.posts;
    expect(new Webhook(SECRET).verify(post?.body ?? '', post?.headers ?? {})).toMatchObject({
      type: 'alerts.fired',
      data: payload,
    });
    expect(() => new Webhook(SECRET).verify(`${post?.body} `, post?.headers ?? {})).toThrow();
    await hook.close();
  });

  it.each([
    [302, { isSent: false, answer: '302' }],
    [500, { isSent: false, answer: '500' }],
    [200, { isSent: true, answer: '200' }],
  ])(
    'given a receiver that answers %i, then no redirect is followed, and the answer is told',
    async (status, outcome) => {
      const hook = await postReceiver(() => ({ status, location: '/elsewhere' }));
      expect(await aSender().send({ kind: 'slack', url: hook.url }, 'd1', payload)).toMatchObject(outcome);
      expect(hook.posts).toHaveLength(1);
      await hook.close();
    },
  );

  it('given a private address or a missing secret, then nothing is asked, and the reason is told', async () => {
    const hook = await postReceiver();
    const teams = { kind: 'teams' as const, url: hook.url.replace('127.0.0.1', 'localhost') };
    expect(await aSender([]).send(teams, 'd1', payload)).toMatchObject({ isSent: false });
    const slack = { kind: 'slack' as const, urlFrom: 'env:ALERT_SECRET_NONE' };
    expect(await aSender().send(slack, 'd1', payload)).toEqual({
      isSent: false,
      answer: 'env:ALERT_SECRET_NONE: the variable is not set',
    });
    expect(hook.posts).toHaveLength(0);
    await hook.close();
  });
});
