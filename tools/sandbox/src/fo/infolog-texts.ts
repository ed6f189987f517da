/** What the application tells a user, in that user's language. No code goes with it. */
export interface InfologTexts {
  mustBeFilledIn(field: string): string;
  tooLong(value: string, field: string, max: number): string;
  notInRelatedTable(value: string, field: string, table: string): string;
  /** `where`: "Customer groups (CustGroup)"; `values`: "Customer group: 95". */
  alreadyExists(where: string, values: string): string;
  keyCannotChange(table: string): string;
  hasDependents(where: string, dependents: string): string;
  updateConflict(where: string): string;
  numberIsAutomatic(field: string): string;
}

const english: InfologTexts = {
  mustBeFilledIn: (field) => `Field '${field}' must be filled in.`,
  tooLong: (value, field, max) =>
    `The value '${value}' in field '${field}' is longer than ${max} characters.`,
  notInRelatedTable: (value, field, table) =>
    `The value '${value}' in field '${field}' is not found in the related table '${table}'.`,
  alreadyExists: (where, values) =>
    `Cannot create a record in ${where}. ${values}.\nThe record already exists.`,
  keyCannotChange: (table) => `The key of a record in ${table} cannot be changed`,
  hasDependents: (where, dependents) =>
    `Cannot delete a record in ${where}. Dependent records in ${dependents} exist.`,
  updateConflict: (where) =>
    `Cannot edit a record in ${where}. An update conflict occurred due to another user process deleting the record or changing one or more fields in the record.`,
  numberIsAutomatic: (field) => `Field '${field}' is numbered automatically and takes no value.`,
};

const german: InfologTexts = {
  mustBeFilledIn: (field) => `Das Feld '${field}' muss ausgefüllt werden.`,
  tooLong: (value, field, max) => `Der Wert '${value}' im Feld '${field}' ist länger als ${max} Zeichen.`,
  notInRelatedTable: (value, field, table) =>
    `Der Wert '${value}' im Feld '${field}' wurde in der zugehörigen Tabelle '${table}' nicht gefunden.`,
  alreadyExists: (where, values) =>
    `In ${where} kann kein Datensatz erstellt werden. ${values}.\nDer Datensatz ist bereits vorhanden.`,
  keyCannotChange: (table) => `Der Schlüssel eines Datensatzes in ${table} kann nicht geändert werden`,
  hasDependents: (where, dependents) =>
    `In ${where} kann kein Datensatz gelöscht werden. Es sind abhängige Datensätze in ${dependents} vorhanden.`,
  updateConflict: (where) =>
    `In ${where} kann kein Datensatz bearbeitet werden. Es ist ein Aktualisierungskonflikt aufgetreten, da ein anderer Benutzerprozess den Datensatz gelöscht oder Felder darin geändert hat.`,
  numberIsAutomatic: (field) => `Das Feld '${field}' wird automatisch nummeriert und nimmt keinen Wert an.`,
};

const danish: InfologTexts = {
  mustBeFilledIn: (field) => `Feltet '${field}' skal udfyldes.`,
  tooLong: (value, field, max) => `Værdien '${value}' i feltet '${field}' er længere end ${max} tegn.`,
  notInRelatedTable: (value, field, table) =>
    `Værdien '${value}' i feltet '${field}' findes ikke i den relaterede tabel '${table}'.`,
  alreadyExists: (where, values) =>
    `Der kan ikke oprettes en post i ${where}. ${values}.\nPosten findes allerede.`,
  keyCannotChange: (table) => `Nøglen til en post i ${table} kan ikke ændres`,
  hasDependents: (where, dependents) =>
    `En post i ${where} kan ikke slettes. Der findes afhængige poster i ${dependents}.`,
  updateConflict: (where) =>
    `En post i ${where} kan ikke redigeres. Der opstod en opdateringskonflikt, fordi en anden brugerproces har slettet posten eller ændret et eller flere af dens felter.`,
  numberIsAutomatic: (field) => `Feltet '${field}' nummereres automatisk og modtager ingen værdi.`,
};

const french: InfologTexts = {
  mustBeFilledIn: (field) => `Le champ '${field}' doit être renseigné.`,
  tooLong: (value, field, max) => `La valeur '${value}' du champ '${field}' dépasse ${max} caractères.`,
  notInRelatedTable: (value, field, table) =>
    `La valeur '${value}' du champ '${field}' est introuvable dans la table associée '${table}'.`,
  alreadyExists: (where, values) =>
    `Impossible de créer un enregistrement dans ${where}. ${values}.\nL'enregistrement existe déjà.`,
  keyCannotChange: (table) => `La clé d'un enregistrement de ${table} ne peut pas être modifiée`,
  hasDependents: (where, dependents) =>
    `Impossible de supprimer un enregistrement dans ${where}. Des enregistrements dépendants existent dans ${dependents}.`,
  updateConflict: (where) =>
    `Impossible de modifier un enregistrement dans ${where}. Un conflit de mise à jour s'est produit : un autre processus utilisateur a supprimé l'enregistrement ou modifié un ou plusieurs de ses champs.`,
  numberIsAutomatic: (field) =>
    `Le champ '${field}' est numéroté automatiquement et n'accepte aucune valeur.`,
};

const LANGUAGES: Readonly<Record<string, InfologTexts>> = { en: english, da: danish, de: german, fr: french };

/** By language, whatever the country: `de-AT` speaks German. Others read English. */
export function infologTexts(language: string): InfologTexts {
  return LANGUAGES[language.toLowerCase().split('-')[0] ?? ''] ?? english;
}
