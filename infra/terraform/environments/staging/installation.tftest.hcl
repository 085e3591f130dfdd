# What must hold for every office, shown without an account.

mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = {
      names = ["ap-southeast-3a", "ap-southeast-3b", "ap-southeast-3c"]
    }
  }

  mock_data "aws_iam_policy_document" {
    defaults = {
      json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
    }
  }

  mock_resource "aws_db_instance" {
    defaults = {
      master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:ap-southeast-3:123456789012:secret:owner" }]
    }
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

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:ap-southeast-3:123456789012:key/a" }
  }
}

variables {
  certificate_arn = "arn:aws:acm:ap-southeast-3:123456789012:certificate/a"
  image           = "registry.example/jamsos@sha256:0000000000000000000000000000000000000000000000000000000000000000"
  secret_arns = {
    JAMSOS_DATABASE_URL = "arn:aws:secretsmanager:ap-southeast-3:123456789012:secret:url"
    JAMSOS_SEAL_KEYS    = "arn:aws:secretsmanager:ap-southeast-3:123456789012:secret:keys"
  }
}

run "an_installation_stands_and_is_named_after_its_office" {
  command = apply

  assert {
    condition     = module.database.host != ""
    error_message = "The database must have an address."
  }

  assert {
    condition     = module.records.bucket == "jamsos-mabar-${var.environment}-records"
    error_message = "The records bucket must be named after its office and environment."
  }
}

run "data_outside_indonesia_is_refused" {
  command = plan

  variables {
    region = "ap-southeast-1"
  }

  expect_failures = [var.region]
}
