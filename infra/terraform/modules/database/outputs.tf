output "host" {
  description = "Address of the database."
  value       = aws_db_instance.this.address
}

output "secret_arn" {
  description = "Secret that holds the owner's password."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
  sensitive   = true
}
