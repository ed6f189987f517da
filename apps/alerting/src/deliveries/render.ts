import { subjectWords } from '../config/scope';
import type { NoticePayload, ToldAlert } from './delivery-store';

const STATE_WORDS = { fired: 'firing', repeated: 'still firing', resolved: 'resolved' } as const;
/** A message that lists more is read by nobody, and Slack takes 50 blocks at most; the console has them all. */
const SHOWN_ALERT_COUNT_MAX = 45;

/** `2 firing, 1 resolved: lag-finance (map customers)`. */
export function subjectLine({ alerts }: NoticePayload): string {
  const counts = (Object.keys(STATE_WORDS) as (keyof typeof STATE_WORDS)[]).flatMap((state) => {
    const count = alerts.filter((alert) => alert.state === state).length;
    return count > 0 ? [`${count} ${STATE_WORDS[state]}`] : [];
  });
  const [first] = alerts;
  const about = first === undefined ? '' : `: ${nameOf(first)}${alerts.length > 1 ? ' and others' : ''}`;
  return `Dualwrite: ${counts.join(', ')}${about}`.replace(/[\r\n]+/g, ' ').slice(0, 200);
}

/** One line per alert. */
export function alertLines({ alerts }: NoticePayload): readonly string[] {
  const lines = alerts.slice(0, SHOWN_ALERT_COUNT_MAX).map((alert) => {
    const when = alert.state === 'resolved' ? alert.resolvedAt : alert.firedAt;
    return `${STATE_WORDS[alert.state].toUpperCase()} ${nameOf(alert)}: ${alert.text} (${alert.severity}, ${when ?? ''})`;
  });
  const more = alerts.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

export function emailText(payload: NoticePayload): string {
  return [
    ...alertLines(payload),
    '',
    `You are told because of the subscription ${payload.subscription} of ${payload.owner}.`,
    'See dw alert list; mute one with dw alert mute ID --for 2h.',
  ].join('\n');
}

/** As an adaptive card, which incoming webhooks of Teams take. */
export function teamsBody(payload: NoticePayload): object {
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            { type: 'TextBlock', text: subjectLine(payload), weight: 'Bolder', wrap: true },
            ...alertLines(payload).map((text) => ({ type: 'TextBlock', text, wrap: true })),
          ],
        },
      },
    ],
  };
}

export function slackBody(payload: NoticePayload): object {
  return {
    text: escapeSlack(subjectLine(payload)),
    blocks: alertLines(payload).map((line) => ({
      type: 'section',
      text: { type: 'plain_text', text: line.slice(0, 3_000), emoji: false },
    })),
  };
}

/** The body of a signed webhook: its type first, so that a receiver can choose. */
export function webhookBody(payload: NoticePayload): object {
  const states = new Set(payload.alerts.map(({ state }) => state));
  const type = states.size === 1 ? `alerts.${[...states][0]}` : 'alerts.changed';
  return { type, timestamp: payload.at, data: payload };
}

function nameOf(alert: ToldAlert): string {
  const about = subjectWords(alert);
  return about === '' ? alert.rule : `${alert.rule} (${about})`;
}

/** These three mean something in Slack's texts. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
