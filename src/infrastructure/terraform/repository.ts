import type { Existing } from '../../shared/existing.ts';
import { quoted } from '../hcl.ts';
import { oneOfRule, type PartOf } from './part.ts';

/** Where the images lie. The lifecycle policy of a repository that exists is left alone: a new one would replace it. */
export const repository: PartOf = (_, { adopted }) => {
  const found = adopted?.repository;
  return {
    variables: [
      {
        name: 'image_tag_mutability',
        type: 'string',
        description:
          'Whether a tag may be pushed anew. A deployment with --rebuild needs MUTABLE; the exclusion is for the tags of the build cache.',
        value: found?.mutability,
        default: 'IMMUTABLE_WITH_EXCLUSION',
        rule: oneOfRule(
          'image_tag_mutability',
          [...new Set(['IMMUTABLE_WITH_EXCLUSION', 'IMMUTABLE', found?.mutability ?? '', 'MUTABLE'])].filter(Boolean),
          'It',
        ),
      },
      ...(found
        ? []
        : [
            {
              name: 'images_kept',
              type: 'number',
              description: 'Number of images that stay in the repository; a rollback can go to any of these.',
              default: 30,
              rule: { condition: 'var.images_kept >= 2', message: 'At least the running image and the one before.' },
            },
          ]),
    ],
    main: repositoryBlock(found) + (found ? '' : lifecyclePolicy),
    outputs: [
      {
        name: 'repository_url',
        description: 'Address of the ECR repository.',
        value: 'aws_ecr_repository.app.repository_url',
      },
      { name: 'repository_name', description: 'Name of the ECR repository.', value: 'aws_ecr_repository.app.name' },
    ],
  };
};

function repositoryBlock(found: Existing['repository']): string {
  const tags = found?.tagsExcluded.length ? found.tagsExcluded : ['buildcache-*'];
  return `
resource "aws_ecr_repository" "app" {
  name = var.repository_name
  image_tag_mutability = var.image_tag_mutability

  # The build cache is pushed anew when the dependencies change.
  dynamic "image_tag_mutability_exclusion_filter" {
    for_each = endswith(var.image_tag_mutability, "_WITH_EXCLUSION") ? [${tags.map(quoted).join(', ')}] : []

    content {
      filter = image_tag_mutability_exclusion_filter.value
      filter_type = "WILDCARD"
    }
  }

  image_scanning_configuration {
    scan_on_push = ${found?.scanOnPush ?? true}
  }
}
`;
}

const lifecyclePolicy = `
resource "aws_ecr_lifecycle_policy" "app" {
  repository = aws_ecr_repository.app.name
  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description = "Remove images without a tag after a week"
        selection = {
          tagStatus = "untagged"
          countType = "sinceImagePushed"
          countUnit = "days"
          countNumber = 7
        }
        action = { type = "expire" }
      },
      {
        rulePriority = 2
        description = "Keep what builds take over; the next rule leaves it alone"
        selection = {
          tagStatus = "tagged"
          tagPatternList = ["buildcache-*"]
          countType = "imageCountMoreThan"
          countNumber = 20
        }
        action = { type = "expire" }
      },
      {
        rulePriority = 3
        description = "Keep the newest images, to which a rollback can go"
        selection = {
          tagStatus = "any"
          countType = "imageCountMoreThan"
          countNumber = var.images_kept
        }
        action = { type = "expire" }
      },
    ]
  })
}`;
