# What runs is what was reviewed, and nobody can write to it.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }

  mock_data "aws_region" {
    defaults = { name = "ap-southeast-3" }
  }

  mock_resource "aws_lb" {
    defaults = { arn = "arn:aws:elasticloadbalancing:ap-southeast-3:123456789012:loadbalancer/app/a/1" }
  }

  mock_resource "aws_lb_target_group" {
    defaults = { arn = "arn:aws:elasticloadbalancing:ap-southeast-3:123456789012:targetgroup/a/1" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/a" }
  }
}

variables {
  name               = "jamsos-test"
  vpc_id             = "vpc-1"
  public_subnet_ids  = ["subnet-1", "subnet-2"]
  private_subnet_ids = ["subnet-3", "subnet-4"]
  certificate_arn    = "arn:aws:acm:ap-southeast-3:123456789012:certificate/a"
  image              = "registry.example/jamsos@sha256:0000000000000000000000000000000000000000000000000000000000000000"
  secret_arns        = { JAMSOS_DATABASE_URL = "arn:aws:secretsmanager:ap-southeast-3:123456789012:secret:url" }
  environment        = { JAMSOS_API_HOST = "0.0.0.0" }
  cpu                = 512
  memory_mib         = 1024
  container_count    = 1
  is_protected       = true
}

run "it_speaks_tls_and_cannot_be_written_to" {
  command = apply

  assert {
    condition     = aws_lb_listener.this.protocol == "HTTPS" && startswith(aws_lb_listener.this.ssl_policy, "ELBSecurityPolicy-TLS13")
    error_message = "The only way in must be TLS 1.2 or newer."
  }

  assert {
    condition     = jsondecode(nonsensitive(aws_ecs_task_definition.this.container_definitions))[0].readonlyRootFilesystem
    error_message = "A container must not be able to write to itself."
  }

  assert {
    condition     = jsondecode(nonsensitive(aws_ecs_task_definition.this.container_definitions))[0].mountPoints[*].containerPath == ["/data", "/tmp"]
    error_message = "A container needs a folder for temporary files."
  }

  assert {
    condition     = contains(jsondecode(nonsensitive(aws_ecs_task_definition.this.container_definitions))[0].environment, { name = "JAMSOS_API_HOST", value = "0.0.0.0" })
    error_message = "The balancer must reach the container."
  }

  assert {
    condition     = jsondecode(nonsensitive(aws_ecs_task_definition.this.container_definitions))[0].secrets[0].name == "JAMSOS_DATABASE_URL"
    error_message = "Secrets must be read from Secrets Manager."
  }
}

run "an_image_without_a_digest_is_refused" {
  command = plan

  variables {
    image = "registry.example/jamsos:latest"
  }

  expect_failures = [var.image]
}
