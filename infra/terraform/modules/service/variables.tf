variable "name" {
  description = "Name of the service and prefix of its parts."
  type        = string
}

variable "vpc_id" {
  description = "Network the service stands in."
  type        = string
}

variable "public_subnet_ids" {
  description = "Subnets of the load balancer."
  type        = list(string)
}

variable "private_subnet_ids" {
  description = "Subnets of the containers."
  type        = list(string)
}

variable "certificate_arn" {
  description = "Certificate of the API's name, in the same region."
  type        = string
}

variable "image" {
  description = "Container image with its digest, so that what runs is what was reviewed."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "image must be pinned by digest: name@sha256:…"
  }
}

variable "environment" {
  description = "JAMSOS_* settings that are not secret."
  type        = map(string)
  default     = {}
}

variable "secret_arns" {
  description = "JAMSOS_* settings that are secret, by the ARN of their secret."
  type        = map(string)
  sensitive   = true
}

variable "cpu" {
  description = "CPU units of a container; 1024 is one core."
  type        = number
}

variable "memory_mib" {
  description = "Memory of a container in MiB."
  type        = number
}

variable "container_count" {
  description = "How many containers run."
  type        = number
}

variable "is_protected" {
  description = "Refuse deletion of the load balancer."
  type        = bool
}
