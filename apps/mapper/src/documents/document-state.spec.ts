import type { Call } from '../calls/call-store';
import { stateOf } from './document-state';

const parts = ['h', 'a', 'b'].map((row) => ({ map: 'm', kind: 'update', row, call: row }) as const);
const document = { id: 'd', side: 'fo', parts, end: null } as const;
const call = (given: Partial<Call>): Call => ({ outcome: 'applied', by: 'dualwrite', ...given }) as Call;

describe('what became of a document', () => {
  it('when one part has no end, then nothing is known', () => {
    const calls = [call({}), call({ outcome: null }), call({})];
    expect(stateOf(document, calls)).toMatchObject({ outcome: null });
    expect(stateOf(document, [call({}), undefined, call({})])).toMatchObject({ outcome: null });
  });

  it('when all were applied, then each shows its row', () => {
    const calls = ['1', '2', '3'].map((name) => call({ shown: { name } }));
    expect(stateOf(document, calls)).toMatchObject({
      outcome: 'applied',
      part: null,
      parts: [{ shown: { name: '1' } }, { shown: { name: '2' } }, { shown: { name: '3' } }],
    });
  });

  it('when one was refused, then it is the reason, not those that went with it', () => {
    const other = call({ outcome: 'rejected', by: 'dataverse', code: 'document-refused' });
    const reason = call({ outcome: 'rejected', by: 'dataverse', code: 'E', text: 'no' });
    expect(stateOf(document, [other, reason, other])).toMatchObject({
      outcome: 'rejected',
      by: 'dataverse',
      part: 1,
      code: 'E',
      text: 'no',
    });
    expect(stateOf(document, [reason, reason, reason])).toMatchObject({ part: null, code: 'E' });
  });

  it('when one part is in doubt, then the document is', () => {
    const calls = [call({}), call({ outcome: 'in-doubt', code: 'write-in-doubt' }), call({})];
    expect(stateOf(document, calls)).toMatchObject({ outcome: 'in-doubt', code: 'write-in-doubt' });
  });

  it('when it was refused before anything left, then that is its end, whatever its parts', () => {
    const end = { outcome: 'rejected', by: 'dualwrite', part: 2, code: 'busy', text: 'wait' } as const;
    expect(stateOf({ ...document, end }, [])).toMatchObject({ ...end, parts: [{ row: 'h' }, {}, {}] });
  });
});
