import type { PartOf } from './part.ts';

/** The numbers that PutRetentionPolicy takes. */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const logGroup: PartOf = (_, { adopted }) => {
  const found = adopted?.logGroup;
  // What an existing service writes to, where that cannot be read, stays out of the module.
  if (adopted?.service && !found) return undefined;
  return {
    variables: [
      ...(found
        ? [
            {
              name: 'log_group_name',
              type: 'string',
              description: 'CloudWatch log group of the app.',
              value: found.name,
            },
          ]
        : []),
      {
        name: 'log_retention_days',
        type: 'number',
        description: 'Days that the logs of the app are kept; 0 for ever.',
        value: found?.retentionDays,
        default: 30,
        rule: {
          condition: `contains([0, ${retentions.join(', ')}], var.log_retention_days)`,
          message: 'CloudWatch Logs knows certain numbers only, such as 7, 14, 30, 90 and 365.',
        },
      },
    ],
    main: `
resource "aws_cloudwatch_log_group" "app" {
  name = ${found ? 'var.log_group_name' : `"/ecs/\${var.service_name}"`}
  retention_in_days = var.log_retention_days
}`,
    outputs: [
      {
        name: 'log_group_name',
        description: 'CloudWatch log group of the app.',
        value: 'aws_cloudwatch_log_group.app.name',
      },
    ],
  };
};
