# The promises about personal data at rest and on the wire.

mock_provider "aws" {
  mock_resource "aws_db_instance" {
    defaults = {
      master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:ap-southeast-3:123456789012:secret:owner" }]
    }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:ap-southeast-3:123456789012:key/a" }
  }
}

variables {
  name                      = "jamsos-test"
  vpc_id                    = "vpc-1"
  subnet_ids                = ["subnet-1", "subnet-2"]
  client_security_group_ids = ["sg-1"]
  engine_version            = "17.5"
  instance_class            = "db.t4g.medium"
  storage_gib               = 20
  is_multi_az               = true
  is_protected              = true
  backup_days               = 35
}

run "it_is_private_encrypted_protected_and_backed_up" {
  command = apply

  assert {
    condition     = !aws_db_instance.this.publicly_accessible && aws_db_instance.this.storage_encrypted
    error_message = "The database must be private and encrypted."
  }

  assert {
    condition     = aws_db_instance.this.kms_key_id == aws_kms_key.this.arn && aws_kms_key.this.enable_key_rotation
    error_message = "The database must use its own rotating key."
  }

  assert {
    condition     = aws_db_instance.this.deletion_protection && !aws_db_instance.this.skip_final_snapshot
    error_message = "A protected database must refuse deletion and keep a last snapshot."
  }

  assert {
    condition     = aws_db_instance.this.manage_master_user_password && aws_db_instance.this.backup_retention_period == 35
    error_message = "The password must stay out of the state, and backups must be kept."
  }

  assert {
    condition = contains([
      for parameter in aws_db_parameter_group.this.parameter : parameter.value if parameter.name == "rds.force_ssl"
    ], "1")
    error_message = "Connections without TLS must be refused."
  }

  assert {
    condition = contains([
      for parameter in aws_db_parameter_group.this.parameter : parameter.value if parameter.name == "log_statement"
    ], "none")
    error_message = "Statements must not be logged: their values may be personal data."
  }
}

run "a_server_below_the_floor_is_refused" {
  command = plan

  variables {
    engine_version = "15.8"
  }

  expect_failures = [var.engine_version]
}
