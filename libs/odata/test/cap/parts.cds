// Two shapes of a row: keyed by company and number as in F&O, and by an id as in Dataverse.
service Parts @(path: '/odata/v4/parts') {
  @cds.query.limit: 3
  entity Items {
    key company   : String(4);
    key number    : String(20);
        name      : String(60);
        price     : Decimal(25, 10);
        stock     : Integer64;
        changedAt : Timestamp @cds.on.insert: $now  @cds.on.update: $now  @odata.etag;
  }

  @cds.query.limit: 2
  entity Accounts {
    key id        : UUID;
        name      : String(60) not null;
        credit    : Decimal(25, 10);
        changedAt : Timestamp @cds.on.insert: $now  @cds.on.update: $now  @odata.etag;
  }
}
