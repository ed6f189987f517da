const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATETIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,12}))?)?(Z|[+-]\d{2}:?\d{2})$/i;

/** `YYYY-MM-DD` of a date or of the date part of a date-time as written; undefined where there is no such day. */
export function canonicalDate(text: string): string | undefined {
  const day = text.slice(0, 10);
  if (text.length !== 10 && !DATETIME.test(text)) return undefined;
  return isDay(day) ? day : undefined;
}

/** `YYYY-MM-DDTHH:mm:ssZ` in UTC, with a fraction only where it is not zero; undefined where there is no such moment. */
export function canonicalDatetime(text: string): string | undefined {
  const match = DATETIME.exec(text);
  if (match === null) return undefined;
  const [, day = '', hour = '', minute = '', second = '00', fraction = '', zone = 'Z'] = match;
  if (!isDay(day) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const digits = fraction.replace(/0+$/, '');
  const shiftMinutes = zoneMinutes(zone);
  if (shiftMinutes === undefined) return undefined;
  const moment = new Date(`${day}T${hour}:${minute}:${second}Z`).getTime() - shiftMinutes * 60_000;
  const shifted = new Date(moment).toISOString();
  if (shifted.length !== 24) return undefined; // shifted out of the years that four digits can say
  return `${shifted.slice(0, 19)}${digits && `.${digits}`}Z`;
}

function isDay(text: string): boolean {
  const match = DATE.exec(text);
  if (match === null) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text;
}

function zoneMinutes(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
