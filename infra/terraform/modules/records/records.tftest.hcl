# A record, once written, stays as it was written.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:ap-southeast-3:123456789012:key/a" }
  }
}

variables {
  name            = "jamsos-test-records"
  retention_years = 10
  lock_mode       = "COMPLIANCE"
}

run "a_record_is_locked_versioned_encrypted_and_private" {
  command = apply

  assert {
    condition     = aws_s3_bucket_object_lock_configuration.this.rule[0].default_retention[0].years == 10
    error_message = "Records must be locked for ten years."
  }

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "Records must be kept in versions."
  }

  assert {
    condition     = aws_s3_bucket_public_access_block.this.block_public_policy && aws_s3_bucket_public_access_block.this.restrict_public_buckets
    error_message = "Records must never be public."
  }
}

run "an_unknown_lock_is_refused" {
  command = plan

  variables {
    lock_mode = "NONE"
  }

  expect_failures = [var.lock_mode]
}
