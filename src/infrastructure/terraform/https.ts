import type { Variable } from './part.ts';
import type { Balancer } from './wishes.ts';

interface Listeners {
  variables: readonly Variable[];
  /** Ports on which the balancer listens. */
  ports: readonly string[];
  main: string;
}

/** The listeners: plain HTTP, or HTTPS to which HTTP redirects; the certificate is one that exists or one that is made. */
export function https(wished: Balancer['https']): Listeners {
  if (!wished) return { variables: [], ports: ['80'], main: httpListener + url(`"http://\${aws_lb.this.dns_name}"`) };
  const ports = ['80', '443'];
  if ('certificateArn' in wished) {
    const main = redirect + httpsListener('var.certificate_arn') + url(certificateUrl);
    return { variables: certificateVariables(wished.certificateArn), ports, main };
  }
  const main =
    certificate +
    redirect +
    httpsListener('aws_acm_certificate_validation.this.certificate_arn') +
    url(`"https://\${var.domain_name}"`);
  return { variables: domainVariables(wished), ports, main };
}

function certificateVariables(value: string): Variable[] {
  return [
    {
      name: 'certificate_arn',
      type: 'string',
      description: 'Certificate of the HTTPS listener, in the same region.',
      value,
      rule: {
        condition: 'can(regex("^arn:[a-z-]+:(acm|iam):", var.certificate_arn))',
        message: 'The ARN of a certificate, such as arn:aws:acm:eu-central-1:123456789012:certificate/…',
      },
    },
    {
      name: 'domain_name',
      type: 'string',
      description: 'Name that the certificate is for and that you point to the load balancer, once you have.',
      default: null,
    },
  ];
}

function domainVariables({ domain, hostedZone }: { domain: string; hostedZone: string }): Variable[] {
  return [
    {
      name: 'domain_name',
      type: 'string',
      description: 'Name under which the service is reached; its certificate and its DNS record are made.',
      value: domain,
      rule: {
        condition: 'can(regex("^([a-z0-9-]+[.])+[a-z0-9-]{2,}$", var.domain_name))',
        message: 'A domain name such as app.example.com.',
      },
    },
    {
      name: 'hosted_zone_name',
      type: 'string',
      description: 'Public hosted zone of Route 53 in which the records of the domain are made.',
      value: hostedZone,
    },
  ];
}

const httpListener = `
resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.this.arn
  port = 80
  protocol = "HTTP"

  default_action {
    type = "forward"
    target_group_arn = aws_lb_target_group.app.arn
  }
}
`;

const redirect = `
resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.this.arn
  port = 80
  protocol = "HTTP"

  default_action {
    type = "redirect"

    redirect {
      protocol = "HTTPS"
      port = "443"
      status_code = "HTTP_301"
    }
  }
}
`;

function httpsListener(certificateReference: string): string {
  return `
resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  port = 443
  protocol = "HTTPS"
  ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn = ${certificateReference}

  default_action {
    type = "forward"
    target_group_arn = aws_lb_target_group.app.arn
  }
}
`;
}

const certificate = `
data "aws_route53_zone" "this" {
  name = var.hosted_zone_name
  private_zone = false
}

resource "aws_acm_certificate" "this" {
  domain_name = var.domain_name
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "validation" {
  for_each = {
    for option in aws_acm_certificate.this.domain_validation_options : option.domain_name => option
  }

  zone_id = data.aws_route53_zone.this.zone_id
  name = each.value.resource_record_name
  type = each.value.resource_record_type
  records = [each.value.resource_record_value]
  ttl = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "this" {
  certificate_arn = aws_acm_certificate.this.arn
  validation_record_fqdns = [for record in aws_route53_record.validation : record.fqdn]
}

resource "aws_route53_record" "app" {
  zone_id = data.aws_route53_zone.this.zone_id
  name = var.domain_name
  type = "A"

  alias {
    name = aws_lb.this.dns_name
    zone_id = aws_lb.this.zone_id
    evaluate_target_health = true
  }
}
`;

function url(text: string): string {
  return `
locals {
  service_url = ${text}
}
`;
}

/** Until the name is said, the balancer's own, for which browsers do not take the certificate. */
const certificateUrl = `"https://\${coalesce(var.domain_name, aws_lb.this.dns_name)}"`;
