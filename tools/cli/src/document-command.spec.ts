import type { DocumentView } from './api';
import { documentText } from './document-command';

const view = (given: Partial<DocumentView>): DocumentView => ({
  ...{
    id: 'ID',
    from: 'dataverse',
    outcome: 'applied',
    isFinal: true,
    by: null,
    part: null,
    code: null,
    text: null,
  },
  parts: [
    { map: 'orders', kind: 'update', row: 'usmf/O-1', target: null },
    { map: 'lines', kind: 'create', row: 'L', target: null },
  ],
  ...given,
});

describe('dw document', () => {
  it('when it is applied, then it says by whom, and how much', () => {
    expect(documentText(view({}))).toBe('fo has taken all 2 parts');
  });

  it('when a part was refused, then it is named', () => {
    const said = { outcome: 'rejected', by: 'fo', part: 1, text: 'no such item' } as const;
    expect(documentText(view(said))).toBe('rejected by fo, nothing was done; part 2, lines L: no such item');
    expect(documentText(view({ ...said, part: null }))).toBe(
      'rejected by fo, nothing was done: no such item',
    );
  });

  it('when nobody knows yet, then it says how to ask again', () => {
    expect(documentText(view({ outcome: 'in-doubt', isFinal: false }))).toContain('dw document --ask ID');
  });
});
