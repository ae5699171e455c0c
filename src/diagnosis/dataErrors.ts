import { setVariable, type TextRule } from './rule.ts';

/** What a database, a cache or AWS itself answered the app. */
export const dataErrors: readonly TextRule[] = [
  {
    id: 'L50',
    match:
      /password authentication failed for user "?([\w-]+)|Access denied for user '([\w-]+)|(?:SASL|SCRAM)[^\n]*password|MongoServerError: Authentication failed|WRONGPASS|NOAUTH Authentication required/,
    cause: (name) => `the database did not accept the login${name() ? ` of user ${name()}` : ''}.`,
    remedy:
      'Correct user and password in the settings of the project; a password with special characters must be URL-encoded in a database URL.',
  },
  {
    id: 'L51',
    match: /database "([\w-]+)" does not exist|Unknown database '([\w-]+)'|P1003[^\n]*`([\w-]+)`/,
    cause: (name) => `the database server has no database named ${name()}.`,
    remedy: 'Create it, or correct its name in the address that the app is given.',
    offer: () => setVariable(() => 'DATABASE_URL'),
  },
  {
    id: 'L52',
    match:
      /relation "([\w.]+)" does not exist|Table '([\w.]+)' doesn't exist|no such table: (\w+)|table `([\w.]+)` does not exist/,
    cause: (name) => `the database has no table ${name()}.`,
    remedy: 'Run the migrations before the new version starts, as a step of the start command or as a task of its own.',
  },
  {
    id: 'L53',
    match: /PendingMigrationError|You have \d+ unapplied migration|Migrations are pending/i,
    cause: 'the database has not been brought up to date for this version (migrations are pending).',
    remedy: 'Run the migrations before the new version starts.',
    certainty: 'likely',
  },
  {
    id: 'L54',
    match:
      /no pg_hba\.conf entry for host[^\n]*(?:SSL off|no encryption)|SSL (?:connection )?is required|requires SSL/i,
    cause: 'the database accepts only encrypted connections.',
    remedy: 'Turn TLS on in the address of the database (such as `?sslmode=require`).',
  },
  {
    id: 'L55',
    match:
      /self[- ]signed certificate|unable to verify the first certificate|certificate verify failed|x509: certificate signed by unknown authority|PKIX path building failed/i,
    cause: 'the app does not trust the certificate of a server that it needs.',
    remedy:
      'Add the certificate authority to the image (for RDS its bundle), and install ca-certificates in a slim base image.',
  },
  {
    id: 'L56',
    match: /(?:FATAL: +)?(?:sorry, )?too many (?:clients already|connections)|remaining connection slots are reserved/i,
    cause: 'the database has no free connection for the app.',
    remedy:
      'Lower the pool size of the app, or raise the limit of the database; old and new tasks run side by side while one replaces the other.',
  },
  {
    id: 'L59',
    match: /permission denied for (?:table|schema|relation|database|sequence) "?([\w.]+)/,
    cause: (name) => `the user of the database may not use ${name()}.`,
    remedy: (name) => `Grant that user the right to ${name() || 'it'}, or give the app another user.`,
  },
  {
    id: 'L57',
    match: /not authorized to perform: ([\w-]+:\w+)/,
    cause: (name) => `the role of the app may not do ${name()}.`,
    remedy: (name) => `Allow the task role ${name() || 'that action'}.`,
  },
  {
    id: 'L58',
    match:
      /Could not load credentials from any providers|Unable to locate credentials|NoCredentialsError|Unable to load credentials from any of the providers/,
    cause: 'the app uses AWS, but its task has no role that gives it credentials.',
    remedy: 'Give the task a role (--task-role) that may do what the app needs.',
  },
];
