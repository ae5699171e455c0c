import type { ServicePlan } from '../servicePlan.ts';
import type { Part, PartOf, Variable } from './part.ts';

/** The two roles of a task: what ECS may do to start it, and what the app itself may do, which is nothing yet. */
export const roles: PartOf = (plan, { express }) => {
  const own = { execution: plan.executionRoleArn === '', task: plan.taskRoleArn === '' };
  return {
    variables: [
      ...(own.execution
        ? [secretKeys]
        : [roleVariable('execution_role_arn', executionDescription, plan.executionRoleArn)]),
      ...(own.task ? [] : [roleVariable('task_role_arn', 'Role that the app itself has.', plan.taskRoleArn)]),
    ],
    main: [
      own.execution || own.task || express ? partition : '',
      own.execution || own.task ? tasksTrust : '',
      own.execution ? executionRole : '',
      own.task ? taskRole : '',
      express ? infrastructureRole : '',
    ].join('\n'),
    outputs: roleOutputs(plan),
  };
};

/** How the roles are named in other blocks. */
export function roleReferences(plan: ServicePlan): { execution: string; task: string } {
  return {
    execution: plan.executionRoleArn ? 'var.execution_role_arn' : 'aws_iam_role.execution.arn',
    task: plan.taskRoleArn ? 'var.task_role_arn' : 'aws_iam_role.task.arn',
  };
}

function roleOutputs(plan: ServicePlan): Part['outputs'] {
  const { execution, task } = roleReferences(plan);
  return [
    { name: 'execution_role_arn', description: executionDescription, value: execution },
    {
      name: 'task_role_arn',
      description: 'Role that the app itself has; attach to it what the app needs.',
      value: task,
    },
  ];
}

const executionDescription = 'Role with which ECS pulls the image, reads the secrets and writes logs.';

const secretKeys: Variable = {
  name: 'secret_kms_key_arns',
  type: 'list(string)',
  description: 'KMS keys of your own by which the secrets are encrypted, if any.',
  default: [],
  rule: {
    condition: 'alltrue([for arn in var.secret_kms_key_arns : can(regex("^arn:[a-z-]+:kms:", arn))])',
    message: 'Each is the ARN of a key, such as arn:aws:kms:eu-central-1:123456789012:key/…',
  },
};

function roleVariable(name: string, description: string, value: string): Variable {
  const condition = `can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/", var.${name}))`;
  return { name, type: 'string', description, value, rule: { condition, message: 'The ARN of a role.' } };
}

/** Who may take a role on: a service of AWS. */
function trust(name: string, service: string, conditions = ''): string {
  return `
data "aws_iam_policy_document" "${name}" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type = "Service"
      identifiers = ["${service}"]
    }
${conditions}  }
}
`;
}

const partition = 'data "aws_partition" "current" {}\n';

const tasksTrust = `
data "aws_caller_identity" "current" {}
${trust(
  'tasks_trust',
  'ecs-tasks.amazonaws.com',
  `
    # Tasks of this account and region only.
    condition {
      test = "StringEquals"
      variable = "aws:SourceAccount"
      values = [data.aws_caller_identity.current.account_id]
    }

    condition {
      test = "ArnLike"
      variable = "aws:SourceArn"
      values = ["arn:\${data.aws_partition.current.partition}:ecs:\${var.region}:\${data.aws_caller_identity.current.account_id}:*"]
    }
`,
)}`;

/** A right to each of some ARNs, which may be none. */
function whereThereAre(arns: string, sid: string, action: string): string {
  return `  dynamic "statement" {
    for_each = length(${arns}) > 0 ? [${arns}] : []

    content {
      sid = "${sid}"
      actions = ["${action}"]
      resources = statement.value
    }
  }
`;
}

const executionRole = `
locals {
  # A reference to one field of a secret goes on after its ARN, as in ...:secret:name:field:stage:version
  secret_arns = distinct([
    for arn in values(var.secrets) : join(":", slice(split(":", arn), 0, 7)) if can(regex(":secretsmanager:", arn))
  ])
  parameter_arns = distinct([for arn in values(var.secrets) : arn if can(regex(":ssm:", arn))])
}

data "aws_iam_policy_document" "execution" {
  statement {
    sid = "LogInToEcr"
    actions = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    sid = "PullImage"
    actions = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = [aws_ecr_repository.app.arn]
  }

  statement {
    sid = "WriteLogs"
    actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["\${aws_cloudwatch_log_group.app.arn}:*"]
  }

${whereThereAre('local.secret_arns', 'ReadSecrets', 'secretsmanager:GetSecretValue')}
${whereThereAre('local.parameter_arns', 'ReadParameters', 'ssm:GetParameters')}
${whereThereAre('var.secret_kms_key_arns', 'DecryptSecrets', 'kms:Decrypt')}}

resource "aws_iam_role" "execution" {
  name_prefix = "\${substr(var.service_name, 0, 26)}-execution-"
  description = "Starts the tasks of \${var.service_name}: pulls the image, reads the secrets, writes logs"
  assume_role_policy = data.aws_iam_policy_document.tasks_trust.json
}

resource "aws_iam_role_policy" "execution" {
  name = "start-tasks"
  role = aws_iam_role.execution.id
  policy = data.aws_iam_policy_document.execution.json
}
`;

const taskRole = `
# The rights of the app itself: none until a policy is attached here.
resource "aws_iam_role" "task" {
  name_prefix = "\${substr(var.service_name, 0, 32)}-task-"
  description = "What the app in \${var.service_name} may do"
  assume_role_policy = data.aws_iam_policy_document.tasks_trust.json
}
`;

const infrastructureRole = `
${trust('ecs_trust', 'ecs.amazonaws.com')}
# With this role ECS makes the load balancer, its certificate, the security groups and the scaling of the service.
resource "aws_iam_role" "infrastructure" {
  name_prefix = "\${substr(var.service_name, 0, 32)}-ecs-"
  description = "Infrastructure of \${var.service_name}, made by ECS Express Mode"
  assume_role_policy = data.aws_iam_policy_document.ecs_trust.json
}

resource "aws_iam_role_policy_attachment" "infrastructure" {
  role = aws_iam_role.infrastructure.name
  policy_arn = "arn:\${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonECSInfrastructureRoleforExpressGatewayServices"
}
`;
