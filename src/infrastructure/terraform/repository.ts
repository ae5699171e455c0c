import { oneOfRule, type PartOf } from './part.ts';

/** Where the images lie. The lifecycle policy of a repository that exists is left alone: a new one would replace it. */
export const repository: PartOf = (_, { adopted }) => {
  const found = adopted?.repository;
  return {
    variables: [
      {
        name: 'image_tag_mutability',
        type: 'string',
        description: 'Whether a tag may be pushed anew. A deployment with --rebuild needs MUTABLE.',
        value: found?.mutability,
        default: 'IMMUTABLE',
        rule: oneOfRule(
          'image_tag_mutability',
          [...new Set(['IMMUTABLE', found?.mutability ?? '', 'MUTABLE'])].filter(Boolean),
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
    main: repositoryBlock(found?.scanOnPush ?? true) + (found ? '' : lifecyclePolicy),
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

function repositoryBlock(scanOnPush: boolean): string {
  return `
resource "aws_ecr_repository" "app" {
  name = var.repository_name
  image_tag_mutability = var.image_tag_mutability

  image_scanning_configuration {
    scan_on_push = ${scanOnPush}
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
