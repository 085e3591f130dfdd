variable "office" {
  description = "Short name of the office, like mabar."
  type        = string
  default     = "mabar"
}

variable "environment" {
  description = "Name of this environment."
  type        = string
  default     = "staging"
}

variable "region" {
  description = "AWS region. Personal data of a public body stays in Indonesia (PP 71/2019): Jakarta."
  type        = string
  default     = "ap-southeast-3"

  validation {
    condition     = var.region == "ap-southeast-3"
    error_message = "Data must stay in Indonesia: region must be ap-southeast-3."
  }
}

variable "cidr_block" {
  description = "Address range of the network."
  type        = string
  default     = "10.21.0.0/16"
}

variable "certificate_arn" {
  description = "Certificate of the API's name."
  type        = string
}

variable "image" {
  description = "Container image, pinned by digest."
  type        = string
}

variable "secret_arns" {
  description = "Secrets by setting: JAMSOS_DATABASE_URL and JAMSOS_SEAL_KEYS."
  type        = map(string)
  sensitive   = true
}

variable "engine_version" {
  description = "PostgreSQL version."
  type        = string
  default     = "17.5"
}

variable "instance_class" {
  description = "Size of the database."
  type        = string
  default     = "db.t4g.medium"
}

variable "storage_gib" {
  description = "Storage of the database in GiB."
  type        = number
  default     = 20
}

variable "is_multi_az" {
  description = "Keep a standby database."
  type        = bool
  default     = false
}

variable "is_protected" {
  description = "Refuse deletion."
  type        = bool
  default     = false
}

variable "backup_days" {
  description = "Days of point-in-time recovery."
  type        = number
  default     = 7
}

variable "retention_years" {
  description = "Years a record is locked."
  type        = number
  default     = 1
}

variable "lock_mode" {
  description = "How strictly a record is locked."
  type        = string
  default     = "GOVERNANCE"
}

variable "cpu" {
  description = "CPU units of an API container."
  type        = number
  default     = 512
}

variable "memory_mib" {
  description = "Memory of an API container in MiB."
  type        = number
  default     = 1024
}

variable "container_count" {
  description = "How many API containers run."
  type        = number
  default     = 1
}

variable "is_graphiql_served" {
  description = "Serve GraphiQL and answer introspection."
  type        = bool
  default     = true
}
