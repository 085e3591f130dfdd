output "address" {
  description = "Name of the load balancer, for the API's DNS record."
  value       = module.service.address
}

output "database_host" {
  description = "Address of the database."
  value       = module.database.host
}

output "records_bucket" {
  description = "Bucket of reports and records."
  value       = module.records.bucket
}
