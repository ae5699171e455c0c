import type { Existing } from '../../shared/existing.ts';
import { hclFile, quoted } from '../hcl.ts';
import type { ServicePlan } from '../servicePlan.ts';

/** What Terraform takes over instead of making it. The ids are those by which the provider imports. */
export function importsFile(plan: ServicePlan, adopted: Existing): string {
  return hclFile(
    adopted.cluster ? importBlock('aws_ecs_cluster.this', plan.cluster) : '',
    adopted.repository ? importBlock('aws_ecr_repository.app', plan.repository) : '',
    adopted.logGroup ? importBlock('aws_cloudwatch_log_group.app', adopted.logGroup.name) : '',
    adopted.service ? importBlock('aws_ecs_service.app', `${plan.cluster}/${plan.service}`) : '',
  );
}

function importBlock(to: string, id: string): string {
  return `import {\n  to = ${to}\n  id = ${quoted(id)}\n}`;
}
