import { AwsError, accountId } from './action.ts';

/** STS speaks the query protocol: a form in, XML out. */
export const stsActions: Record<string, () => string> = {
  GetCallerIdentity: () =>
    result('GetCallerIdentity', `<Arn>${callerArn}</Arn><UserId>AIDASANDBOX</UserId><Account>${accountId}</Account>`),
};

/** Whom every caller is taken for. */
export const callerArn = `arn:aws:iam::${accountId}:user/sandbox`;

/** @throws AwsError InvalidAction */
export function answerSts(action: string): string {
  const answer = Object.hasOwn(stsActions, action) ? stsActions[action] : undefined;
  if (!answer) throw new AwsError('InvalidAction', `Could not find operation ${action} for version 2011-06-15`);
  return answer();
}

export function stsError(error: AwsError, requestId: string): string {
  const type = error.status < 500 ? 'Sender' : 'Receiver';
  const body = `<Error><Type>${type}</Type><Code>${error.code}</Code><Message>${escaped(error.message)}</Message></Error>`;
  return `<ErrorResponse xmlns="${namespace}">${body}<RequestId>${requestId}</RequestId></ErrorResponse>`;
}

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';

function result(action: string, body: string): string {
  return `<${action}Response xmlns="${namespace}"><${action}Result>${body}</${action}Result></${action}Response>`;
}

function escaped(text: string): string {
  return text.replace(/[<>&"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
