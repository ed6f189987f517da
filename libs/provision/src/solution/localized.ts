import { element, type XmlElement } from '../xml';

/** English: the language that each environment has, or can add. */
export const LANGUAGE = '1033';

/** `<names><name description="TEXT" languagecode="1033" /></names>` */
export function localized(list: string, name: string, text: string): XmlElement {
  return element(list, [element(name, [], { description: text, languagecode: LANGUAGE })]);
}

export const displayNames = (text: string): XmlElement => localized('displaynames', 'displayname', text);
