import { createTransport, type Transporter } from 'nodemailer';
import { Webhook } from 'standardwebhooks';
import type { Channel, EmailChannel } from '../config/channel';
import type { NoticePayload } from './delivery-store';
import { postJson } from './post-json';
import { emailText, slackBody, subjectLine, teamsBody, webhookBody } from './render';
import { safeTarget, type AllowedTargets } from './safe-target';
import type { Secrets } from './secrets';

export interface SendOutcome {
  readonly isSent: boolean;
  /** What the other end said, or why it was not asked. */
  readonly answer: string;
  readonly retryAfterMs?: number;
}

export interface SenderSettings {
  readonly secrets: Secrets;
  readonly allowed: AllowedTargets;
  /** Of the installation; empty: none. */
  readonly smtpUrl: string;
  readonly smtpFrom: string;
}

const SMTP_TIMEOUT_MS = 15_000;
/** Below the claim of a delivery: nobody else sends it meanwhile. */
const MAIL_DEADLINE_MS = 40_000;
const RETRY_AFTER_MS_MAX = 3_600_000;

/** Sends one message by one channel. Never throws for what the other end or the set-up does. */
export class ChannelSender {
  constructor(private readonly settings: SenderSettings) {}

  async send(channel: Channel, id: string, payload: NoticePayload): Promise<SendOutcome> {
    try {
      switch (channel.kind) {
        case 'email':
          return await this.email(channel, id, payload);
        case 'teams':
          return await this.post(channel, teamsBody(payload), {});
        case 'slack':
          return await this.post(channel, slackBody(payload), {});
        case 'webhook': {
          const body = webhookBody(payload);
          const secret = await this.settings.secrets.read(channel.secretFrom);
          return await this.post(channel, body, signatureOf(secret, id, JSON.stringify(body)));
        }
      }
    } catch (error) {
      return { isSent: false, answer: error instanceof Error ? error.message : String(error) };
    }
  }

  private async post(
    place: { readonly url?: string | undefined; readonly urlFrom?: string | undefined },
    body: object,
    headers: Record<string, string>,
  ): Promise<SendOutcome> {
    const url = place.url ?? (await this.settings.secrets.read(place.urlFrom ?? ''));
    const answer = await postJson(url, {
      body: JSON.stringify(body),
      headers,
      allowed: this.settings.allowed,
    });
    const isSent = answer.status >= 200 && answer.status < 300;
    const seconds = Number(answer.retryAfter);
    return {
      isSent,
      answer: isSent ? String(answer.status) : `${answer.status} ${answer.text}`.trim(),
      ...(seconds > 0 ? { retryAfterMs: Math.min(seconds * 1_000, RETRY_AFTER_MS_MAX) } : {}),
    };
  }

  private async email(channel: EmailChannel, id: string, payload: NoticePayload): Promise<SendOutcome> {
    const from = channel.from ?? this.settings.smtpFrom;
    if (from === '')
      return { isSent: false, answer: 'nobody to send from: set SMTP_FROM, or from in the channel' };
    const transport = await this.transport(channel);
    if (transport === null)
      return { isSent: false, answer: 'no mail server: set SMTP_URL, or smtp in the channel' };
    try {
      const sending = transport.sendMail({
        from,
        to: [...channel.to],
        subject: subjectLine(payload),
        text: emailText(payload),
        messageId: `<${id}@dualwrite>`,
        // What speaks of one alert is one thread in a mailbox.
        references: payload.alerts.slice(0, 20).map((alert) => `<${alert.id}@dualwrite>`),
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      const { response } = await withinDeadline(sending, MAIL_DEADLINE_MS);
      return { isSent: true, answer: response };
    } finally {
      transport.close();
    }
  }

  /** The installation's own server is the operator's choice; one that a channel names is looked at first. */
  private async transport({ smtp }: EmailChannel): Promise<Transporter<{ response: string }> | null> {
    const limits = {
      connectionTimeout: SMTP_TIMEOUT_MS,
      greetingTimeout: SMTP_TIMEOUT_MS,
      socketTimeout: SMTP_TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    };
    if (smtp === undefined) {
      const { smtpUrl } = this.settings;
      return smtpUrl === '' ? null : createTransport({ url: smtpUrl, ...limits });
    }
    const target = await safeTarget(smtp.host, this.settings.allowed);
    return createTransport({
      ...limits,
      host: target.address,
      port: smtp.port,
      secure: smtp.security === 'tls',
      requireTLS: smtp.security === 'starttls',
      ignoreTLS: smtp.security === 'none',
      tls: { servername: smtp.host },
      ...(smtp.user === undefined
        ? {}
        : {
            auth: {
              user: smtp.user,
              pass:
                smtp.passwordFrom === undefined ? '' : await this.settings.secrets.read(smtp.passwordFrom),
            },
          }),
    });
  }
}

/** https://www.standardwebhooks.com: the id is that of the delivery, the same at every attempt. */
function signatureOf(secret: string, id: string, body: string): Record<string, string> {
  const at = new Date();
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
}

async function withinDeadline<T>(work: Promise<T>, deadlineMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`the mail server did not end within ${deadlineMs} ms`)),
      deadlineMs,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
