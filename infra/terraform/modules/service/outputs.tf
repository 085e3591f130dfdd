output "address" {
  description = "Name of the load balancer, for the API's DNS record."
  value       = aws_lb.this.dns_name
}

output "security_group_id" {
  description = "Security group of the containers, for the database to admit."
  value       = aws_security_group.this.id
}
