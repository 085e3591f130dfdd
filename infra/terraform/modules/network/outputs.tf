output "vpc_id" {
  description = "Id of the network."
  value       = aws_vpc.this.id
}

output "public_subnet_ids" {
  description = "Ids of the subnets that reach the internet directly."
  value       = aws_subnet.public[*].id
}

output "private_subnet_ids" {
  description = "Ids of the subnets that do not."
  value       = aws_subnet.private[*].id
}
