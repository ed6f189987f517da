/** Lines that only repeat which method failed. */
const NOISE = /(?:validateField|validateWrite|validateDelete) failed on /;

/** `Write failed ... Infolog: Warning: A; Warning: validateField failed on X.` -> `A`: what F&O told its user. */
export function infologText(message: string): string {
  const start = message.indexOf('Infolog:');
  if (start < 0) return message;
  const entries = message
    .slice(start + 'Infolog:'.length)
    .split('; ')
    .map((entry) => entry.trim().replace(/^(?:Info|Warning|Error): /, ''))
    .filter((entry) => entry !== '' && !NOISE.test(entry));
  return entries.length > 0 ? entries.join(' ') : message;
}
