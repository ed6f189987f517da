import { readDocumentBody } from '../calls/call-body';
import { checked, schemaOfMap, type CallDeskParts } from '../calls/call-desk';
import { cellsOf } from '../calls/wire-cells';
import type { DocumentAnswer } from './document-answer';
import type { DocumentOrder, DocumentService } from './document-service';

export interface DocumentDeskParts extends Pick<CallDeskParts, 'maps' | 'schemas'> {
  readonly documents: Pick<DocumentService, 'call'>;
}

/** Takes in a document as somebody wrote it: values of each part in the form of its own table. */
export class DocumentDesk {
  constructor(private readonly desk: DocumentDeskParts) {}

  /** @throws {HttpException} a problem (RFC 9457): it was not begun */
  async call(body: unknown, traceparent: string): Promise<DocumentAnswer> {
    const { parts: asked, ...order } = readDocumentBody(body);
    const parts: DocumentOrder['parts'][number][] = [];
    for (const [index, { map, kind, row, fields, before }] of asked.entries()) {
      const schema = await schemaOfMap(this.desk, map, order.from);
      const cells = checked(`parts.${index}.fields`, cellsOf(schema, fields));
      const saw = checked(`parts.${index}.before`, cellsOf(schema, before));
      parts.push({ map, kind, row, cells, saw });
    }
    return this.desk.documents.call({ ...order, parts, traceparent });
  }
}
