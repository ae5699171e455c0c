import { oneOfRule, type PartOf } from './part.ts';

export const cluster: PartOf = (_, { adopted }) => ({
  // The settings of a cluster that exists stay as they are.
  variables: adopted?.cluster
    ? []
    : [
        {
          name: 'container_insights',
          type: 'string',
          description: 'CloudWatch Container Insights of the cluster, which are billed by metric.',
          default: 'enabled',
          rule: oneOfRule('container_insights', ['enabled', 'enhanced', 'disabled'], 'It'),
        },
      ],
  main: `
resource "aws_ecs_cluster" "this" {
  name = var.cluster_name
${adopted?.cluster ? '' : insights}}`,
  outputs: [{ name: 'cluster_name', description: 'Name of the ECS cluster.', value: 'aws_ecs_cluster.this.name' }],
});

const insights = `
  setting {
    name  = "containerInsights"
    value = var.container_insights
  }
`;
