variable "name" {
  description = "Name of the instance and prefix of its parts."
  type        = string
}

variable "vpc_id" {
  description = "Network the database stands in."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets, in at least two zones."
  type        = list(string)
}

variable "client_security_group_ids" {
  description = "Security groups that may connect."
  type        = list(string)
}

variable "engine_version" {
  description = "PostgreSQL version; the programme's floor is 16."
  type        = string

  validation {
    condition     = tonumber(split(".", var.engine_version)[0]) >= 16
    error_message = "engine_version must be 16 or newer."
  }
}

variable "instance_class" {
  description = "Size of the instance, like db.t4g.medium."
  type        = string
}

variable "storage_gib" {
  description = "Storage in GiB; it may grow to four times this by itself."
  type        = number
}

variable "is_multi_az" {
  description = "Keep a standby in a second zone."
  type        = bool
}

variable "is_protected" {
  description = "Refuse deletion, and keep a last snapshot."
  type        = bool
}

variable "backup_days" {
  description = "Days of point-in-time recovery."
  type        = number
}
