import { AwsError, accountId } from './action.ts';

/** An action of the query protocol, which STS and IAM speak: a form in, XML out. */
interface QueryAction {
  service: 'sts' | 'iam';
  namespace: string;
  answer(form: URLSearchParams): string;
}

const stsNamespace = 'https://sts.amazonaws.com/doc/2011-06-15/';

const queryActions: Record<string, QueryAction> = {
  GetCallerIdentity: {
    service: 'sts',
    namespace: stsNamespace,
    answer: () => `<Arn>${callerArn}</Arn><UserId>AIDASANDBOX</UserId><Account>${accountId}</Account>`,
  },
  // Tasks run here without a role, so every role that a task could name is there.
  GetRole: {
    service: 'iam',
    namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    answer(form) {
      const name = escaped(form.get('RoleName') ?? '');
      const arn = `arn:aws:iam::${accountId}:role/${name}`;
      const facts = `<Path>/</Path><RoleName>${name}</RoleName><RoleId>AROASANDBOX</RoleId><Arn>${arn}</Arn>`;
      return `<Role>${facts}<CreateDate>2026-01-01T00:00:00Z</CreateDate></Role>`;
    },
  },
};

/** Whom every caller is taken for. */
export const callerArn = `arn:aws:iam::${accountId}:user/sandbox`;

/** The service that a form's action belongs to. */
export function queryService(action: string): 'sts' | 'iam' {
  return known(action)?.service ?? 'sts';
}

/** @throws AwsError InvalidAction */
export function answerQuery(action: string, form: URLSearchParams): string {
  const found = known(action);
  if (!found) throw new AwsError('InvalidAction', `Could not find operation ${action} for version 2011-06-15`);
  const result = `<${action}Result>${found.answer(form)}</${action}Result>`;
  return `<${action}Response xmlns="${found.namespace}">${result}</${action}Response>`;
}

export function queryError(error: AwsError, requestId: string): string {
  const type = error.status < 500 ? 'Sender' : 'Receiver';
  const body = `<Error><Type>${type}</Type><Code>${error.code}</Code><Message>${escaped(error.message)}</Message></Error>`;
  return `<ErrorResponse xmlns="${stsNamespace}">${body}<RequestId>${requestId}</RequestId></ErrorResponse>`;
}

function known(action: string): QueryAction | undefined {
  return Object.hasOwn(queryActions, action) ? queryActions[action] : undefined;
}

function escaped(text: string): string {
  return text.replace(/[<>&"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
