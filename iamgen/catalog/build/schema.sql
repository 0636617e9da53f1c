-- The catalog's tables. Lists of short words are text with spaces between them: the file is small and read
-- whole rows at a time. `key_set` shares the sets of condition keys, which repeat a lot.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE service (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,       -- botocore's name
  prefix TEXT,                     -- IAM's service prefix; NULL: none is published
  reason TEXT NOT NULL,            -- why this prefix or none
  url TEXT NOT NULL
);

CREATE TABLE operation (
  service INTEGER NOT NULL REFERENCES service,
  name TEXT NOT NULL,              -- ListObjectsV2
  number INTEGER NOT NULL,         -- within the service; what other tables call `operation`
  method TEXT NOT NULL,            -- list_objects_v2
  http_method TEXT NOT NULL,
  request_uri TEXT NOT NULL,
  auth TEXT NOT NULL,              -- '' (signed), 'none', 'bearer'
  paginated INTEGER NOT NULL,
  parameters TEXT NOT NULL,        -- ids of `parameter`, in the model's order
  status INTEGER NOT NULL,         -- index in catalog.model.Status
  action TEXT NOT NULL,            -- the same-name action as the reference spells it ('=': as the operation), or ''
  source INTEGER NOT NULL REFERENCES source,
  PRIMARY KEY (service, name)
) WITHOUT ROWID;

CREATE TABLE parameter (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  type INTEGER NOT NULL,           -- index in catalog.model.PARAMETER_TYPES
  required INTEGER NOT NULL
);

CREATE TABLE waiter (
  service INTEGER NOT NULL REFERENCES service,
  name TEXT NOT NULL,              -- object_exists
  operation TEXT NOT NULL,
  PRIMARY KEY (service, name)
) WITHOUT ROWID;

CREATE TABLE resource_type (      -- boto3's resource models
  service TEXT NOT NULL,
  name TEXT NOT NULL,              -- '' for the service resource
  model TEXT NOT NULL,             -- JSON of catalog.model.ResourceType
  PRIMARY KEY (service, name)
) WITHOUT ROWID;

CREATE TABLE source (id INTEGER PRIMARY KEY, reason TEXT NOT NULL, url TEXT NOT NULL);

CREATE TABLE permission (         -- rows of overrides/<service>.toml
  service INTEGER NOT NULL REFERENCES service,
  operation INTEGER NOT NULL,
  position INTEGER NOT NULL,
  action TEXT NOT NULL,
  trigger TEXT NOT NULL,
  replaces TEXT NOT NULL,
  resource TEXT NOT NULL,
  resource_type TEXT NOT NULL,
  filling INTEGER NOT NULL REFERENCES filling,
  passed_to_service TEXT NOT NULL,
  source INTEGER NOT NULL REFERENCES source,
  PRIMARY KEY (service, operation, position)
) WITHOUT ROWID;

CREATE TABLE key_set (id INTEGER PRIMARY KEY, keys TEXT NOT NULL);

CREATE TABLE action (
  prefix TEXT NOT NULL,
  name TEXT NOT NULL COLLATE NOCASE,
  access_level TEXT NOT NULL,
  key_set INTEGER NOT NULL REFERENCES key_set,
  dependent_actions TEXT NOT NULL,
  resources TEXT NOT NULL,         -- `type:key_set`, a required one as `type!:key_set`, separated by tabs
  PRIMARY KEY (prefix, name)
) WITHOUT ROWID;

CREATE TABLE arn_format (
  prefix TEXT NOT NULL,
  type TEXT NOT NULL,
  arn TEXT NOT NULL,               -- several forms are separated by spaces
  key_set INTEGER NOT NULL REFERENCES key_set,
  PRIMARY KEY (prefix, type)
) WITHOUT ROWID;

CREATE TABLE filling (
  id INTEGER PRIMARY KEY,
  variables TEXT NOT NULL,         -- JSON list of pairs, '' for none
  whole TEXT NOT NULL
);

CREATE TABLE binding (
  service INTEGER NOT NULL REFERENCES service,
  operation INTEGER NOT NULL,
  position INTEGER NOT NULL,
  action TEXT NOT NULL,            -- '=': the operation's same-name action
  resource_type TEXT NOT NULL,
  arn TEXT NOT NULL,               -- '': the type's own
  filling INTEGER NOT NULL REFERENCES filling,
  curated INTEGER NOT NULL,        -- 0 heuristic, 1 row or rule, 2 row that is complete for the action
  PRIMARY KEY (service, operation, position)
) WITHOUT ROWID;
