/** What Claude never reads, wherever it lies in the workspace, and however the user's computer writes capitals. */
const folders = new Set([
  '.git',
  '.aws',
  '.ssh',
  '.gnupg',
  '.azure',
  '.kube',
  '.docker',
  '.gcloud',
  '.terraform',
  '.deployotron',
  'node_modules',
]);

const names = [
  // Also the examples: people put real values there.
  /^\.env/,
  /\.env$/,
  /\.(?:pem|key|p8|p12|pfx|jks|keystore|ppk|asc|gpg|kdbx|ovpn)$/,
  /^id_(?:rsa|dsa|ecdsa|ed25519)/,
  /\.tfstate(?:\..*)?$/,
  /^[._](?:netrc|npmrc|yarnrc|yarnrc\.yml|pypirc|pgpass|my\.cnf|htpasswd|git-credentials|dockercfg|vault-token)$/,
  /^(?:credentials|secrets?)(?:\.(?:json|ya?ml|toml|ini|key))?$/,
  /^(?:service-?account|gcp-key).*\.json$/,
  /^kubeconfig/,
  // Databases, with their journals.
  /\.(?:db|sqlite3?)(?:-.*)?$/,
  /^history\.db/,
];

/** True for a path, relative with `/`, that must not be read, listed, searched or changed. Pure. */
export function isForbidden(path: string): boolean {
  const parts = path.toLowerCase().split('/');
  const name = parts.at(-1) ?? '';
  return parts.some((part) => folders.has(part) || /^\.env/.test(part)) || names.some((pattern) => pattern.test(name));
}
